// The reports floor: one result of every command, and pure functions that write it in the formats people and CI systems read.
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.ts';
import { locate, type Place } from '../diagnostics/source.ts';
import type { Json } from '../lib/json.ts';
import { conceal } from './concealment.ts';

/**
 * 0 fine · 1 the answer is no · 2 the command line or the repo cannot be understood · 3 the world failed ·
 * 4 no answer yet · 70 bug · 130/143 ended by a signal.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 70 | 130 | 143;

/** What a command answers besides its findings. `misunderstood`: it could not start on this command line or repo. */
export type Answer = 'yes' | 'no' | 'pending' | 'misunderstood' | 'world-failed';

/** One executed case of a test suite; JUnit is made of these. */
export interface ReportCase {
  readonly suite: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** One sentence for a case that did not pass. */
  readonly message?: string;
  /** Expected and actual, several lines. */
  readonly details?: string;
  readonly place?: Place;
  readonly seconds?: number;
}

/** Findings that were made and are not listed. */
export interface HiddenCounts {
  readonly suppressed: number;
  readonly baselined: number;
}

/** The one result of every command. Every format writes the same record, and none of them changes the exit code. */
export interface RunReport {
  readonly formatVersion: '1.0';
  readonly command: string;
  /** Of aigw. */
  readonly version: string;
  readonly ok: boolean;
  readonly exitCode: ExitCode;
  /** The mildest severity that makes the answer no. */
  readonly failOn: Severity;
  /** All of them, in file order. Formats for people show a part of a long list. */
  readonly diagnostics: readonly Diagnostic[];
  readonly hidden: HiddenCounts;
  /** Places that hold secrets, those of suppressed findings too: no code frame shows them. */
  readonly sensitive: readonly Place[];
  /** The command's own data, for machines. */
  readonly result: Json;
  /** What it lists, for machines that read a line each; undefined where it lists nothing. */
  readonly records: readonly Json[] | undefined;
  readonly cases: readonly ReportCase[];
  /** The command's own lines for people. */
  readonly text: readonly string[];
}

/** Where and for whom a report is written. All that a format may know besides the report. */
export interface ReportContext {
  readonly color: boolean;
  /** Cells of a terminal line. */
  readonly width: number;
  /** Put before every path: '' or a folder with its closing slash, from where the reader stands to the config repo. CI formats take it from the Git root. */
  readonly prefix: string;
  /** How many findings a format for people shows. */
  readonly limit: number;
}

/** Writes a report. Pure; the text ends in a line end. */
export type ReportFormat = (report: RunReport, context: ReportContext) => string;

/** What `runReport` needs; what is left out is empty. */
export interface RunReportParts {
  readonly command: string;
  readonly version: string;
  readonly diagnostics?: readonly Diagnostic[];
  readonly hidden?: HiddenCounts;
  readonly sensitive?: readonly Place[];
  readonly result?: Json;
  readonly records?: readonly Json[];
  readonly cases?: readonly ReportCase[];
  readonly text?: readonly string[];
  /** `yes` unless told: findings and failed cases make a no by themselves. */
  readonly answer?: Answer;
  /** The mildest severity that makes the answer no; error unless told. */
  readonly failOn?: Severity;
}

/** Makes the report of a run: decides its exit code, and redacts what its sensitive places hold. */
export function runReport(parts: RunReportParts): RunReport {
  const diagnostics = parts.diagnostics ?? [];
  const cases = parts.cases ?? [];
  const sensitive = parts.sensitive ?? sensitivePlaces(diagnostics);
  const failOn = parts.failOn ?? 'error';
  const exitCode = exitCodeOf({ diagnostics, cases, failOn, answer: parts.answer ?? 'yes' });
  return {
    formatVersion: '1.0',
    command: parts.command,
    version: parts.version,
    ok: exitCode === 0,
    exitCode,
    failOn,
    hidden: parts.hidden ?? { suppressed: 0, baselined: 0 },
    sensitive,
    ...conceal(
      { diagnostics, cases, result: parts.result ?? null, records: parts.records, text: parts.text ?? [] },
      sensitive,
    ),
  };
}

