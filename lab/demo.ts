// npm run demo: the flagship on embedded parts. With --real, its promotion goes through a real MLflow of the lab's.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compose } from '../src/cli/compose.ts';
import { playPromotion } from '../src/commands/demo-promotion.ts';
import { member } from './members/mlflow.ts';
import { seedVersion } from './registry/mlflow-seed.ts';

const root = join(import.meta.dirname, '..');
const versions = join(root, 'fixtures', 'cognitotech', 'registry', 'product-expert', 'versions');
const args = process.argv.slice(2);
process.exitCode = args.includes('--real') ? await real() : embedded();

function embedded(): number {
  return spawnSync(process.execPath, [join(root, 'bin', 'aigw.js'), 'demo', ...args], { stdio: 'inherit' }).status ?? 1;
}

async function real(): Promise<number> {
  console.error("Starting the lab's MLflow; the first time, it is installed.");
  const mlflow = await member.start();
  try {
    for (const file of readdirSync(versions).toSorted()) await register(mlflow.variables, file.replace('.json', ''));
    Object.assign(process.env, mlflow.variables);
    const { world } = compose({ note: () => undefined, warn: (text) => console.error(text) });
    const { lines, failed } = await playPromotion(world, { folder: resolve('out/demo/repo'), registry: 'mlflow' });
    console.log(
      [`On MLflow ${mlflow.variables['MLFLOW_TRACKING_URI']}:`, ...lines, ...(failed?.report.text ?? [])].join('\n'),
    );
    return failed?.report.exitCode ?? 0;
  } finally {
    await mlflow.stop();
  }
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
  // MLflow counts versions from 1: what came before the first of ours is there, and nobody runs it.
  let made = '';
  while (Number(made) < Number(number)) made = await seedVersion(variables, seed);
}
