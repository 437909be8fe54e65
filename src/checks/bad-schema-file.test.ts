import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './bad-schema-file.ts';
import { trial } from './trial.ts';

const REPO = exampleRepo(['  backends:', '  request: {schema: s.json}\n  response: {schema: s.json}\n  backends:']);
const found = async (schema: string) => trial(check, { 'aigw.yaml': REPO, 's.json': schema });

test('what is no JSON is told at its place, once', async () => {
  expect(await found('{"type": "object",\n "required": [a]}')).toMatchObject([{ at: 'a' }]);
  expect(await found('{"type": ')).toMatchObject([{ at: '' }]);
  expect(await found('type: object\n')).toMatchObject([{ at: 't' }]);
  expect(await found('')).toMatchObject([{ at: '' }]);
});

test('a fault is told at its place, with the route that names the file', async () => {
  const [first] = await found('{\n  "properties": {\n    "n": {"type": "strin"}\n  }\n}');
  expect(first).toMatchObject({ severity: 'error', at: '"strin"' });
  expect(first?.related).toEqual(['s.json: Route chat checks bodies against it.']);
  expect(await found('{"requird": []}')).toMatchObject([{ at: '"requird"' }]);
});

test('messages do not repeat the file', async () => {
  const [first] = await found(`{"a": ${'x'.repeat(500)}}`);
  expect(first?.message.length).toBeLessThan(200);
});