/** The places of findings that point at a secret. */
export function sensitivePlaces(diagnostics: readonly Diagnostic[]): readonly Place[] {
  return diagnostics.flatMap((diagnostic) =>
    diagnostic.sensitive === true && diagnostic.place !== undefined ? [diagnostic.place] : [],
  );
}

/** What the exit code follows from. */
export interface ExitFacts {
  readonly diagnostics: readonly Diagnostic[];
  readonly cases: readonly ReportCase[];
  readonly answer: Answer;
  readonly failOn: Severity;
}

/**
 * The exit code of a run, made here and nowhere else. "Could not look" outranks "looked and found": an error of reading
 * (AIGW10xx) means that the repo cannot be understood.
 */
export function exitCodeOf({ diagnostics, cases, answer, failOn }: ExitFacts): ExitCode {
  if (answer === 'misunderstood' || diagnostics.some(isReadingError)) return 2;
  if (answer === 'world-failed') return 3;
  const failed = cases.some(({ outcome }) => outcome === 'failed' || outcome === 'error');
  const found = diagnostics.some(({ severity }) => isAtLeast(severity, failOn));
  if (answer === 'no' || failed || found) return 1;
  return answer === 'pending' ? 4 : 0;
}

/** Whether a severity is as grave as another, or graver. */
export function isAtLeast(severity: Severity, other: Severity): boolean {
  return severityRank[severity] <= severityRank[other];
}

/** 0 is the gravest. */
const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function isReadingError({ kind, severity }: Diagnostic): boolean {
  return severity === 'error' && kind.code.startsWith('AIGW10');
}

/** A place as reports write it: 1-based, the end exclusive, columns in UTF-16 units. */
export interface Region {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The file that stands for the whole repo, for consumers that refuse a finding without a place. */
const rootFile = 'aigw.yaml';

/** The region of a place; of a finding without one, the beginning of the repo's root file. */
export function regionOrRoot(place: Place | undefined, prefix: string): Region {
  if (place !== undefined) return regionOf(place, prefix);
  return { file: prefix + rootFile, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

/** Lines and columns of a place, its path with the context's prefix. */
export function regionOf({ source, span }: Place, prefix: string): Region {
  const start = locate(source, span.start);
  const end = locate(source, Math.max(span.start, span.end));
  return {
    file: prefix + source.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

/**
 * The findings that a list of `limit` shows, in the order given. The gravest stay: a warning never hides an error.
 */
export function shownOf(diagnostics: readonly Diagnostic[], limit: number): readonly Diagnostic[] {
  if (diagnostics.length <= limit) return diagnostics;
  const ranked = diagnostics.toSorted((a, b) => severityRank[a.severity] - severityRank[b.severity]);
  const kept = new Set(ranked.slice(0, limit));
  return diagnostics.filter((diagnostic) => kept.has(diagnostic));
}

/** "2 errors, 1 warning in 3 files", the gravest first; undefined where nothing was found. */
export function summaryOf(diagnostics: readonly Diagnostic[]): string | undefined {
  if (diagnostics.length === 0) return undefined;
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  const files = new Set(diagnostics.flatMap(({ place }) => (place === undefined ? [] : [place.source.path]))).size;
  return files === 0 ? counts.join(', ') : `${counts.join(', ')} in ${counted(files, 'file')}`;
}

/** What is not listed, in sentences: suppressed, in the baseline, over the limit. */
export function hiddenSentences(report: RunReport, shown: number): readonly string[] {
  const { suppressed, baselined } = report.hidden;
  const over = report.diagnostics.length - shown;
  return [
    ...(suppressed > 0 ? [`${counted(suppressed, 'finding')} suppressed by comments.`] : []),
    ...(baselined > 0 ? [`${counted(baselined, 'finding')} in the baseline.`] : []),
    ...(over > 0 ? [`${counted(over, 'more finding')} not shown; --format json lists all.`] : []),
  ];
}

/** "1 file", "2 files". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
