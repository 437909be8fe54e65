import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { consumersOf, gatewaysOf, isPriced, routesOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const unlimited = defineDiagnostic<{ route: string; gateway: string; models: string }>({
  code: 'AIGW2021',
  name: 'unlimited',
  severity: 'info',
  summary: 'Nothing limits what a route may cost.',
  message: ({ route, gateway, models }) =>
    `Route ${route} of gateway ${gateway} sends requests to models that cost money (${models}), and no limit or budget holds for it.`,
  help: ({ route, gateway }) =>
    `Name a limit or a budget in gateway ${gateway}, in route ${route}, or in each consumer or its team.`,
  examples: { bad: exampleRepo(['  limits: [fair-share]\n', '']), good: exampleRepo() },
});

type Gateway = Resource<'Gateway'>;
type Bounded = Pick<Resource<'Gateway' | 'Route' | 'Consumer' | 'Team'>['spec'], 'limits' | 'budgets'>;

export const check = defineCheck({
  kinds: [unlimited],
  run: ({ config }) =>
    gatewaysOf(config)
      .filter(({ spec }) => spec.consumers.length > 0 && !isBounded(spec))
      .flatMap((gateway) => findingsIn(config, gateway)),
});

function findingsIn(config: ResolvedConfig, gateway: Gateway): readonly Diagnostic[] {
  const free = consumersOf(config, gateway).filter(
    ({ spec }) => !isBounded(spec) && !isBounded(teamOf(config, spec.team)),
  );
  const names = new Set(free.map(({ name }) => name));
  return routesOf(config, gateway).flatMap(({ resource: route, path }) => {
    const { consumers } = route.spec;
    const anybody = consumers === undefined ? free.length > 0 : consumers.some((name) => names.has(name));
    if (!anybody || isBounded(route.spec)) return [];
    const dear = reachOf(config, route).filter(
      (one): one is Resource<'Model'> => one.kind === 'Model' && isDear(one as Resource<'Model'>),
    );
    if (dear.length === 0) return [];
    const args = { route: route.name, gateway: gateway.name, models: dear.map(({ name }) => name).join(', ') };
    const related = dear.map((model) => ({
      message: `The price of ${model.name}.`,
      place: model.placeOf(['spec', 'price'], 'key'),
    }));
    return [raise(unlimited, args, gateway.placeOf(path), { related })];
  });
}

/** What the provider grants of a model is a limit too. */
function isDear(model: Resource<'Model'>): boolean {
  return isPriced(model) && model.spec.quota === undefined;
}

function isBounded({ limits, budgets }: Bounded): boolean {
  return limits.length > 0 || budgets.length > 0;
}

function teamOf(config: ResolvedConfig, name: string | undefined): Bounded {
  return (name === undefined ? undefined : config.find('Team', name)?.spec) ?? { limits: [], budgets: [] };
}
