import type { DocumentEvent } from 'js-yaml';
import { type Composer, reportAt } from './yaml-composer.ts';
import { yamlDirective } from './yaml-faults.ts';
import { startOf } from './yaml-spans.ts';
import { invalidYaml } from './yaml-syntax.ts';

/**
 * Checks what stands before a document's content. The parser does not give the places of directives and markers, takes
 * indented ones, and leaves out directives that it does not know.
 */
export function checkPrologue(composer: Composer, event: DocumentEvent): void {
  if (event.explicitStart) checkDirectives(composer);
  const root = composer.events[composer.at];
  const start = root && startOf(composer.text, root);
  if (start === undefined) return;
  const line = /[^\n]*$/.exec(composer.text.slice(composer.last, start))?.[0] ?? '';
  if (line.startsWith('...')) reportAt(composer, invalidYaml, contentAfterEnd, { start, end: start + 1 });
}

function checkDirectives(composer: Composer): void {
  const line = /^([ \t]*)(%[^\r\n]*|---(?=\s|$))/gm;
  line.lastIndex = composer.last;
  for (let match = line.exec(composer.text); match !== null; match = line.exec(composer.text)) {
    const [, indent = '', words = ''] = match;
    const start = match.index + indent.length;
    composer.last = start + words.trimEnd().length;
    const span = { start, end: composer.last };
    if (words === '---') {
      if (indent !== '') reportAt(composer, invalidYaml, indentedMarker, span);
      return;
    }
    if (indent !== '' || !/^%YAML[ \t]+1\.2\s*(?:#.*)?$/.test(words)) {
      reportAt(composer, yamlDirective, { directive: words.trimEnd() }, span);
    }
  }
}

const contentAfterEnd = {
  problem: 'Text stands on the line of the document end "...".',
  help: 'Begin the next document on a line of its own.',
};

const indentedMarker = {
  problem: 'The document marker "---" is indented; some readers take it for text.',
  help: 'Write "---" at the beginning of the line.',
};
