import { isObject, type Json } from '../../lib/json.ts';
import { escapeControls } from '../../lib/terminal-text.ts';
import type { ReportFormat } from '../report.ts';

/** GitLab (18) takes so many variables of a job's report unless its administrator allows more. */
const MOST = 20;

/**
 * Variables for the jobs that follow, as GitLab's `artifacts:reports:dotenv` and GitHub's `$GITHUB_OUTPUT` read them: the answer, then what the
 * result says in plain values, `request.url` as AIGW_REQUEST_URL. A name is letters, digits and underscores; a value is the rest of its line,
 * without quotes, so one that has line ends or other controls is left out.
 */
export const dotenv: ReportFormat = ({ command, ok, exitCode, result }) => {
  const variables = [['ok', ok], ['exit_code', exitCode], ['command', command], ...plainValues(result, '')] as const;
  const lines = variables
    .map(([name, value]) => [name, String(value)] as const)
    .filter(([, value]) => escapeControls(value) === value)
    .map(([name, value]) => `AIGW_${variableOf(name)}=${value}`);
  return `${lines.slice(0, MOST).join('\n')}\n`;
};

/** `request_isDraft` is REQUEST_IS_DRAFT. */
function variableOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replace(/[^A-Z0-9_]/g, '_');
}

/** Down to two levels; lists and nulls have no plain value. */
function plainValues(
  value: Json,
  prefix: string,
): readonly (readonly [name: string, value: string | number | boolean])[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    if (typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean')
      return [[prefix + key, each] as const];
    return prefix === '' ? plainValues(each, `${key}_`) : [];
  });
}
