import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { escapeControls } from '../../lib/terminal-text.ts';
import { fingerprintsOf } from '../../plan/fingerprint.ts';
import { printJson } from '../json-text.ts';
import { type ReportFormat, regionOrRoot } from '../report.ts';

const severities: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'minor', info: 'info' };

/**
 * GitLab's Code Quality report: a JSON array, without a byte order mark, `[]` where nothing was found. GitLab compares
 * fingerprints with those of the target branch, and merges equal ones: so they leave out the line, and none are alike.
 */
export const gitlab: ReportFormat = (report, { prefix }) => {
  const fingerprints = fingerprintsOf(report.diagnostics);
  return printJson(
    report.diagnostics.map((diagnostic, index) => ({
      ...issueOf(diagnostic, prefix),
      fingerprint: fingerprints[index] ?? '',
    })),
  );
};

function issueOf(diagnostic: Diagnostic, prefix: string): object {
  const { file, line, endLine } = regionOrRoot(diagnostic.place, prefix);
  return {
    description: escapeControls(`${diagnostic.message} ${diagnostic.help}`),
    check_name: diagnostic.kind.code,
    severity: severities[diagnostic.severity],
    location: { path: file.replace(/^\.\//, ''), lines: { begin: line, end: endLine } },
  };
}
