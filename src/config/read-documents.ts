import type { SourceText } from '../diagnostics/source.ts';
import type { ConfigDocument, ReadResult } from './document.ts';
import { checkCharacters } from './read-characters.ts';
import { type Findings, report, textOverLimit } from './read-findings.ts';
import { readLimits } from './read-limits.ts';
import { placeIn } from './yaml-positions.ts';
import { parseStream } from './yaml-stream.ts';
import { checkConflicts, reportSyntax } from './yaml-syntax.ts';
import { checkTabs } from './yaml-tabs.ts';
import { composeDocuments } from './yaml-values.ts';

/**
 * Every document of a YAML 1.2 (or JSON) text as plain data, and all that is wrong with the text as such. Never throws
 * for what a text can hold. Documents without content are left out; a broken document does not hide the others.
 */
export function readDocuments(source: SourceText): ReadResult {
  const result = known.get(source) ?? readAnew(source);
  known.set(source, result);
  return result;
}

/** A repo is assembled anew for each change that is tried on it, with all other texts as they were. */
const known = new WeakMap<SourceText, ReadResult>();

function readAnew(source: SourceText): ReadResult {
  const findings: Findings = { source, list: [] };
  const documents: ConfigDocument[] = [];
  if (isSmallEnough(findings) && checkCharacters(findings) && checkConflicts(findings)) readStream(findings, documents);
  return { documents, diagnostics: findings.list };
}

function isSmallEnough(findings: Findings): boolean {
  if (findings.source.text.length <= readLimits.fileSize) return true;
  report(findings, textOverLimit, tooLarge, { start: 0, end: 1 });
  return false;
}

function readStream(findings: Findings, documents: ConfigDocument[]): void {
  const { source } = findings;
  let index = 0;
  for (const part of parseStream(source.text)) {
    if (part.kind === 'broken') reportSyntax(findings, part);
    else checkTabs(part, findings);
    const values = part.kind === 'broken' ? [undefined] : composeDocuments(part, findings);
    for (const value of values) {
      if (value !== undefined) documents.push(documentOf(source, index, value));
      index++;
    }
  }
  if (documents.length <= readLimits.documentsPerFile) return;
  const [first] = documents.splice(readLimits.documentsPerFile);
  report(findings, textOverLimit, tooManyDocuments, first?.placeOf([]).span ?? { start: 0, end: 1 });
}

function documentOf(source: SourceText, index: number, value: ConfigDocument['value']): ConfigDocument {
  return { source, index, value, placeOf: (path, facet = 'value') => placeIn(source, index, path, facet) };
}

const tooLarge = {
  limit: 'the size of a file',
  most: `${readLimits.fileSize / 1024 / 1024} MiB`,
  help: 'Split the file, or keep it out of `include` where it is no configuration.',
};

const tooManyDocuments = {
  limit: 'documents in one file',
  most: String(readLimits.documentsPerFile),
  help: 'Split the file; what follows was not read.',
};
