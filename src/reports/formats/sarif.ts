import type { Diagnostic, DiagnosticKind, Related, Severity } from '../../diagnostics/diagnostic.ts';
import type { Place } from '../../diagnostics/source.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { fingerprintsOf } from '../../plan/fingerprint.ts';
import { explain } from '../catalogue.ts';
import { printJson } from '../json-text.ts';
import { counted, type ReportFormat, type RunReport, regionOrRoot, shownOf } from '../report.ts';

/** GitHub refuses a run with more results, and shows this many related locations of one. */
const limits = { results: 25_000, related: 100 } as const;

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/**
 * SARIF 2.1.0 within the limits of GitHub code scanning: paths relative to the Git root, fingerprints that survive moved
 * lines, a category for each command. A finding without a place stands at the repo's root file, since GitHub refuses
 * results without a location.
 */
export const sarif: ReportFormat = (report, { prefix }) => {
  const shown = shownOf(report.diagnostics, limits.results);
  const kinds = [...new Map(shown.map(({ kind }) => [kind.code, kind])).values()].toSorted(byCode);
  const fingerprints = fingerprintsOf(shown);
  const indexes = new Map(kinds.map(({ code }, index) => [code, index]));
  const results = shown.map((diagnostic, index) => ({
    ruleIndex: indexes.get(diagnostic.kind.code) ?? -1,
    ...resultOf(diagnostic, prefix),
    partialFingerprints: { primaryLocationLineHash: `${fingerprints[index] ?? ''}:1` },
  }));
  return printJson({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'aigw', version: report.version, rules: kinds.map(ruleOf) } },
        automationDetails: { id: `aigw/${report.command}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [invocationOf(report, shown.length)],
        results,
      },
    ],
  });
};

function ruleOf(kind: DiagnosticKind<never>): JsonObject {
  return {
    id: kind.code,
    name: kind.name,
    shortDescription: { text: kind.summary },
    fullDescription: { text: kind.summary },
    help: { text: `${kind.summary} Run "aigw explain ${kind.code}" for examples.`, markdown: explain(kind) },
    defaultConfiguration: { level: levels[kind.severity] },
  };
}

function resultOf(diagnostic: Diagnostic, prefix: string): JsonObject {
  const related = diagnostic.related.slice(0, limits.related);
  return {
    ruleId: diagnostic.kind.code,
    level: levels[diagnostic.severity],
    message: { text: plainText(`${diagnostic.message} ${diagnostic.help}`) },
    locations: [locationOf(diagnostic.place, prefix)],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((one, id) => relatedLocation(one, id, prefix)) }),
  };
}

function relatedLocation({ message, place }: Related, id: number, prefix: string): JsonObject {
  return { id, ...locationOf(place, prefix), message: { text: plainText(message) } };
}

function locationOf(place: Place | undefined, prefix: string): JsonObject {
  const { file, line, column, endLine, endColumn } = regionOrRoot(place, prefix);
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file), uriBaseId: '%SRCROOT%' },
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
  };
}

/** A relative URI reference: every segment percent-encoded, the colon too, which would make a scheme of what is before it. */
function uriOf(path: string): string {
  return path.toWellFormed().replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/');
}

/** SARIF reads `[text](target)` in a message as a link (3.11.6); with the bracket escaped it is text. */
function plainText(text: string): string {
  return text.replace(/\[(?=[^\]]*\]\()/g, '\\[');
}

function invocationOf(report: RunReport, shown: number): JsonObject {
  const over = report.diagnostics.length - shown;
  const notifications: readonly Json[] =
    over === 0
      ? []
      : [
          {
            level: 'warning',
            message: {
              text: `${counted(over, 'more finding')} not listed: GitHub takes ${limits.results} in one run.`,
            },
          },
        ];
  return {
    executionSuccessful: report.exitCode < 2,
    exitCode: report.exitCode,
    toolExecutionNotifications: notifications,
  };
}

function byCode(a: DiagnosticKind<never>, b: DiagnosticKind<never>): number {
  return a.code < b.code ? -1 : 1;
}
