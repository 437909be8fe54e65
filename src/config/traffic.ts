// The ways that requests take: which gateways run, which routes they try, which models answer, who may ask.
import type { Path } from '../lib/json.ts';
import { oncePer } from '../lib/once-per.ts';
import type { ResolvedConfig, Resource } from './model.ts';

type Gateway = Resource<'Gateway'>;
type Route = Resource<'Route'>;
type Model = Resource<'Model'>;

/** The gateways that an environment runs, in the order of their names. */
export function gatewaysOf(config: ResolvedConfig): readonly Gateway[] {
  const chosen = config.settings.spec.gateways;
  return config.all('Gateway').filter(({ name }) => chosen === undefined || chosen.includes(name));
}

/** A resource that another one names, and where the name stands, from the document's root. */
export interface Named<R> {
  readonly resource: R;
  readonly path: Path;
}

/** The routes of a gateway in the order in which they are tried; unknown names are left out. */
export const routesOf = oncePer((config: ResolvedConfig, gateway: Gateway): readonly Named<Route>[] =>
  gateway.spec.routes.flatMap((name, index) => {
    const resource = config.find('Route', name);
    return resource === undefined ? [] : [{ resource, path: ['spec', 'routes', index] }];
  }),
);

/** The gateways of an environment that list each route. */
export function gatewaysByRoute(config: ResolvedConfig): ReadonlyMap<Route, readonly Gateway[]> {
  const gateways = new Map<Route, Gateway[]>();
  for (const gateway of gatewaysOf(config)) {
    for (const { resource } of routesOf(config, gateway)) {
      const known = gateways.get(resource);
      if (known === undefined) gateways.set(resource, [gateway]);
      else known.push(gateway);
    }
  }
  return gateways;
}

/** A model that gets requests of a route. */
export interface RoutedModel {
  readonly role: 'backend' | 'fallback' | 'mirror';
  readonly model: Model;
  /** Where its name stands in the route. */
  readonly path: Path;
  /** Percent of the route's, or of the tier's requests; of a mirror, the share that is copied. */
  readonly weight: number;
}

/** The models that a route names itself: backends, then fallbacks in their order, then mirrors. Chains are left out. */
export const modelsOf = oncePer((config: ResolvedConfig, { spec }: Route): readonly RoutedModel[] => {
  const found = (
    role: RoutedModel['role'],
    name: string | undefined,
    path: Path,
    weight: number,
  ): readonly RoutedModel[] => {
    const model = name === undefined ? undefined : config.find('Model', name);
    return model === undefined ? [] : [{ role, model, path: ['spec', ...path, 'model'], weight }];
  };
  return [
    ...(spec.backends ?? []).flatMap(({ model, weight }, index) =>
      found('backend', model, ['backends', index], weight),
    ),
    ...(spec.fallback?.tiers ?? []).flatMap((tier, index) =>
      tier.flatMap(({ model, weight }, place) => found('fallback', model, ['fallback', 'tiers', index, place], weight)),
    ),
    ...(spec.mirror ?? []).flatMap(({ model, percent }, index) => found('mirror', model, ['mirror', index], percent)),
  ];
});

/** The consumers that a gateway admits; unknown names are left out. */
export const consumersOf = oncePer((config: ResolvedConfig, gateway: Gateway): readonly Resource<'Consumer'>[] =>
  gateway.spec.consumers.flatMap((name) => config.find('Consumer', name) ?? []),
);

/** True for a model whose use costs money. */
export function isPriced({ spec: { price } }: Model): boolean {
  if (price === undefined) return false;
  const { currency: _, ...amounts } = price;
  return Object.values(amounts).some((amount) => amount > 0);
}

/** A budget that sends requests to another model when it is spent. */
export interface Switch {
  readonly budget: Resource<'Budget'>;
  readonly model: Model;
}

/** For each route, the switches that its traffic may meet: its own, its gateways', those of consumers and of their teams. */
export function switchesByRoute(config: ResolvedConfig): (route: Route) => readonly Switch[] {
  const gateways = gatewaysByRoute(config);
  const ofGateway = new Map(
    gatewaysOf(config).map((gateway) => {
      const consumers = consumersOf(config, gateway);
      const teams = consumers.flatMap(({ spec }) =>
        spec.team === undefined ? [] : (config.find('Team', spec.team) ?? []),
      );
      return [gateway, [gateway, ...consumers, ...new Set(teams)].flatMap(({ spec }) => spec.budgets)] as const;
    }),
  );
  return (route) => {
    const names = [route.spec.budgets, ...(gateways.get(route) ?? []).map((gateway) => ofGateway.get(gateway) ?? [])];
    return [...new Set(names.flat())].flatMap((name) => switchOf(config, config.find('Budget', name)));
  };
}

function switchOf(config: ResolvedConfig, budget: Resource<'Budget'> | undefined): readonly Switch[] {
  const { action, model: name } = budget?.spec.exceeded ?? {};
  const model = action === 'switch' && name !== undefined ? config.find('Model', name) : undefined;
  return budget === undefined || model === undefined ? [] : [{ budget, model }];
}

/** Whether a budget counts what a model costs. */
export function countsModel({ spec }: Resource<'Budget'>, model: Model): boolean {
  return spec.for.models === undefined || spec.for.models.includes(model.name);
}

/** The gateways of an environment that admit each consumer, by its name. */
export function gatewaysByConsumer(config: ResolvedConfig): ReadonlyMap<string, readonly Gateway[]> {
  const gateways = new Map<string, Gateway[]>();
  for (const gateway of gatewaysOf(config)) {
    for (const name of new Set(gateway.spec.consumers)) {
      const known = gateways.get(name);
      if (known === undefined) gateways.set(name, [gateway]);
      else known.push(gateway);
    }
  }
  return gateways;
}
