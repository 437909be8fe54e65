import { expect, test } from 'vitest';
import { examplePrompt, exampleRepo } from '../config/example-repo.ts';
import { check } from './missing-file.ts';
import { trial } from './trial.ts';

test.each(['../secrets.txt', '/etc/passwd', 'a/../../b', '~/x', 'C:\\x', 'https://example.com/x', '..\\x'])(
  '%s does not lead into the repo, whatever is there',
  async (file) => {
    const repo = examplePrompt(`version: "1"\nmessages: [{role: user, file: '${file}'}]`);
    const [found] = await trial(check, { 'aigw.yaml': repo, [file]: 'text' });
    expect(found).toMatchObject({ at: `'${file}'` });
    expect(found?.message).toContain('does not lead into this repo');
  },
);

test('schemas of requests and answers are looked for too', async () => {
  const repo = exampleRepo([
    '  backends:',
    '  request: {schema: a.json}\n  response: {schema: b/../c.json}\n  backends:',
  ]);
  expect((await trial(check, repo)).map(({ at }) => at)).toEqual(['a.json', 'b/../c.json']);
  expect(await trial(check, { 'aigw.yaml': repo, 'a.json': '', 'b/../c.json': '{}' })).toEqual([]);
});
