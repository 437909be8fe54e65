// Metric gates: what a version's run has measured, by itself and against the champion, the version that it would replace.
import type { PolicyGate } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Verdict } from './verdict.ts';

/** A metric as a registry tells it. MLflow (3.17) tells NaN by its name, and infinity, on SQL, as the largest double. */
export interface Measurement {
  readonly value: number | 'NaN' | 'Infinity' | '-Infinity';
  /** Of the data that it was measured on. */
  readonly datasetDigest?: string;
}

/** By the names of metrics; one that was never measured is not there. */
export type Measurements = Readonly<Record<string, Measurement>>;

export interface MetricInputs {
  /** Or in a sentence why nobody can tell. */
  readonly candidate: Measurements | string;
  /** Undefined where the environment has no version yet. */
  readonly champion: Measurements | string | undefined;
}

/** Judges a version by a policy's gates. */
export function judgeMetrics(gates: readonly PolicyGate[], inputs: MetricInputs): readonly Verdict[] {
  return gates.map((gate) => {
    const [candidate, champion] = [own(inputs.candidate, gate.metric), own(inputs.champion ?? {}, gate.metric)];
    const faults =
      typeof inputs.candidate === 'string'
        ? [`${gate.metric} is unknown: ${inputs.candidate.replace(/\.$/, '')}`]
        : [...absoluteFaults(gate, candidate), ...championFaults(gate, inputs.champion, candidate)];
    return {
      gate: 'metric',
      name: gate.name,
      status: faults.length === 0 ? 'passed' : 'failed',
      message: faults.length === 0 ? praiseOf(gate, candidate, champion) : `${faults.join('; ')}.`,
      inputs: { ...limitsOf(gate), candidate: recordOf(candidate), champion: recordOf(champion) },
    };
  });
}

function own(measurements: Measurements | string, name: string): Measurement | undefined {
  return typeof measurements === 'object' && Object.hasOwn(measurements, name) ? measurements[name] : undefined;
}

function limitsOf({ metric, min, max, champion: rule }: PolicyGate): JsonObject {
  return {
    metric,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(rule === undefined ? {} : { against: { ...rule } }),
  };
}

function recordOf(measurement: Measurement | undefined) {
  if (measurement === undefined) return null;
  const { value, datasetDigest } = measurement;
  return { value, ...(datasetDigest === undefined ? {} : { datasetDigest }) };
}

function absoluteFaults({ metric, min, max }: PolicyGate, measured: Measurement | undefined): readonly string[] {
  const value = numberIn(measured);
  if (value === undefined)
    return [measured === undefined ? `${metric} was never measured` : `${metric} is ${nameOf(measured)}`];
  return [
    ...(min !== undefined && value < min ? [`${metric} is ${value}, below ${min}`] : []),
    ...(max !== undefined && value > max ? [`${metric} is ${value}, above ${max}`] : []),
  ];
}

function championFaults(
  { metric, champion: rule }: PolicyGate,
  champion: MetricInputs['champion'],
  measured: Measurement | undefined,
): readonly string[] {
  const value = numberIn(measured);
  if (rule === undefined || champion === undefined || value === undefined) return [];
  if (typeof champion === 'string') return [`the champion's ${metric} is unknown: ${champion.replace(/\.$/, '')}`];
  const old = own(champion, metric);
  if (old === undefined) return [`the champion has no ${metric} to compare with`];
  const before = numberIn(old);
  if (before === undefined) return [`the champion's ${metric} is ${nameOf(old)}, and nothing to compare with`];
  if (rule.dataset === 'same') {
    const [mine, theirs] = [measured?.datasetDigest, old.datasetDigest];
    if (mine === undefined || theirs === undefined) return [`nobody recorded on which data ${metric} was measured`];
    if (mine !== theirs) return [`${metric} was measured on other data than the champion's`];
  }
  const worse = exactly(rule.better === 'higher' ? before - value : value - before);
  const allowed =
    rule.worseByPercent === undefined ? rule.worseBy : exactly((Math.abs(before) * rule.worseByPercent) / 100);
  if (worse <= allowed) return [];
  return [`${metric} is ${value} and the champion's ${before}: worse by ${worse}, and ${allowed} is allowed`];
}

/** Undefined for what is no number that can be compared. */
function numberIn(measured: Measurement | undefined): number | undefined {
  const value = measured?.value;
  return typeof value === 'number' && Math.abs(value) < Number.MAX_VALUE ? value : undefined;
}

/** What a value is that is no number to compare. */
function nameOf({ value }: Measurement): string {
  return value === 'NaN' ? 'no number' : 'infinite';
}

/** Without the noise of binary fractions: 0.92 - 0.9 is 0.02. */
function exactly(value: number): number {
  return Number(value.toPrecision(12));
}

function praiseOf({ metric, min, max }: PolicyGate, measured: Measurement | undefined, old: Measurement | undefined) {
  const limits = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(old === undefined ? [] : [`the champion's ${old.value}`]),
  ];
  return `${metric} is ${measured?.value}${limits.length === 0 ? '' : ` (${limits.join(', ')})`}.`;
}
