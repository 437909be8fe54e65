// The workspace that MLFLOW_WORKSPACE names, to real servers: one that has workspaces, and one that has none.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { mlflowRegistry } from '../../src/registries/mlflow/registry.ts';
import { MLFLOW_VERSION, type RunningMlflow, startMlflow } from '../members/mlflow.ts';

let plain: RunningMlflow;
let parted: RunningMlflow;

beforeAll(async () => {
  [plain, parted] = await Promise.all([
    startMlflow({ isOpen: true }),
    startMlflow({ isOpen: true, hasWorkspaces: true }),
  ]);
  const answer = await fetch(`${parted.url}/api/3.0/mlflow/workspaces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'shop' }),
  });
  expect(answer.status).toBe(201);
});
afterAll(async () => {
  await plain.stop();
  await parted.stop();
});

const registryOf = ({ url }: RunningMlflow, workspace = '') =>
  mlflowRegistry(connectionTo(url, { MLFLOW_WORKSPACE: workspace }));

test('tells of a server that has no workspaces', async () => {
  await expect(registryOf(plain, 'shop').capabilities?.()).rejects.toMatchObject({
    kind: 'unusable',
    message: `${plain.url} has no workspaces, and MLFLOW_WORKSPACE names shop.`,
    help: expect.stringContaining('--enable-workspaces'),
  });
});

test('tells of a workspace that is not there', async () => {
  await expect(registryOf(parted, 'none').capabilities?.()).rejects.toMatchObject({
    kind: 'unusable',
    message: expect.stringContaining('has no workspace none'),
  });
});

test('works within a workspace, and sees nothing of it from outside', async () => {
  const shop = registryOf(parted, 'shop');
  expect(await shop.capabilities?.()).toEqual({ hasAliases: true, lacks: [] });
  expect(await shop.createEntry('product-expert', {})).toBe('created');
  expect(await shop.createVersion('product-expert', { key: 'a' }, 'key')).toBe('1');
  await shop.setAlias('product-expert', 'prod', '1');
  expect((await shop.entry('product-expert'))?.aliases).toEqual({ prod: '1' });
  expect(await registryOf(parted).entry('product-expert')).toBeUndefined();
});

test('finds nothing lacking in a plain server', async () => {
  const registry = registryOf(plain);
  expect(await registry.capabilities?.()).toEqual({ hasAliases: true, lacks: [] });
  expect(await registry.server?.()).toBe(`MLflow ${MLFLOW_VERSION}`);
});
