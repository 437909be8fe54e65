import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Place } from '../../diagnostics/source.ts';
import type { JsonObject } from '../../lib/json.ts';
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
  return `${escapeSteering(JSON.stringify(envelope, null, 2))}\n`;
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

/** JSON leaves DEL, C1 and bidi controls as they are; a terminal that shows the report would obey them. */
function escapeSteering(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
