// Data gate: whether the data that a version was made from can be had again, byte for byte.
import type { Verdict } from './verdict.ts';

/** A dataset that a run was given. */
export interface DatasetFacts {
  readonly name: string;
  /** The kind of source, as MLflow (3.17) names it: `s3`, `http`, `hugging_face`, `code`. */
  readonly kind: string;
  /** Where it comes from, in the words of its kind. It may hold a credential, and is shown nowhere. */
  readonly source: string;
  /** Undefined where none is told. */
  readonly digest?: string;
}

/** @param told what the run was given; a sentence where that cannot be told, undefined where there is no run. */
export function judgeData(told: readonly DatasetFacts[] | string | undefined): Verdict {
  const datasets = typeof told === 'object' ? told : [];
  const pinned = datasets.map((dataset) => ({ name: dataset.name, pin: pinIn(dataset) ?? null }));
  const faults = typeof told === 'string' ? [told.replace(/\.$/, '')] : faultsOf(pinned);
  return {
    gate: 'data',
    name: 'pinned',
    status: faults.length === 0 ? 'passed' : 'failed',
    message: faults.length === 0 ? `Pinned: ${pinned.map(({ name }) => name).join(', ')}.` : `${faults.join('; ')}.`,
    inputs: { datasets: pinned },
  };
}

function faultsOf(pinned: readonly { readonly name: string; readonly pin: string | null }[]): readonly string[] {
  if (pinned.length === 0) return ['nobody recorded what data it was made from'];
  return pinned.flatMap(({ name, pin }) =>
    pin === null ? [`the source of ${name} names neither a Git commit nor a hash of what it holds`] : [],
  );
}

/**
 * What a source names its content by: a whole Git commit, at which a pointer of DVC or Git LFS says the rest; a SHA-256, as Git LFS names an object; or
 * the end of a place in a DVC remote, which is its MD5 (DVC's reference, dvc.api.get_url). Which code has made data says nothing of what it read.
 */
function pinIn({ kind, source }: DatasetFacts): string | undefined {
  if (kind === 'code') return undefined;
  const [, hash, md5] =
    /(?<![0-9a-z])([0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-z])|\/([0-9a-f]{2}\/[0-9a-f]{30})(?:\.dir)?(?=["#\s]|$)/.exec(
      bareSource(source),
    ) ?? [];
  return hash ?? md5?.replace('/', '');
}

/** A source without what may let somebody in: of a query, a revision counts and no more, since a signature has as many digits as a hash. */
export function bareSource(source: string): string {
  return source.replace(/[?&](?!(?:ref|rev|at|commit)=)[^?&#"\s]*/g, '').replace(/\/\/[^/@"\s]*@/g, '//');
}
