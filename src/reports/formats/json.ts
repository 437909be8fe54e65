import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Place } from '../../diagnostics/source.ts';
import type { JsonObject } from '../../lib/json.ts';
import { printJson } from '../json-text.ts';
import { type ReportFormat, regionOf } from '../report.ts';

/** The envelope of schemas/report.schema.json, indented by two spaces. Nothing is left out, however long. */
export const json: ReportFormat = (report, { prefix }) => {
  const envelope = {
    formatVersion: report.formatVersion,
    command: report.command,
    version: report.version,
    ok: report.ok,
    exitCode: report.exitCode,
    hidden: report.hidden,
    diagnostics: report.diagnostics.map((diagnostic) => entryOf(diagnostic, prefix)),
    result: report.result,
  };
  return printJson(envelope);
};

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
