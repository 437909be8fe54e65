/**
 * Adds up the JSON reports of the test runs and prints `N passed, N failed, N skipped`. Ends with 1 where a test or a whole
 * file failed, where a report is missing, or where nothing passed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportFile, suites } from './test-reports.ts';

/** Of vitest's JSON report, what is counted here. */
interface JsonReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const root = join(import.meta.dirname, '..');
const total = { passed: 0, failed: 0, skipped: 0 };
let sound = true;

for (const suite of suites) {
  const path = join(root, reportFile(suite, 'json'));
  if (!existsSync(path)) {
    console.log(`The ${suite} tests left no report.`);
    sound = false;
    continue;
  }
  const report = JSON.parse(readFileSync(path, 'utf8')) as JsonReport;
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests + brokenFiles(report);
  total.skipped += report.numPendingTests + report.numTodoTests;
  sound &&= report.success;
}

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = sound && total.failed === 0 && total.passed > 0 ? 0 : 1;

/** Files that failed before or outside of their tests: none of their tests says so. */
function brokenFiles({ testResults }: JsonReport): number {
  return testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length;
}
