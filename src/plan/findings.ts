import { type Diagnostic, type DiagnosticKind, inFileOrder } from '../diagnostics/diagnostic.ts';
import type { Place, SourceText } from '../diagnostics/source.ts';
import { phrasedSecretsIn } from '../lib/secret-phrases.ts';
import { shapedSecretsIn } from '../lib/secret-shapes.ts';
import { applyBaseline, baselineKinds } from './baseline.ts';
import { suppress } from './suppression.ts';
import { suppressionKinds } from './suppression-kinds.ts';

/** What can be wrong with suppressions and the baseline. */
export const findingKinds: readonly DiagnosticKind<never>[] = [...suppressionKinds, ...baselineKinds];

/** Everything that a run found, and what decides which of it is reported. */
export interface FindingsInput {
  readonly diagnostics: readonly Diagnostic[];
  /** The texts in whose comments suppressions may stand. */
  readonly sources: readonly SourceText[];
  /** `.aigw-baseline.json`, where the repo has one and it is to be used. */
  readonly baseline: SourceText | undefined;
  /** Every kind that exists. */
  readonly kinds: readonly DiagnosticKind<never>[];
  /** The day of the run, as 2026-11-21. */
  readonly today: string;
  /** Whether this run would have found a kind. Suppressions and baseline entries of other kinds are not called needless. */
  readonly covers: (kind: DiagnosticKind<never>) => boolean;
}

/** What a run reports. */
export interface Findings {
  /** In file order, each once. */
  readonly diagnostics: readonly Diagnostic[];
  readonly hidden: { readonly suppressed: number; readonly baselined: number };
  /** Places that hold secrets: those of findings, hidden ones too, and what else looks like one in the files that findings show. */
  readonly sensitive: readonly Place[];
  /** What a new baseline lists: everything that no comment suppresses. */
  readonly unsuppressed: readonly Diagnostic[];
}

/** Orders and dedupes what was found, then takes out what comments suppress and what the baseline lists. */
export function settleFindings(input: FindingsInput): Findings {
  const found = distinct(input.diagnostics.toSorted(inFileOrder));
  const { kept, suppressed, faults } = suppress(found, input.sources, input);
  const byCode = new Map(input.kinds.map((kind) => [kind.code as string, kind]));
  const coversCode = (code: string) => {
    const kind = byCode.get(code);
    return kind === undefined || input.covers(kind);
  };
  const rest =
    input.baseline === undefined
      ? { kept, baselined: [], faults: [] }
      : applyBaseline(kept, input.baseline, coversCode);
  return {
    diagnostics: [...rest.kept, ...faults, ...rest.faults].toSorted(inFileOrder),
    hidden: { suppressed: suppressed.length, baselined: rest.baselined.length },
    sensitive: [
      ...found.flatMap(({ place, sensitive }) => (sensitive === true && place !== undefined ? [place] : [])),
      ...[...sourcesShown(found)].flatMap(secretsIn),
    ],
    unsuppressed: kept,
  };
}

function sourcesShown(diagnostics: readonly Diagnostic[]): ReadonlySet<SourceText> {
  const places = diagnostics.flatMap(({ place, related }) => [place, ...related.map((other) => other.place)]);
  return new Set(places.flatMap((place) => place?.source ?? []));
}

/** Secrets by their look, since no check sees into a document that could not be understood. */
function secretsIn(source: SourceText): readonly Place[] {
  const secrets = [...shapedSecretsIn(source.text), ...phrasedSecretsIn(source.text)];
  return secrets.map(({ start, end }) => ({ source, span: { start, end } }));
}

/** Drops a finding that says the same of the same place as one before it. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ kind, place, message }) => {
    const key = JSON.stringify([kind.code, place?.source.path, place?.span.start, place?.span.end, message]);
    return seen.size < seen.add(key).size;
  });
}
