// LiteLLM's model groups: deployments under one name. Groups whose name begins with ~ are no client's business.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { type Claim, claimsOf, claimsOfRoute, isFirst, isPattern, nextClaim, takesOverflow } from './claims.ts';
import { share } from './quantities.ts';

type Route = Resource<'Route'>;
type Model = Resource<'Model'>;

/** One entry of LiteLLM's model_list. */
export interface Deployment {
  /** The id in metrics and logs: `route/backend`, `route/tier-1/model`; with mirrors `route/backend+mirror`; further copies end in ~2, ~3 … */
  readonly id: string;
  readonly model: Model;
  readonly route: Route | undefined;
  readonly weight: number;
  /** Tiers of a pattern's group: 1 is tried first. */
  readonly order?: number | undefined;
  readonly prompt?: string | undefined;
  /** Inputs of more tokens go elsewhere. */
  readonly maxTokens?: number | undefined;
  /** Groups that get copies of its requests. */
  readonly mirrors?: readonly string[];
  /** Its share of the route, in percent; undefined for tiers and helpers. */
  readonly percent?: number | undefined;
}

export interface Group {
  readonly name: string;
  readonly role: 'entry' | 'overflow' | 'tier' | 'switch' | 'mirror' | 'helper';
  /** Further names that clients may ask for. */
  readonly aliases: readonly string[];
  readonly route: Route | undefined;
  readonly deployments: readonly Deployment[];
  /** Groups to which inputs fall that are too long for this one, by the name that was asked for. */
  readonly overflow: Readonly<Record<string, string>>;
}

/** Every group of a gateway, in the order of its routes. */
export function groupsOf(config: ResolvedConfig, gateway: Resource<'Gateway'>): readonly Group[] {
  const routes = gateway.spec.routes.flatMap((name) => config.find('Route', name) ?? []);
  const claims = claimsOf(config, routes);
  const served = routes.filter((route) => claimsOfRoute(claims, route).length > 0);
  const groups = served.flatMap((route) => routeGroups(config, route, claims));
  return [...groups, ...helperGroups(config, served)].filter(({ deployments }) => deployments.length > 0);
}

/** A route's groups. Fallback tiers of a pattern stand in its own group, so one that has nothing but patterns needs no groups of theirs. */
function routeGroups(config: ResolvedConfig, route: Route, claims: readonly Claim[]): readonly Group[] {
  const entries = entryGroups(config, route, claims);
  const apart = entries.some(({ name }) => !isPattern(name));
  return [
    ...entries,
    ...(apart ? [...tierGroups(config, route), ...switchGroups(config, route)] : []),
    ...mirrorGroups(config, route),
  ];
}

/** The name that a helper's group has, such as the embedder of a semantic cache. */
export function helperName(model: string): string {
  return `~model/${model}`;
}

export function tierName(route: string, tier: number): string {
  return `~${route}/tier-${tier}`;
}

export function switchName(route: string, model: string): string {
  return `~${route}/over-budget/${model}`;
}

function entryGroups(config: ResolvedConfig, route: Route, claims: readonly Claim[]): readonly Group[] {
  const own = claimsOfRoute(claims, route);
  const first = own.filter((claim) => isFirst(claims, claim));
  const exact = first.filter(({ name }) => !isPattern(name));
  const limits = [...new Set(exact.map(({ maxTokens }) => maxTokens))];
  const named = limits.map((limit) => exact.filter(({ maxTokens }) => maxTokens === limit));
  const patterns = first.filter(({ name }) => isPattern(name)).map((claim) => [claim]);
  const groups = [...named, ...patterns].map((together, copy) => entryGroup(config, route, claims, together, copy));
  const target = overflowName(route, claims);
  if (target !== `~${route.name}`) return groups;
  return [
    ...groups,
    { ...bareGroup(target, 'overflow', route), deployments: backendsOf(config, route, groups.length) },
  ];
}

function entryGroup(
  config: ResolvedConfig,
  route: Route,
  claims: readonly Claim[],
  together: readonly Claim[],
  copy: number,
): Group {
  const [{ name, maxTokens } = { name: '', maxTokens: undefined }, ...others] = together;
  const deployments = backendsOf(config, route, copy).map((deployment) => ({ ...deployment, maxTokens }));
  const overflow = together.flatMap((claim) => {
    const next = nextClaim(claims, claim);
    const target = next === undefined ? undefined : overflowName(next.route, claims);
    return target === undefined ? [] : [[claim.name, target]];
  });
  return {
    ...bareGroup(name, 'entry', route),
    aliases: others.map((claim) => claim.name),
    deployments: isPattern(name) ? [...deployments.map(firstOrder), ...orderedTiers(config, route, copy)] : deployments,
    overflow: Object.fromEntries(overflow),
  };
}

/** The group that takes what is too long for an earlier route: the route's own where it has one, else a hidden one; undefined if nothing falls to it. */
function overflowName(route: Route, claims: readonly Claim[]): string | undefined {
  if (!takesOverflow(claims, route)) return undefined;
  const own = claimsOfRoute(claims, route).find((claim) => isFirst(claims, claim) && !isPattern(claim.name));
  return own?.maxTokens === undefined && own !== undefined ? own.name : `~${route.name}`;
}

