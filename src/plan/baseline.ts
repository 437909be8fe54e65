import { type Diagnostic, type DiagnosticKind, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { SourceText } from '../diagnostics/source.ts';
import { isObject, type Json, parseJson } from '../lib/json.ts';
import { identityOf } from './fingerprint.ts';
import { isSuppressible } from './suppression.ts';

/** Where the baseline lies, from the root of the config repo. */
export const baselinePath = '.aigw-baseline.json';

const repository = `apiVersion: aigw.dev/v1alpha1
kind: Repository
metadata: {name: shop}
spec:
  environments: [dev]
`;

export const baselineUnreadable = defineDiagnostic<{ readonly reason: string }>({
  code: 'AIGW1911',
  name: 'baseline-unreadable',
  severity: 'error',
  summary: 'The baseline file cannot be read.',
  message: ({ reason }) => `The baseline cannot be read: ${reason}. No finding is hidden by it.`,
  help: () => 'Run "aigw validate --update-baseline" to write it anew, or remove the file.',
  examples: {
    bad: { 'aigw.yaml': repository, [baselinePath]: '{"formatVersion": "1.0"}\n' },
    good: { 'aigw.yaml': repository, [baselinePath]: '{"formatVersion": "1.0", "findings": []}\n' },
  },
});

export const baselineEntriesGone = defineDiagnostic<{
  readonly count: number;
  readonly code: string;
  readonly file: string;
}>({
  code: 'AIGW1912',
  name: 'baseline-entries-gone',
  severity: 'info',
  summary: 'The baseline lists findings that no longer occur.',
  message: ({ count, code, file }) =>
    count === 1
      ? `One finding of the baseline no longer occurs: ${code} in ${file}.`
      : `${count} findings of the baseline no longer occur; the first is ${code} in ${file}.`,
  help: () => 'Run "aigw validate --update-baseline", so that the file shrinks and cannot hide them if they come back.',
  examples: {
    bad: {
      'aigw.yaml': repository,
      [baselinePath]: `{
  "formatVersion": "1.0",
  "findings": [
    {"code": "AIGW2001", "file": "aigw.yaml", "fingerprint": "00000000000000000000000000000000", "count": 1}
  ]
}
`,
    },
    good: { 'aigw.yaml': repository, [baselinePath]: '{"formatVersion": "1.0", "findings": []}\n' },
  },
});

/** What can be wrong with a baseline. */
export const baselineKinds: readonly DiagnosticKind<never>[] = [baselineUnreadable, baselineEntriesGone];

/** Findings of one identity that were there when the baseline was written. */
interface BaselineEntry {
  readonly code: string;
  readonly file: string;
  readonly fingerprint: string;
  readonly count: number;
}

/** What the baseline took out, what is left, and what is to say about the baseline. */
export interface Baselined {
  readonly kept: readonly Diagnostic[];
  readonly baselined: readonly Diagnostic[];
  readonly faults: readonly Diagnostic[];
}

/**
 * Takes out the findings that the baseline lists, of each identity as many as it counts, the first ones in the order given.
 * `covers` says whether this run would have found a kind; entries of others are left alone.
 */
export function applyBaseline(
  diagnostics: readonly Diagnostic[],
  baseline: SourceText,
  covers: (code: string) => boolean,
): Baselined {
  const entries = readBaseline(baseline);
  if (typeof entries === 'string') {
    const fault = raise(baselineUnreadable, { reason: entries }, { source: baseline, span: { start: 0, end: 0 } });
    return { kept: diagnostics, baselined: [], faults: [fault] };
  }
  const left = new Map(entries.map(({ fingerprint, count }) => [fingerprint, count]));
  const isListed = (diagnostic: Diagnostic) => {
    if (left.size === 0 || !isBaselinable(diagnostic)) return false;
    const identity = identityOf(diagnostic);
    const count = left.get(identity) ?? 0;
    if (count > 0) left.set(identity, count - 1);
    return count > 0;
  };
  const groups = Object.groupBy(diagnostics, (one) => (isListed(one) ? 'baselined' : 'kept'));
  const gone = entries.filter(({ code, fingerprint }) => covers(code) && (left.get(fingerprint) ?? 0) > 0);
  return {
    kept: groups.kept ?? [],
    baselined: groups.baselined ?? [],
    faults: goneFinding(gone, left, baseline),
  };
}

function goneFinding(
  gone: readonly BaselineEntry[],
  left: ReadonlyMap<string, number>,
  source: SourceText,
): readonly Diagnostic[] {
  const first = gone[0];
  if (first === undefined) return [];
  const count = gone.reduce((sum, { fingerprint }) => sum + (left.get(fingerprint) ?? 0), 0);
  const start = Math.max(0, source.text.indexOf(first.fingerprint));
  const place = { source, span: { start, end: start + first.fingerprint.length } };
  return [raise(baselineEntriesGone, { count, code: first.code, file: first.file }, place)];
}

/** Whether a baseline may list a finding. A secret that is written out is hidden by a comment with a reason alone. */
export function isBaselinable({ kind, sensitive }: Diagnostic): boolean {
  return isSuppressible(kind) && sensitive !== true;
}

/** The text of a baseline with those of the findings that it may list: one line each, in a stable order, so that its diffs read well. */
export function writeBaseline(diagnostics: readonly Diagnostic[]): string {
  const counts = new Map<string, BaselineEntry>();
  for (const diagnostic of diagnostics.filter(isBaselinable)) {
    const fingerprint = identityOf(diagnostic);
    const count = (counts.get(fingerprint)?.count ?? 0) + 1;
    const file = diagnostic.place?.source.path ?? '';
    counts.set(fingerprint, { code: diagnostic.kind.code, file, fingerprint, count });
  }
  const lines = [...counts.values()].toSorted(inOrder).map((entry) => `    ${JSON.stringify(entry)}`);
  const findings = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "formatVersion": "1.0",\n  "findings": ${findings}\n}\n`;
}

function inOrder(a: BaselineEntry, b: BaselineEntry): number {
  const [left, right] = [a, b].map(({ file, code, fingerprint }) => `${file}\n${code}\n${fingerprint}`);
  if (left === right) return 0;
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

/** The entries, or why they cannot be read. Unknown fields are left alone: a later minor version may add some. */
function readBaseline({ text }: SourceText): readonly BaselineEntry[] | string {
  const root = parseJson(text);
  if (!isObject(root)) return 'it is no JSON object';
  const { formatVersion, findings } = root;
  if (typeof formatVersion !== 'string' || !/^1\.\d+$/.test(formatVersion)) {
    return 'its formatVersion is not one that this version of aigw knows';
  }
  if (!Array.isArray(findings)) return 'it has no list of findings';
  const entries = (findings as readonly Json[]).map(entryOf);
  const broken = entries.indexOf(undefined);
  if (broken !== -1) return `entry ${broken + 1} of its findings lacks a code, a file, a fingerprint or a count`;
  return entries.filter((entry) => entry !== undefined);
}

function entryOf(value: Json): BaselineEntry | undefined {
  if (!isObject(value)) return undefined;
  const { code, file, fingerprint, count } = value;
  const isWhole = typeof count === 'number' && Number.isSafeInteger(count) && count > 0;
  if (typeof code !== 'string' || typeof file !== 'string' || typeof fingerprint !== 'string' || !isWhole) {
    return undefined;
  }
  return { code, file, fingerprint, count };
}
