import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf, usesOf } from '../config/reach.ts';
import { gatewaysByRoute, gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, type Related, raise, type Severity } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const PRICE = '  price: {currency: USD, input: 1.25, output: 10}';
const GOING = `${PRICE}\n  deprecated: {sunset: "2020-12-31", replacement: small}`;

const sunsetPassed = defineDiagnostic<{ problem: string; remedy: string }>({
  code: 'AIGW2019',
  name: 'sunset-passed',
  severity: 'error',
  summary: 'A route or a model is used past, or close to, the day from which it must not be used any more.',
  message: ({ problem }) => problem,
  help: ({ remedy }) => remedy,
  examples: {
    bad: exampleRepo([PRICE, GOING]),
    good: exampleRepo([PRICE, GOING], ['name: main, model: large', 'name: main, model: small']),
  },
});

/** How long before its sunset something is warned of. */
const NOTICE_DAYS = 30;

/** Days as YYYY-MM-DD, which compare as text. */
interface Calendar {
  readonly today: string;
  /** The last day on which a sunset is warned of. */
  readonly soon: string;
}

export const check = defineCheck({
  kinds: [sunsetPassed],
  run: ({ config, today }) => {
    const end = new Date(`${today}T00:00:00Z`);
    end.setUTCDate(end.getUTCDate() + NOTICE_DAYS);
    const calendar: Calendar = { today, soon: end.toISOString().slice(0, 10) };
    return [...routes(config, calendar), ...models(config, calendar)];
  },
});

function routes(config: ResolvedConfig, { today, soon }: Calendar): readonly Diagnostic[] {
  const used = gatewaysByRoute(config);
  return config.all('Route').flatMap((route) => {
    const { deprecated, sunset, replacement } = route.spec.api ?? {};
    if (sunset === undefined) return [];
    if (deprecated !== undefined && deprecated > sunset) {
      return [backwards(route, ['spec', 'api'], { from: deprecated, field: 'deprecated', sunset })];
    }
    if (!used.has(route) || sunset > soon) return [];
    const problem =
      sunset <= today
        ? `Route ${route.name} must not be used any more since ${sunset}, and gateways still list it.`
        : `Route ${route.name} must not be used any more from ${sunset} on.`;
    const other = replacement === undefined ? '' : ` and send clients to ${replacement}`;
    const remedy = `Take the route out of spec.routes of its gateways${other}, or move its sunset.`;
    const severity = sunset <= today ? 'error' : 'warning';
    return [raise(sunsetPassed, { problem, remedy }, route.placeOf(['spec', 'api', 'sunset']), { severity })];
  });
}

function models(config: ResolvedConfig, calendar: Calendar): readonly Diagnostic[] {
  const leaving = config.all('Model').filter(({ spec }) => spec.deprecated !== undefined);
  if (leaving.length === 0) return [];
  const reached = new Set(gatewaysOf(config).flatMap((gateway) => reachOf(config, gateway)));
  const uses = usesOf(config, [...reached]);
  return leaving.flatMap((model) => {
    const { since, sunset } = model.spec.deprecated ?? {};
    if (since !== undefined && sunset !== undefined && since > sunset) {
      return [backwards(model, ['spec', 'deprecated'], { from: since, field: 'since', sunset })];
    }
    if (since !== undefined && since > calendar.today) return [];
    return (uses.get(model) ?? []).map(({ from, path }) => useOf(model, from, from.placeOf(path), calendar));
  });
}

/** A use of a model that is on its way out, told where it would have to change. */
function useOf(model: Resource<'Model'>, user: Resource, place: Diagnostic['place'], { today }: Calendar): Diagnostic {
  const { sunset = '', replacement } = model.spec.deprecated ?? {};
  const passed = sunset <= today;
  const problem = passed
    ? `Model ${model.name} must not be used any more since ${sunset}, and ${user.kind} ${user.name} still does.`
    : `Model ${model.name} is deprecated and must not be used any more from ${sunset} on, and ${user.kind} ${user.name} still does.`;
  const remedy = replacement === undefined ? 'Use another model.' : `Use ${replacement} in its place.`;
  const severity: Severity = passed ? 'error' : 'warning';
  const related: readonly Related[] = [
    { message: `The end of ${model.name}.`, place: model.placeOf(['spec', 'deprecated', 'sunset']) },
  ];
  return raise(sunsetPassed, { problem, remedy }, place, { severity, related });
}

function backwards(
  resource: Resource<'Route' | 'Model'>,
  path: readonly string[],
  { from, field, sunset }: { readonly from: string; readonly field: string; readonly sunset: string },
): Diagnostic {
  const problem = `${resource.kind} ${resource.name} is deprecated from ${from}, after its sunset on ${sunset}.`;
  const remedy = 'Swap the two days: what is deprecated still works until its sunset.';
  const related = [{ message: 'The sunset.', place: resource.placeOf([...path, 'sunset']) }];
  return raise(sunsetPassed, { problem, remedy }, resource.placeOf([...path, field]), { related });
}