/** What answers at once. A weight of 0 takes no request, so it has no deployment; a mirror splits each backend in two. */
function backendsOf(config: ResolvedConfig, route: Route, copy: number): readonly Deployment[] {
  const mirrors = (route.spec.mirror ?? []).filter(({ percent }) => percent > 0);
  return (route.spec.backends ?? []).flatMap(({ name, model: modelName, weight, prompt }) => {
    const model = modelName === undefined ? undefined : config.find('Model', modelName);
    if (model === undefined || weight === 0) return [];
    const base = { id: idOf(`${route.name}/${name}`, copy), model, route, weight, percent: weight };
    return mirrored({ ...base, prompt: prompt ?? route.spec.prompt }, route, mirrors);
  });
}

function mirrored(
  deployment: Deployment,
  route: Route,
  mirrors: readonly { readonly name: string; readonly percent: number }[],
): readonly Deployment[] {
  if (mirrors.length === 0) return [deployment];
  const levels = [...new Set([0, 100, ...mirrors.map(({ percent }) => percent)])].toSorted((a, b) => a - b);
  return levels.slice(1).map((level, index) => {
    const width = level - (levels[index] ?? 0);
    const to = mirrors.filter(({ percent }) => percent >= level);
    const id = level === 100 ? deployment.id : [deployment.id, ...to.map(({ name }) => name)].join('+');
    const weight = share(width, deployment.weight);
    return { ...deployment, id, weight, percent: weight, mirrors: to.map(({ name }) => mirrorName(route.name, name)) };
  });
}

function tierGroups(config: ResolvedConfig, route: Route): readonly Group[] {
  return tiersOf(config, route).map((deployments, index) => ({
    ...bareGroup(tierName(route.name, index + 1), 'tier', route),
    deployments,
  }));
}

/** Tiers of a pattern's own group: LiteLLM tries deployments of the next order when those of an earlier one fail or may not be asked. */
function orderedTiers(config: ResolvedConfig, route: Route, copy: number): readonly Deployment[] {
  const tiers = [...tiersOf(config, route), ...switchesOf(config, route).map((deployment) => [deployment])];
  return tiers.flatMap((tier, index) =>
    tier.map((deployment) => ({ ...deployment, id: idOf(deployment.id, copy), order: index + 2 })),
  );
}

function tiersOf(config: ResolvedConfig, route: Route): readonly (readonly Deployment[])[] {
  return (route.spec.fallback?.tiers ?? []).map((tier, index) =>
    tier.flatMap(({ model: name, weight }) => {
      const model = config.find('Model', name);
      const id = `${route.name}/tier-${index + 1}/${name}`;
      return model === undefined || weight === 0 ? [] : [{ id, model, route, weight, prompt: route.spec.prompt }];
    }),
  );
}

function mirrorGroups(config: ResolvedConfig, route: Route): readonly Group[] {
  return (route.spec.mirror ?? []).flatMap(({ name, model, percent }) => {
    const found = config.find('Model', model);
    if (found === undefined || percent === 0) return [];
    const deployment = {
      id: `${route.name}/mirror/${name}`,
      model: found,
      route,
      weight: 100,
      prompt: route.spec.prompt,
    };
    return [{ ...bareGroup(mirrorName(route.name, name), 'mirror', route), deployments: [deployment] }];
  });
}

function switchGroups(config: ResolvedConfig, route: Route): readonly Group[] {
  return switchesOf(config, route).map((deployment) => ({
    ...bareGroup(switchName(route.name, deployment.model.name), 'switch', route),
    deployments: [deployment],
  }));
}

/** The cheaper models that budgets switch to, unless a fallback tier is made of one anyway. */
function switchesOf(config: ResolvedConfig, route: Route): readonly Deployment[] {
  const names = route.spec.budgets.flatMap((name) => {
    const { action = 'refuse', model } = config.find('Budget', name)?.spec.exceeded ?? {};
    return action === 'switch' && model !== undefined ? [model] : [];
  });
  const tiers = (route.spec.fallback?.tiers ?? []).filter(({ length }) => length === 1).flat();
  const extra = names.filter((name) => !tiers.some(({ model }) => model === name));
  return [...new Set(extra)].flatMap((name) => {
    const model = config.find('Model', name);
    if (model === undefined) return [];
    return [{ id: `${route.name}/over-budget/${name}`, model, route, weight: 100, prompt: route.spec.prompt }];
  });
}

/** Models that LiteLLM itself asks: those which make embeddings for a cache. */
function helperGroups(config: ResolvedConfig, routes: readonly Route[]): readonly Group[] {
  const names = routes.flatMap(({ spec }) => {
    const cache = spec.cache === undefined ? undefined : config.find('Cache', spec.cache);
    return cache?.spec.type === 'semantic' && cache.spec.semantic !== undefined ? [cache.spec.semantic.model] : [];
  });
  return [...new Set(names)].flatMap((name) => {
    const model = config.find('Model', name);
    if (model === undefined) return [];
    const deployment = { id: `model/${name}`, model, route: undefined, weight: 100 };
    return [{ ...bareGroup(helperName(name), 'helper', undefined), deployments: [deployment] }];
  });
}

function bareGroup<R extends Group['role']>(name: string, role: R, route: Route | undefined) {
  return { name, role, route, aliases: [], overflow: {} };
}

function firstOrder(deployment: Deployment): Deployment {
  return { ...deployment, order: 1 };
}

function mirrorName(route: string, mirror: string): string {
  return `~${route}/mirror/${mirror}`;
}

function idOf(id: string, copy: number): string {
  return copy === 0 ? id : `${id}~${copy + 1}`;
}
