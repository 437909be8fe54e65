import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { escapeControls } from '../../lib/terminal-text.ts';
import { counted, type ReportContext, type ReportFormat, regionOf, summaryOf } from '../report.ts';

/** GitHub shows this many annotations of one severity for a step, and drops the rest in silence. */
const annotationsPerSeverity = 10;

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Annotations as workflow commands, the gravest first; where GitHub would drop some, the last one says how many. Every line
 * is a command of ours with its data escaped, or the summary, which holds no data: nothing that a user wrote can run.
 */
export const github: ReportFormat = (report, context) => {
  const lines = (['error', 'warning', 'info'] as const).flatMap((severity) =>
    annotationsOf(
      report.diagnostics.filter((diagnostic) => diagnostic.severity === severity),
      severity,
      context,
    ),
  );
  return `${[...lines, summaryOf(report.diagnostics) ?? 'No errors or warnings.'].join('\n')}\n`;
};

function annotationsOf(found: readonly Diagnostic[], severity: Severity, context: ReportContext): readonly string[] {
  const all = found.length <= annotationsPerSeverity;
  const shown = all ? found : found.slice(0, annotationsPerSeverity - 1);
  const lines = shown.map((diagnostic) => annotationOf(diagnostic, context));
  if (all) return lines;
  const rest = `${counted(found.length - shown.length, 'more finding')} of this severity. The report lists all.`;
  return [...lines, `::${commands[severity]} title=aigw::${rest}`];
}

function annotationOf({ kind, severity, message, help, place }: Diagnostic, { prefix }: ReportContext): string {
  const properties: Record<string, string> = {};
  if (place !== undefined) {
    const { file, line, column, endLine, endColumn } = regionOf(place, prefix);
    Object.assign(properties, { file, line: String(line), endLine: String(endLine) });
    // GitHub takes columns only where the span stays on one line; its end is the last column, not the one after.
    if (line === endLine) Object.assign(properties, { col: column, endColumn: Math.max(column, endColumn - 1) });
  }
  properties['title'] = `${kind.code} ${kind.name}`;
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${commands[severity]} ${written.join(',')}::${escapeData(`${message}\n${help}`)}`;
}

/** Escapes of @actions/core: per cent first, so that what is escaped is not escaped again. */
function escapeData(text: string): string {
  const lines = text.split('\n').map(escapeControls).join('\n');
  return lines.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
