// The promise that nothing is dropped in silence: each field of the language is set, one at a time, and either changes what a target
// renders or stands in its loss report.
import { expect, test } from 'vitest';
import { type FieldTrial, fieldTrials, speaksOf } from '../../scripts/field-trials.ts';
import type { Target } from '../targets/target.ts';
import { loadTargets, targetIds } from '../targets/targets.ts';
import { INDEX } from './render-index.ts';
import { renderEnvironment } from './rendering.ts';

const targets = await loadTargets(targetIds);
const versions = targets.flatMap((target) => target.versions.map((version) => ({ target, version })));

test.for(versions)(
  '$target.title $version drops no field in silence',
  { timeout: 120_000 },
  async ({ target, version }) => {
    const silent: string[] = [];
    for (const trial of fieldTrials({ type: target.id, version })) {
      const { field, value } = trial;
      if (!(await isHeard(target, trial))) silent.push(`${field.kind}.${field.name} = ${JSON.stringify(value)}`);
    }
    expect(silent).toEqual([]);
  },
);

test.for(versions)(
  '$target.title $version renders what an API server takes, whatever is set',
  { timeout: 120_000 },
  async ({ target, version }) => {
    const refused: string[] = [];
    for (const { field, value, with: config } of fieldTrials({ type: target.id, version })) {
      const { diagnostics } = await renderEnvironment(config, [target]);
      for (const { message } of diagnostics)
        refused.push(`${field.kind}.${field.name} = ${JSON.stringify(value)}: ${message}`);
    }
    expect(refused).toEqual([]);
  },
);

async function isHeard(target: Target, trial: FieldTrial): Promise<boolean> {
  const after = await renderEnvironment(trial.with, [target]);
  if (after.losses.some((loss) => speaksOf(loss, trial))) return true;
  const before = await renderEnvironment(trial.without, [target]);
  const filesOf = ({ files }: typeof after) => files.filter(({ path }) => path !== INDEX);
  return JSON.stringify(filesOf(before)) !== JSON.stringify(filesOf(after));
}
