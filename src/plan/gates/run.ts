// Run gates: the run that made a version has ended well, is still there, is young enough, and says where it comes from.
import type { PolicyRun } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { formatDuration, parseDuration } from '../../lib/quantity.ts';
import type { Verdict } from './verdict.ts';

/** A run as a registry tells it. */
export interface RunFacts {
  readonly id: string;
  readonly status: string;
  /** A deleted run is still told by MLflow (3.17), with lifecycle stage `deleted`. */
  readonly isDeleted: boolean;
  /** Milliseconds since 1970, of the server. */
  readonly endedAt: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Judges the run of a version. @param told undefined where the version names none, or one that is not there; a sentence where it cannot be told. @param
 * now milliseconds since 1970, by the clock of the server that told the run.
 */
export function judgeRun(rule: PolicyRun, told: RunFacts | string | undefined, now: number): Verdict {
  const run = typeof told === 'object' ? told : undefined;
  const missing = typeof told === 'string' ? told.replace(/\.$/, '') : 'there is no run that made the version';
  const faults = run === undefined ? [missing] : faultsOf(rule, run, now);
  return {
    gate: 'run',
    name: 'run',
    status: faults.length === 0 ? 'passed' : 'failed',
    message: faults.length === 0 ? `Run ${run?.id} has finished.` : `${faults.join('; ')}.`,
    inputs: run === undefined ? {} : recordOf(rule, run),
  };
}

/** Of its tags those that are asked for: a run may bear some of many thousand characters. */
function recordOf({ tags = {} }: PolicyRun, run: RunFacts): JsonObject {
  const asked = Object.entries(run.tags).filter(([name]) => Object.hasOwn(tags, name));
  const { id, status, isDeleted, endedAt = null } = run;
  return { id, status, isDeleted, endedAt, tags: Object.fromEntries(asked) };
}

function faultsOf({ maxAge, tags = {} }: PolicyRun, run: RunFacts, now: number): readonly string[] {
  const age = run.endedAt === undefined ? undefined : now - run.endedAt;
  return [
    ...(run.isDeleted ? [`run ${run.id} is deleted`] : []),
    ...(run.status === 'FINISHED' ? [] : [`run ${run.id} is ${run.status} and not FINISHED`]),
    ...(maxAge !== undefined && (age === undefined || age > parseDuration(maxAge))
      ? [
          age === undefined
            ? `nobody knows when run ${run.id} ended`
            : `run ${run.id} ended ${formatDuration(age)} ago, and ${maxAge} is allowed`,
        ]
      : []),
    ...Object.entries(tags).flatMap(([name, wanted]) => {
      const value = Object.hasOwn(run.tags, name) ? run.tags[name] : undefined;
      if (value === undefined) return [`run ${run.id} has no tag ${name}`];
      return wanted === '*' || wanted === value ? [] : [`tag ${name} of run ${run.id} is ${value} and not ${wanted}`];
    }),
  ];
}
