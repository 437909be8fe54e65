// npm run demo: the flagship on embedded parts. With --real, its promotion goes through a real MLflow of the lab's.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { compose } from '../src/cli/compose.ts';
import { playPromotion } from '../src/commands/demo-promotion.ts';
import { member } from './members/mlflow.ts';
import { seedFlagship } from './registry/flagship-seed.ts';

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
process.exitCode = args.includes('--real') ? await real() : embedded();

function embedded(): number {
  return spawnSync(process.execPath, [join(root, 'bin', 'aigw.js'), 'demo', ...args], { stdio: 'inherit' }).status ?? 1;
}

async function real(): Promise<number> {
  process.stderr.write("Starting the lab's MLflow; the first time, it is installed.\n");
  const mlflow = await member.start();
  try {
    await seedFlagship(mlflow.variables);
    Object.assign(process.env, mlflow.variables);
    const { world } = compose({ note: () => undefined, warn: (text) => void process.stderr.write(`${text}\n`) });
    const { lines, failed } = await playPromotion(world, { folder: resolve('out/demo/real'), registry: 'mlflow' });
    process.stdout.write(
      `${[`On MLflow ${mlflow.variables['MLFLOW_TRACKING_URI']}:`, ...lines, ...(failed?.report.text ?? [])].join('\n')}\n`,
    );
    return failed?.report.exitCode ?? 0;
  } finally {
    await mlflow.stop();
  }
}
