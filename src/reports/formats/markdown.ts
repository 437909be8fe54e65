import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { escapeControls, escapeLogCommands } from '../../lib/terminal-text.ts';
import { codeFrame } from '../code-frame.ts';
import { escapeMarkdown, fenced, inlineCode, shortened } from '../markdown-text.ts';
import {
  counted,
  type ExitCode,
  hiddenSentences,
  type ReportCase,
  type ReportContext,
  type ReportFormat,
  type RunReport,
  regionOf,
  shownOf,
  summaryOf,
} from '../report.ts';

/** GitHub takes 65,536 characters in a comment; the rest is for what a platform adds. Counted in UTF-16 units. */
const maximumLength = 65_000;
/** Kept for the lines that say what was cut. */
const closingLength = 1_000;
const messageLength = 1_000;
const frameWidth = 100;

const marks: Readonly<Record<Severity, string>> = { error: '❌ error', warning: '⚠️ warning', info: 'ℹ️ info' };

/**
 * For the comment of a change request and for GitHub's job summary. The hidden marker comes first, by which the comment is
 * found again. The report is cut between its blocks, so that no fence or element stays open, and says what it left out.
 */
export const markdown: ReportFormat = (report, context) => {
  const shown = shownOf(report.diagnostics, context.limit);
  const blocks = [
    ...ownText(report.text),
    ...report.cases.filter(({ outcome }) => outcome === 'failed' || outcome === 'error').map(caseBlock),
    ...shown.map((diagnostic) => findingBlock(diagnostic, report, context)),
  ];
  const head = [`<!-- aigw:${report.command} -->`, `### aigw ${report.command}: ${headlineOf(report)}`];
  const kept = fitting(blocks, maximumLength - closingLength - head.join('\n\n').length);
  const cut = blocks.length - kept.length;
  const closing = [
    ...hiddenSentences(report, shown.length),
    ...(cut === 0
      ? []
      : [
          `The last ${counted(cut, 'part')} of this report did not fit and ${cut === 1 ? 'was' : 'were'} left out; the job has the whole report.`,
        ]),
  ];
  return `${[...head, ...kept, ...closing].join('\n\n')}\n`;
};

function headlineOf(report: RunReport): string {
  const failed = report.cases.filter(({ outcome }) => outcome === 'failed' || outcome === 'error').length;
  const skipped = report.cases.filter(({ outcome }) => outcome === 'skipped').length;
  const others = skipped === 0 ? '' : `, ${skipped} skipped`;
  const cases =
    report.cases.length === 0 ? [] : [`${failed} of ${counted(report.cases.length, 'case')} failed${others}`];
  const summary = summaryOf(report.diagnostics);
  const parts = [...cases, ...(summary === undefined ? [] : [summary])];
  return parts.length === 0 ? ANSWERS[report.exitCode] : parts.join('; ');
}

const ANSWERS: Readonly<Record<ExitCode, string>> = {
  0: 'no errors or warnings',
  1: 'the answer is no',
  2: 'it could not be understood',
  3: 'the world failed',
  4: 'not yet',
  70: 'a fault of aigw',
  130: 'interrupted',
  143: 'interrupted',
};

/** The blocks from the first on that fit into `length` units. */
function fitting(blocks: readonly string[], length: number): readonly string[] {
  let left = length;
  const overflow = blocks.findIndex((block) => {
    left -= block.length + 2;
    return left < 0;
  });
  return overflow === -1 ? blocks : blocks.slice(0, overflow);
}

function ownText(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [block(lines.map(escapeControls), maximumLength / 2)];
}

/** Lines as a code block of a bounded length. */
function block(lines: readonly string[], length: number): string {
  return fenced(shortened(lines.map(escapeLogCommands).join('\n'), length), 'text');
}

function caseBlock({ suite, name, message = '', details = '' }: ReportCase): string {
  const head = `**❌ ${escapeMarkdown(shortened(suite, 200))}: ${escapeMarkdown(shortened(name, 200))}**`;
  const lines = [message, details].filter((part) => part !== '').flatMap((part) => part.split('\n'));
  const body = lines.length === 0 ? [] : [block(lines.map(escapeControls), 2 * messageLength)];
  return [head, ...body].join('\n\n');
}

function findingBlock(diagnostic: Diagnostic, report: RunReport, context: ReportContext): string {
  const { kind, severity, message, help, place, related } = diagnostic;
  const where = place === undefined ? '' : ` ${inlineCode(positionOf(diagnostic, context.prefix))}`;
  const frame =
    place === undefined ? [] : codeFrame(place, { width: frameWidth, sensitive: report.sensitive, before: true });
  const gutter = String(frame.findLast((line) => line.kind === 'code')?.number ?? '').length;
  const lines = frame.map((line) =>
    `${line.kind === 'code' ? String(line.number).padStart(gutter) : ' '.repeat(gutter)} | ${line.text}`.trimEnd(),
  );
  return [
    `**${marks[severity]} ${kind.code}**${where}`,
    escapeMarkdown(shortened(message, messageLength)),
    ...(lines.length === 0 ? [] : [block(lines, messageLength)]),
    ...related.slice(0, 10).map((one) => {
      const { file, line, column } = regionOf(one.place, context.prefix);
      return `${inlineCode(shortened(`${file}:${line}:${column}`, messageLength))} ${escapeMarkdown(shortened(one.message, messageLength))}`;
    }),
    `Help: ${escapeMarkdown(shortened(help, messageLength))}`,
  ].join('\n\n');
}

function positionOf({ place }: Diagnostic, prefix: string): string {
  if (place === undefined) return '';
  const { file, line, column } = regionOf(place, prefix);
  return shortened(`${file}:${line}:${column}`, messageLength);
}
