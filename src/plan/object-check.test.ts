import { expect, test } from 'vitest';
import { rememberingCheck } from './object-check.ts';

const configMap = (namespace: string, data: unknown) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace }, data }) as Parameters<
    ReturnType<typeof rememberingCheck>
  >[0];

test('tells of an object in every environment what is wrong with it', async () => {
  const check = rememberingCheck();
  const [dev, prod] = [await check(configMap('dev', 'none'), 'dev'), await check(configMap('prod', 'none'), 'prod')];
  expect(dev.map(({ path }) => path)).toEqual([['data']]);
  expect(prod).toEqual(dev);
});

test('checks what differs in more than the namespace', async () => {
  const check = rememberingCheck();
  expect(await check(configMap('dev', { a: 'b' }), 'dev')).toEqual([]);
  expect(await check(configMap('prod', { a: 1 }), 'prod')).not.toEqual([]);
});

test("checks a namespace that is not the environment's own", async () => {
  const check = rememberingCheck();
  expect(await check(configMap('dev', {}), 'dev')).toEqual([]);
  const [problem] = await check(configMap('No Name', {}), 'prod');
  expect(problem?.path).toEqual(['metadata', 'namespace']);
});
