// What a check finds in a small repo, as tests compare it.
import { assembleRepo } from '../config/repo.ts';
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.ts';
import type { Place } from '../diagnostics/source.ts';
import type { Check } from './check.ts';

/** A finding in few words: each place is the text that it marks. */
export interface Found {
  readonly severity: Severity;
  readonly at: string | undefined;
  readonly message: string;
  readonly related: readonly string[];
}

/**
 * The findings of one check in all environments, those that are the same once. `files` are texts by path, of which those that end in .yaml
 * are config; a bare text is aigw.yaml. Throws where the repo has faults that keep it from being understood.
 */
export async function trial(
  check: Check,
  files: string | Readonly<Record<string, string>>,
  today = '2026-06-15',
): Promise<readonly Found[]> {
  const texts = typeof files === 'string' ? { 'aigw.yaml': files } : files;
  const documents = Object.entries(texts).filter(([path]) => path.endsWith('.yaml'));
  const repo = assembleRepo(documents.map(([path, text]) => ({ path, text })));
  const [fault] = repo.diagnostics.filter(({ severity }) => severity === 'error');
  if (fault !== undefined) throw new Error(`${fault.kind.code} at ${markedBy(fault.place)}: ${fault.message}`);
  const found = new Map<string, Found>();
  for (const environment of repo.environments) {
    const config = repo.resolve(environment, new Map(Object.entries(texts)));
    if (config === undefined) throw new Error('the repo has no Repository');
    const countTokens = async (text: string) => Math.ceil(text.length / 4);
    for (const finding of await check.run({ config, today, countTokens })) {
      const words = wordsOf(finding);
      found.set(JSON.stringify([finding.place?.source.path, finding.place?.span.start, words]), words);
    }
  }
  return [...found.values()];
}

function wordsOf({ severity, place, message, related }: Diagnostic): Found {
  return {
    severity,
    at: markedBy(place),
    message,
    related: related.map((other) => `${markedBy(other.place)}: ${other.message}`),
  };
}

function markedBy(place: Place | undefined): string | undefined {
  return place?.source.text.slice(place.span.start, place.span.end);
}
