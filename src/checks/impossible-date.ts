import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { valuesAt } from '../config/schema-sites.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const MATCH = '  match: [{model: large}]';

const impossibleDate = defineDiagnostic<{ day: string; last: string }>({
  code: 'AIGW2031',
  name: 'impossible-date',
  severity: 'error',
  summary: 'A date is not in the calendar.',
  message: ({ day, last }) => `${day} is not a day of the calendar; the last one of its month is ${last}.`,
  help: ({ last }) => `Write ${last}, or the day that was meant.`,
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
  run: ({ config }) => SITES.flatMap(([kind, site]) => config.all(kind).flatMap((resource) => unreal(resource, site))),
});

function unreal(resource: Resource, site: readonly string[]): readonly Diagnostic[] {
  return valuesAt(resource.written, site).flatMap(({ path, value }) => {
    const day = String(value).slice(0, 10);
    if (isDay(day)) return [];
    const [year = '', month = ''] = day.split('-');
    const last = new Date(Date.UTC(Number(year), Number(month), 0)).toISOString().slice(0, 10);
    return [raise(impossibleDate, { day, last }, resource.placeOf(path))];
  });
}

function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
