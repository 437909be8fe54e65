import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Place } from '../diagnostics/source.ts';
import type { JsonObject } from '../lib/json.ts';
import { type RunReport, regionOf } from './report.ts';

/** What schemas/report.schema.json describes. Nothing is left out, however long. @param prefix as of a ReportContext. */
export function envelopeOf(report: RunReport, prefix: string): JsonObject {
  return {
    formatVersion: report.formatVersion,
    command: report.command,
    version: report.version,
    ok: report.ok,
    exitCode: report.exitCode,
    hidden: { ...report.hidden },
    diagnostics: report.diagnostics.map((diagnostic) => entryOf(diagnostic, prefix)),
    result: report.result,
  };
}

function entryOf(diagnostic: Diagnostic, prefix: string): JsonObject {
  return {
    code: diagnostic.kind.code,
    name: diagnostic.kind.name,
    severity: diagnostic.severity,
    message: diagnostic.message,
    help: diagnostic.help,
    ...regionFields(diagnostic.place, prefix),
    related: diagnostic.related.map(({ message, place }) => ({ message, ...regionFields(place, prefix) })),
  };
}

function regionFields(place: Place | undefined, prefix: string): JsonObject {
  if (place === undefined) return { file: null, line: null, column: null, endLine: null, endColumn: null };
  return { ...regionOf(place, prefix) };
}
