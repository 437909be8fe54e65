import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { formatDuration, parseDuration } from '../lib/quantity.ts';
import { defineCheck } from './check.ts';

const CAREFUL = `---
apiVersion: aigw.dev/v1alpha1
kind: Rollout
metadata: {name: careful}
spec:
  steps: [{weight: 5, hold: 30m}, {weight: 50, hold: 1h}]
  analysis:
    delay: 5m
    interval: 5m
    measurements: 10
    metrics: [{name: errors, metric: error-rate, max: 2}]
`;
const ROLLED_OUT = exampleRepo(['  match: [{model: large}]', '  match: [{model: large}]\n  rollout: careful']);

const rolloutTooShort = defineDiagnostic<{ problem: string; remedy: string }>({
  code: 'AIGW2018',
  name: 'rollout-too-short',
  severity: 'error',
  summary: 'A step of a rollout ends before its analysis can, or moves no traffic.',
  message: ({ problem }) => problem,
  help: ({ remedy }) => remedy,
  examples: { bad: ROLLED_OUT + CAREFUL, good: ROLLED_OUT + CAREFUL.replace('hold: 30m', 'hold: 1h') },
});

type Rollout = Resource<'Rollout'>;

export const check = defineCheck({
  kinds: [rolloutTooShort],
  byResource: true,
  run: ({ config }) =>
    config.all('Rollout').flatMap((rollout) => [...unfinished(rollout), ...standstills(rollout), ...stepless(rollout)]),
});

/** Steps that are over before the last measurement. */
function unfinished(rollout: Rollout): readonly Diagnostic[] {
  const { analysis, steps = [] } = rollout.spec;
  if (analysis === undefined) return [];
  const { delay, interval, measurements } = analysis;
  const needed = Math.round(parseDuration(delay) + measurements * parseDuration(interval));
  return steps.flatMap(({ hold }, index) => {
    if (Math.round(parseDuration(hold)) >= needed) return [];
    const args = {
      problem: `Step ${index + 1} of rollout ${rollout.name} holds for ${hold}, and its analysis takes ${formatDuration(needed)}: ${delay} and ${measurements} times ${interval}.`,
      remedy: `Hold the step for ${formatDuration(needed)} or more, or measure fewer times or at shorter intervals.`,
    };
    const related = [{ message: 'The analysis of each step.', place: rollout.placeOf(['spec', 'analysis'], 'key') }];
    return [raise(rolloutTooShort, args, rollout.placeOf(['spec', 'steps', index, 'hold']), { related })];
  });
}

/** Steps of a canary that give the change no more traffic than it had. */
function standstills(rollout: Rollout): readonly Diagnostic[] {
  const { strategy, steps = [] } = rollout.spec;
  if (strategy !== 'canary') return [];
  return steps.flatMap(({ weight }, index) => {
    const before = steps[index - 1]?.weight ?? 0;
    if (weight > before) return [];
    const args = {
      problem: `Step ${index + 1} of rollout ${rollout.name} gives the change ${weight} percent of the traffic, after ${before} percent before.`,
      remedy: 'Let the weights of a canary rise from step to step; to hold one for longer, raise its hold.',
    };
    const related =
      index === 0
        ? []
        : [{ message: 'The step before.', place: rollout.placeOf(['spec', 'steps', index - 1, 'weight']) }];
    const place = rollout.placeOf(['spec', 'steps', index, 'weight']);
    return [raise(rolloutTooShort, args, place, { related, severity: 'warning' })];
  });
}

/** An analysis without a step to take place in. */
function stepless(rollout: Rollout): readonly Diagnostic[] {
  const { strategy, steps = [], analysis } = rollout.spec;
  if (strategy === 'blue-green' || steps.length > 0 || analysis === undefined) return [];
  const args = {
    problem: `Rollout ${rollout.name} has an analysis and no step, so the change has all the traffic before it is measured.`,
    remedy: 'Add steps, such as {weight: 5, hold: 1h}, or say strategy: blue-green.',
  };
  return [raise(rolloutTooShort, args, rollout.placeOf(['spec', 'analysis'], 'key'))];
}
