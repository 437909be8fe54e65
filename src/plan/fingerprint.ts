import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { lineOf, locate, type SourceText } from '../diagnostics/source.ts';
import { sha256 } from '../lib/sha256.ts';

/** How much of a line is looked at on each side: lines of generated JSON may hold megabytes. UTF-16 units. */
const reach = 200;

/**
 * What a finding is, whatever line it stands on: its code, its file, the document and the keys that enclose it, what stands
 * before it on its line, and the text it points at (which is left out where that is a secret). 32 hexadecimal digits of a
 * SHA-256. Two equal findings have one identity.
 */
export function identityOf({ kind, place, sensitive }: Diagnostic): string {
  if (place === undefined) return hash([kind.code]);
  const { source, span } = place;
  const { line, column } = locate(source, span.start);
  const before = source.text.slice(Math.max(span.start - column + 1, span.start - reach), span.start);
  const pointed = source.text.slice(span.start, Math.min(span.end, span.start + reach)).split('\n')[0] ?? '';
  const written = sensitive === true ? '' : pointed.trim();
  return hash([kind.code, source.path, ...enclosing(source, line), before.trim(), written]);
}

/** One fingerprint for each finding, in the order given: its identity, and which one of its equals it is. None are alike. */
export function fingerprintsOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  const seen = new Map<string, number>();
  return diagnostics.map((diagnostic) => {
    const identity = identityOf(diagnostic);
    const ordinal = seen.get(identity) ?? 0;
    seen.set(identity, ordinal + 1);
    return ordinal === 0 ? identity : hash([identity, String(ordinal)]);
  });
}

/** SHA-256 of the parts, each set off from the next, in 32 hexadecimal digits. */
function hash(parts: readonly string[]): string {
  return sha256(JSON.stringify(parts)).slice(0, 32);
}

interface Outline {
  /** For each line (index 0 is line 1): the number of the line that encloses it, 0 for none. */
  readonly parents: readonly number[];
  /** For each line: the document that it belongs to. */
  readonly documents: readonly DocumentName[];
}

interface DocumentName {
  kind: string;
  name: string;
}

const outlines = new WeakMap<SourceText, Outline>();
const maximumDepth = 64;

/** The document's kind and name, and the text of each line that encloses the given one by its indentation, outermost first. */
function enclosing(source: SourceText, line: number): readonly string[] {
  const known = outlines.get(source);
  const outline = known ?? outlineOf(source.text);
  if (known === undefined) outlines.set(source, outline);
  const steps: string[] = [];
  for (
    let at = outline.parents[line - 1] ?? 0;
    at > 0 && steps.length < maximumDepth;
    at = outline.parents[at - 1] ?? 0
  ) {
    steps.push(withoutComment(lineOf(source, at) ?? ''));
  }
  const document = outline.documents[line - 1];
  return [document?.kind ?? '', document?.name ?? '', ...steps.reverse()];
}

/**
 * Which line encloses which, by indentation alone: it holds for broken YAML too, and the identity of a finding need only
 * be stable, not exact. An item of a list is inside the key above it even where both stand at the same column.
 */
function outlineOf(text: string): Outline {
  const parents: number[] = [];
  const documents: DocumentName[] = [];
  let open: { readonly depth: number; readonly line: number; readonly text: string }[] = [];
  let document: DocumentName = { kind: '', name: '' };
  text.split('\n').forEach((raw, index) => {
    if (/^---(\s|$)/.test(raw)) {
      open = [];
      document = { kind: '', name: '' };
    }
    const content = withoutComment(raw);
    const depth = 2 * (raw.length - raw.trimStart().length) + (/^-(\s|$)/.test(content) ? 1 : 0);
    while (content !== '' && (open.at(-1)?.depth ?? -1) >= depth) open.pop();
    parents.push(open.at(-1)?.line ?? 0);
    documents.push(document);
    nameDocument(
      document,
      content,
      open.map((parent) => parent.text),
    );
    if (content !== '') open.push({ depth, line: index + 1, text: content });
  });
  return { parents, documents };
}

function nameDocument(document: DocumentName, content: string, parents: readonly string[]): void {
  if (parents.length === 0) {
    document.kind ||= /^kind:\s*(\S+)/.exec(content)?.[1] ?? '';
    document.name ||= /^metadata:\s*\{.*?\bname:\s*([^\s,}]+)/.exec(content)?.[1] ?? '';
  } else if (parents.length === 1 && parents[0] === 'metadata:') {
    document.name ||= /^name:\s*(\S+)/.exec(content)?.[1] ?? '';
  }
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '').trim();
}
