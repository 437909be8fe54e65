// What the flagship's embedded registry tells, in a real MLflow.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { mlflowRegistry } from '../../src/registries/mlflow/registry.ts';
import { seedVersion } from './mlflow-seed.ts';

const versions = join(
  import.meta.dirname,
  '..',
  '..',
  'fixtures',
  'cognitotech',
  'registry',
  'product-expert',
  'versions',
);

/** Registers the versions of product-expert in an empty server. */
export async function seedFlagship(variables: Readonly<Record<string, string>>): Promise<void> {
  // MLflow counts versions from 1: what came before the first of ours is there, and nobody runs it.
  const registry = mlflowRegistry(connectionTo(variables['MLFLOW_TRACKING_URI'] ?? '', variables));
  const [first = ''] = readdirSync(versions).toSorted();
  await registry.createEntry('product-expert', {});
  for (let number = 1; number < Number.parseInt(first, 10); number++)
    await registry.createVersion('product-expert', { 'seed.number': String(number) }, 'seed.number');
  for (const file of readdirSync(versions).toSorted()) await register(variables, file.replace('.json', ''));
}

/** Registers a version with artifacts of the hashes that the flagship's embedded registry tells. */
async function register(variables: Readonly<Record<string, string>>, number: string): Promise<void> {
  interface Told {
    readonly artifacts: readonly { readonly path: string; readonly sha256: string }[];
    readonly metrics: Readonly<Record<string, { readonly value: number }>>;
    readonly run: { readonly tags: Readonly<Record<string, string>> };
  }
  const told = JSON.parse(readFileSync(join(versions, `${number}.json`), 'utf8')) as Told;
  const files = told.artifacts.map(({ path, sha256 }) => {
    const text = `product-expert ${number} ${path}`;
    if (createHash('sha256').update(text).digest('hex') !== sha256)
      throw new Error(`${path} of ${number} has another hash`);
    return [path, text] as const;
  });
  const metrics = Object.fromEntries(Object.entries(told.metrics).map(([name, { value }]) => [name, value]));
  const seed = { name: 'product-expert', files: Object.fromEntries(files), metrics, tags: told.run.tags };
  const made = await seedVersion(variables, seed);
  if (made !== number) throw new Error(`version ${number} has become version ${made}`);
}
