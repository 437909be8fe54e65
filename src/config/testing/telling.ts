// What the schemas say about texts, in short. For tests.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { readDocuments } from '../read-documents.ts';
import { findingsOf } from './changes.ts';

/** The findings on a text: code, what stands at the place, message, help. */
export function tell(text: string): string[][] {
  return readDocuments({ path: 'a.yaml', text }).documents.flatMap(findingsOf).map(words);
}

function words({ kind, place, message, help }: Diagnostic): string[] {
  const { start = 0, end = 0 } = place?.span ?? {};
  return [kind.code, place?.source.text.slice(start, end) ?? '', message, help];
}

/** A document of a kind. */
export function resource(kind: string, spec: string, metadata = '{name: a}'): string {
  return `apiVersion: aigw.dev/v1alpha1\nkind: ${kind}\nmetadata: ${metadata}\nspec:\n  ${spec.replaceAll('\n', '\n  ')}\n`;
}
