// Who holds limits and budgets, whose requests these count, and to which models.
import type { Path } from '../lib/json.ts';
import type { ResolvedConfig, Resource } from './model.ts';
import { type ModelCall, modelCallsOf } from './model-calls.ts';
import { consumersOf, gatewaysOf, routesOf } from './traffic.ts';

type Model = Resource<'Model'>;
type Route = Resource<'Route'>;
type Gateway = Resource<'Gateway'>;
type Consumer = Resource<'Consumer'>;

/** What can be held to limits and budgets. */
export type Holder = Gateway | Route | Consumer | Resource<'Team'>;

/** A limit or a budget, who is held to it, and where that is written. */
export interface Held<R> {
  readonly resource: R;
  readonly holder: Holder;
  /** In the holder, from the document's root. */
  readonly path: Path;
}

/** The requests that a holder answers for. */
export interface Traffic {
  readonly gateways: readonly Gateway[];
  readonly routes: readonly Route[];
  readonly consumers: readonly Consumer[];
  /** Every model that such a request can come to, each once. */
  readonly models: readonly Model[];
}

/** Answers about the traffic of one environment; each is worked out once. */
export interface Metering {
  readonly trafficOf: (holder: Holder) => Traffic;
  readonly callsOf: (route: Route) => readonly ModelCall[];
}

/** The limits that a holder is held to; unknown names are left out. */
export function limitsHeldBy(config: ResolvedConfig, holder: Holder): readonly Held<Resource<'Limit'>>[] {
  return holder.spec.limits.flatMap((name, index) => {
    const resource = config.find('Limit', name);
    return resource === undefined ? [] : [{ resource, holder, path: ['spec', 'limits', index] }];
  });
}

/** Everything that limits or budgets can be held by, in the order of kinds and names. */
export function holdersOf(config: ResolvedConfig): readonly Holder[] {
  return [...config.all('Gateway'), ...config.all('Route'), ...config.all('Consumer'), ...config.all('Team')];
}

/** A budget where it is held, and the models that it counts there. */
export interface MeteredBudget extends Held<Resource<'Budget'>> {
  readonly models: readonly Model[];
}

/** Every budget with its holders. Of holders with the same traffic and limits, which are all alike, the first stands for all. */
export function meteredBudgets(config: ResolvedConfig, { trafficOf }: Metering): readonly MeteredBudget[] {
  const seen = new Map<readonly Model[], Set<string>>();
  return holdersOf(config).flatMap((holder) =>
    holder.spec.budgets.flatMap((name, index): readonly MeteredBudget[] => {
      const resource = config.find('Budget', name);
      if (resource === undefined) return [];
      const traffic = trafficOf(holder);
      const others = seen.get(traffic.models) ?? new Set();
      seen.set(traffic.models, others);
      const { limits } = holder.spec;
      const alike = [holder.kind, name, traffic.consumers.length, traffic.routes.length, ...limits].join(' ');
      if (others.size === others.add(alike).size) return [];
      const models = countedModels(resource, traffic);
      return [{ resource, holder, path: ['spec', 'budgets', index], models }];
    }),
  );
}

/** The models that a budget counts of a holder's traffic. */
function countedModels({ spec: { for: counted } }: Resource<'Budget'>, traffic: Traffic): readonly Model[] {
  const { models } = counted;
  return models === undefined ? traffic.models : traffic.models.filter(({ name }) => models.includes(name));
}

const known = new WeakMap<ResolvedConfig, Metering>();

/** The traffic of an environment; worked out as far as it is asked for. */
export function meteringOf(config: ResolvedConfig): Metering {
  const metering = known.get(config) ?? makeMetering(config);
  known.set(config, metering);
  return metering;
}

function makeMetering(config: ResolvedConfig): Metering {
  const traffic = new Map<Holder, Traffic>();
  const callsOf = (route: Route) => modelCallsOf(config, route);
  const admitting = once(() => gatewaysBy(config, ({ spec }) => spec.consumers));
  const listing = once(() => gatewaysBy(config, ({ spec }) => spec.routes));
  const members = once(() => Map.groupBy(config.all('Consumer'), ({ spec }) => spec.team));
  const modelsOf = (routes: readonly Route[]) => [
    ...new Set(routes.flatMap((route) => callsOf(route).map(({ model }) => model))),
  ];
  const trafficOf = (holder: Holder): Traffic =>
    remembered(traffic, holder, () => {
      switch (holder.kind) {
        case 'Gateway':
          return gatewayTraffic(config, holder, modelsOf);
        case 'Route':
          return routeTraffic(holder, (listing().get(holder.name) ?? []).map(trafficOf), modelsOf);
        case 'Consumer':
          return consumerTraffic(holder, (admitting().get(holder.name) ?? []).map(trafficOf), modelsOf);
        case 'Team':
          return joined((members().get(holder.name) ?? []).map(trafficOf));
      }
    });
  return { trafficOf, callsOf };
}

type ModelsOf = (routes: readonly Route[]) => readonly Model[];

function gatewayTraffic(config: ResolvedConfig, gateway: Gateway, modelsOf: ModelsOf): Traffic {
  const routes = routesOf(config, gateway).map(({ resource }) => resource);
  return { gateways: [gateway], routes, consumers: consumersOf(config, gateway), models: modelsOf(routes) };
}

function routeTraffic(route: Route, gateways: readonly Traffic[], modelsOf: ModelsOf): Traffic {
  const { consumers } = joined(gateways);
  const named = route.spec.consumers;
  return {
    gateways: gateways.flatMap((one) => one.gateways),
    routes: [route],
    consumers: named === undefined ? consumers : consumers.filter(({ name }) => named.includes(name)),
    models: modelsOf([route]),
  };
}

function consumerTraffic(consumer: Consumer, gateways: readonly Traffic[], modelsOf: ModelsOf): Traffic {
  const parts = gateways.map((all) => {
    const routes = all.routes.filter(({ spec }) => spec.consumers?.includes(consumer.name) ?? true);
    return routes.length === all.routes.length ? all : { ...all, routes, models: modelsOf(routes) };
  });
  const traffic = joined(parts);
  const allowed = new Set(consumer.spec.models);
  const models = allowed.has('*') ? traffic.models : traffic.models.filter(({ name }) => allowed.has(name));
  return { ...traffic, consumers: [consumer], models };
}

function joined(parts: readonly Traffic[]): Traffic {
  return {
    gateways: union(parts.map(({ gateways }) => gateways)),
    routes: union(parts.map(({ routes }) => routes)),
    consumers: union(parts.map(({ consumers }) => consumers)),
    models: union(parts.map(({ models }) => models)),
  };
}

/** Lists that are one and the same, as they are for most of a gateway's consumers, stay what they are. */
function union<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const [only = [], ...others] = new Set(lists);
  return others.length === 0 ? only : [...new Set([only, ...others].flat())];
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function once<V>(make: () => V): () => V {
  let value: V | undefined;
  return () => {
    value ??= make();
    return value;
  };
}

/** The gateways of an environment by each of the names that they list. */
function gatewaysBy(
  config: ResolvedConfig,
  names: (gateway: Gateway) => readonly string[],
): ReadonlyMap<string, readonly Gateway[]> {
  const found = new Map<string, Gateway[]>();
  for (const gateway of gatewaysOf(config)) {
    for (const name of new Set(names(gateway))) {
      const known = found.get(name);
      if (known === undefined) found.set(name, [gateway]);
      else known.push(gateway);
    }
  }
  return found;
}
