import type { Resource } from '../config/model.ts';
import { valuesAt } from '../config/schema-sites.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';
import { exampleRepo } from './example.ts';

const MATCH = '  match: [{model: large}]';

const impossibleDate = defineDiagnostic<{ problem: string; remedy: string }>({
  code: 'AIGW2031',
  name: 'impossible-date',
  severity: 'error',
  summary: 'A date is not in the calendar, or a time ends before it begins.',
  message: ({ problem }) => problem,
  help: ({ remedy }) => remedy,
  examples: {
    bad: exampleRepo([MATCH, `${MATCH}\n  api: {version: v1, sunset: "2099-02-30"}`]),
    good: exampleRepo([MATCH, `${MATCH}\n  api: {version: v1, sunset: "2099-02-28"}`]),
  },
});

/** Where days and moments stand. */
const SITES = [
  ['Route', ['spec', 'api', 'deprecated']],
  ['Route', ['spec', 'api', 'sunset']],
  ['Model', ['spec', 'deprecated', 'since']],
  ['Model', ['spec', 'deprecated', 'sunset']],
  ['Policy', ['spec', 'freezes', '*', 'from']],
  ['Policy', ['spec', 'freezes', '*', 'to']],
] as const;

export const check = defineCheck({
  kinds: [impossibleDate],
  byResource: true,
  run: ({ config }) => [
    ...SITES.flatMap(([kind, site]) => config.all(kind).flatMap((resource) => unreal(resource, site))),
    ...config.all('Policy').flatMap(backwards),
  ],
});

function unreal(resource: Resource, site: readonly string[]): readonly Diagnostic[] {
  return valuesAt(resource.written, site).flatMap(({ path, value }) => {
    const day = String(value).slice(0, 10);
    if (isDay(day)) return [];
    const [year = '', month = ''] = day.split('-');
    const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
    const problem = `${day} is not a day of the calendar: that month has ${last} days.`;
    const remedy = `Write ${year}-${month}-${last}, or the day that was meant.`;
    return [raise(impossibleDate, { problem, remedy }, resource.placeOf(path))];
  });
}

function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

function backwards(policy: Resource<'Policy'>): readonly Diagnostic[] {
  return (policy.spec.freezes ?? []).flatMap(({ name, from, to }, index) => {
    const [start, end] = [Date.parse(from), Date.parse(to)];
    if (Number.isNaN(start) || Number.isNaN(end) || start < end) return [];
    const path = ['spec', 'freezes', index];
    const problem = `Freeze ${name} of policy ${policy.name} ends when or before it begins, so it holds at no time.`;
    const related = [{ message: 'Its begin.', place: policy.placeOf([...path, 'from']) }];
    const args = { problem, remedy: 'Swap from and to; mind their time zones.' };
    return [raise(impossibleDate, args, policy.placeOf([...path, 'to']), { related })];
  });
}
