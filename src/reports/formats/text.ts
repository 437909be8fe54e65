import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Place } from '../../diagnostics/source.ts';
import { escapeControls, escapeLogCommands } from '../../lib/terminal-text.ts';
import { codeFrame } from '../code-frame.ts';
import { hiddenSentences, type ReportContext, type ReportFormat, regionOf, shownOf, summaryOf } from '../report.ts';

/** Select Graphic Rendition parameters (ECMA-48). */
const styles = { bold: '1', dim: '2', error: '1;31', warning: '1;33', info: '1;36', help: '32' } as const;

type Paint = (style: keyof typeof styles, text: string) => string;

/** For people at a terminal or reading a job's log: the command's own lines, findings with code frames, and a summary last. */
export const text: ReportFormat = (report, context) => {
  const paint: Paint = context.color
    ? (style, words) => (words === '' ? '' : `\u001b[${styles[style]}m${words}\u001b[0m`)
    : (_style, words) => words;
  const shown = shownOf(report.diagnostics, context.limit);
  const blocks = shown.map((diagnostic) => findingLines(diagnostic, report.sensitive, context, paint));
  const own = report.text.map(escapeControls);
  const summary = summaryOf(report.diagnostics);
  const closing = [
    ...(summary === undefined ? [] : [paint('bold', summary)]),
    ...hiddenSentences(report, shown.length),
    ...explainHint(shownOf(shown, 1)),
  ];
  if (own.length === 0 && closing.length === 0) closing.push('No errors or warnings.');
  const sections = [...blocks, own, closing].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.map(escapeLogCommands).join('\n')).join('\n\n')}\n`;
};

function explainHint([gravest]: readonly Diagnostic[]): readonly string[] {
  return gravest === undefined ? [] : [`Run "aigw explain ${gravest.kind.code}" to read what a code means.`];
}

function findingLines(
  diagnostic: Diagnostic,
  sensitive: readonly Place[],
  context: ReportContext,
  paint: Paint,
): readonly string[] {
  const { severity, kind, place, related } = diagnostic;
  const where = place === undefined ? '' : `${paint('bold', position(place, context.prefix))}: `;
  const head = `${where}${paint(severity, `${severity} ${kind.code}`)}: ${oneLine(diagnostic.message)}`;
  return [
    head,
    ...frameLines(place, { sensitive, context, paint, style: severity, before: true }),
    ...related.flatMap((other) => [
      `  ${position(other.place, context.prefix)}: ${oneLine(other.message)}`,
      ...frameLines(other.place, { sensitive, context, paint, style: 'dim', before: false }),
    ]),
    `  ${paint('help', 'help')}: ${oneLine(diagnostic.help)}`,
  ];
}

interface FrameStyle {
  readonly sensitive: readonly Place[];
  readonly context: ReportContext;
  readonly paint: Paint;
  readonly style: keyof typeof styles;
  readonly before: boolean;
}

function frameLines(place: Place | undefined, frame: FrameStyle): readonly string[] {
  if (place === undefined) return [];
  const gutter = Math.max(4, String(regionOf(place, '').line).length + 2);
  const width = Math.max(20, frame.context.width - gutter - 3);
  return codeFrame(place, { width, sensitive: frame.sensitive, before: frame.before }).map((line) => {
    const number = line.kind === 'code' ? String(line.number) : '';
    const words = line.kind === 'code' ? line.text : frame.paint(frame.style, line.text);
    return `${frame.paint('dim', `${number.padStart(gutter)} |`)} ${words}`.trimEnd();
  });
}

function position(place: Place, prefix: string): string {
  const { file, line, column } = regionOf(place, prefix);
  return `${oneLine(file)}:${line}:${column}`;
}

function oneLine(words: string): string {
  return escapeControls(words).replaceAll('\t', ' ');
}
