import { expect, test } from 'vitest';
import type { PolicyGate } from '../../config/schema-types.ts';
import { judgeMetrics, type Measurements } from './metric.ts';

const gate = (more: Partial<PolicyGate>): PolicyGate => ({ name: 'right', metric: 'eval/accuracy', ...more });
const measured = (value: number | 'NaN' | 'Infinity' | '-Infinity', datasetDigest?: string): Measurements => ({
  'eval/accuracy': { value, ...(datasetDigest === undefined ? {} : { datasetDigest }) },
});
const better = { better: 'higher', worseBy: 0, dataset: 'any' } as const;
const lower = { ...better, better: 'lower' } as const;

test.each([
  ['the smallest value allowed', { min: 0.9 }, measured(0.9), undefined, 'passed', 'is 0.9 (at least 0.9)'],
  ['a value below', { min: 0.9 }, measured(0.899), undefined, 'failed', 'is 0.899, below 0.9'],
  ['the largest value allowed', { max: 4 }, measured(4), undefined, 'passed', 'at most 4'],
  ['a value above', { max: 4 }, measured(4.5), undefined, 'failed', 'is 4.5, above 4'],
  ['a metric that is not there', { min: 0 }, {}, undefined, 'failed', 'was never measured'],
  ['the name of an inherited property', { min: 0, metric: 'toString' }, {}, undefined, 'failed', 'was never measured'],
  ['NaN', { min: 0 }, measured('NaN'), undefined, 'failed', 'is no number'],
  ['infinity', { min: 0 }, measured('Infinity'), undefined, 'failed', 'is infinite'],
  ['minus infinity', { max: 0 }, measured('-Infinity'), undefined, 'failed', 'is infinite'],
  ['infinity as SQL keeps it', { min: 0 }, measured(Number.MAX_VALUE), undefined, 'failed', 'is infinite'],
  ['no champion', { champion: better }, measured(0.1), undefined, 'passed', 'is 0.1'],
  ['as good as the champion', { champion: better }, measured(0.9), measured(0.9), 'passed', "champion's 0.9"],
  ['worse than the champion', { champion: better }, measured(0.8), measured(0.9), 'failed', 'worse by 0.1'],
  ['better, where lower is', { champion: lower }, measured(0.8), measured(0.9), 'passed', 'is 0.8'],
  ['worse, where lower is better', { champion: lower }, measured(0.9), measured(0.8), 'failed', 'worse by 0.1'],
  ['worse by what is allowed', { champion: { ...better, worseBy: 0.02 } }, measured(0.9), measured(0.92), 'passed', ''],
  [
    'worse by the percent allowed',
    { champion: { ...better, worseByPercent: 10 } },
    measured(0.9),
    measured(1),
    'passed',
    '',
  ],
  [
    'worse by more percent',
    { champion: { ...better, worseByPercent: 10 } },
    measured(0.89),
    measured(1),
    'failed',
    '0.1 is allowed',
  ],
  ['a champion without the metric', { champion: better }, measured(0.9), {}, 'failed', 'has no eval/accuracy'],
  [
    'a champion with NaN',
    { champion: better },
    measured(0.9),
    measured('NaN'),
    'failed',
    "champion's eval/accuracy is no number",
  ],
  ['no lineage', { min: 0 }, 'It is gone.', undefined, 'failed', 'eval/accuracy is unknown: It is gone.'],
  ['a champion without lineage', { champion: better }, measured(1), 'It is gone.', 'failed', 'unknown: It is gone.'],
  ['limits alone, though the champion has no lineage', { min: 0 }, measured(1), 'It is gone.', 'passed', ''],
  ['the same data', { champion: { ...better, dataset: 'same' } }, measured(0.9, 'a'), measured(0.9, 'a'), 'passed', ''],
  [
    'other data',
    { champion: { ...better, dataset: 'same' } },
    measured(0.9, 'a'),
    measured(0.9, 'b'),
    'failed',
    'other data',
  ],
  [
    'data that nobody recorded',
    { champion: { ...better, dataset: 'same' } },
    measured(0.9),
    measured(0.9, 'b'),
    'failed',
    'nobody recorded',
  ],
] as const)('%s', (_, rule, candidate, champion, status, message) => {
  const [verdict] = judgeMetrics([gate(rule as Partial<PolicyGate>)], { candidate, champion });
  expect(verdict).toMatchObject({ gate: 'metric', name: 'right', status, message: expect.stringContaining(message) });
});

test('records what it looked at', () => {
  const [verdict] = judgeMetrics([gate({ min: 0.5 })], { candidate: measured(0.9, 'a'), champion: undefined });
  expect(verdict?.inputs).toEqual({
    metric: 'eval/accuracy',
    min: 0.5,
    candidate: { value: 0.9, datasetDigest: 'a' },
    champion: null,
  });
});
