import { defineDiagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source.ts';
import { type Findings, report, textOverLimit } from './read-findings.ts';
import { readLimits } from './read-limits.ts';
import { explain, type SyntaxFault } from './syntax-explanation.ts';
import type { BrokenPart } from './yaml-stream.ts';

/** The text is no YAML. */
export const invalidYaml = defineDiagnostic<SyntaxFault>({
  code: 'AIGW1001',
  name: 'invalid-yaml',
  severity: 'error',
  summary: 'A document is not valid YAML.',
  message: ({ problem }) => problem,
  help: ({ help }) => help,
  examples: {
    bad: 'kind: Prompt\nmetadata: {name: hello}\nspec:\n  text: Answer: as well as you can\n',
    good: 'kind: Prompt\nmetadata: {name: hello}\nspec:\n  text: "Answer: as well as you can"\n',
  },
});

/** A tab where YAML wants spaces. */
export const tabIndentation = defineDiagnostic({
  code: 'AIGW1002',
  name: 'tab-indentation',
  severity: 'error',
  summary: 'A line begins with a tab.',
  message: () => 'This line begins with a tab, which YAML readers refuse as indentation.',
  help: () => 'Indent by spaces.',
  examples: { bad: 'kind: Team\nmetadata:\n\tname: search\n', good: 'kind: Team\nmetadata:\n  name: search\n' },
});

/** `<<<<<<<` and its kin. */
export const conflictMarker = defineDiagnostic({
  code: 'AIGW1003',
  name: 'conflict-marker',
  severity: 'error',
  summary: 'A merge conflict was not resolved.',
  message: () => 'A conflict marker of Git stands here: the merge was not resolved.',
  help: () => 'Decide which side stays and remove the marker lines.',
  examples: {
    bad: 'kind: Team\n<<<<<<< HEAD\nmetadata: {name: search}\n=======\nmetadata: {name: find}\n>>>>>>> rename\n',
    good: 'kind: Team\nmetadata: {name: find}\n',
  },
});

/** Reports where a merge conflict begins. Without one, the file can be read on. */
export function checkConflicts(findings: Findings): boolean {
  const { text } = findings.source;
  const start = text.startsWith('<<<<<<< ') ? 0 : text.indexOf('\n<<<<<<< ') + 1;
  if (start === 0 && !text.startsWith('<<<<<<< ')) return true;
  report(findings, conflictMarker, {}, { start, end: start + 7 });
  return false;
}

/** Reports why a part is no YAML, at the place where the reader should look first. */
export function reportSyntax(findings: Findings, part: BrokenPart): void {
  const at = (start: number): Span => ({ start: part.offset + start, end: part.offset + start + 1 });
  const tab = tabBefore(part);
  if (tab !== undefined) report(findings, tabIndentation, {}, at(tab));
  else if (part.reason.startsWith('nesting exceeded')) report(findings, textOverLimit, tooDeep, at(part.at));
  else {
    const { start, ...fault } = explain(part);
    report(findings, invalidYaml, fault, at(Math.min(start, Math.max(part.text.trimEnd().length - 1, 0))));
  }
}

/** The tab that is to blame: the parser says so, or misses an indentation where there is a tab. */
function tabBefore({ reason, text, at }: BrokenPart): number | undefined {
  if (reason.startsWith('tab characters')) return at;
  if (!reason.startsWith('deficient indentation')) return undefined;
  const indent = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return indent.trim() === '' && indent.includes('\t') ? at - indent.length + indent.indexOf('\t') : undefined;
}

const tooDeep = {
  limit: 'lists and maps inside one another',
  most: String(readLimits.depth),
  help: 'Use less nesting; a bracket may be missing its end.',
};
