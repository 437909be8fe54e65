// Limits and budgets: rules of Envoy Gateway's global rate limit, whose counters lie in the rate limit service's Redis. Both have to be
// switched on in EnvoyGateway's own configuration, which belongs to the cluster and not to a gateway.
//
// Facts of Envoy Gateway 1.8.1: each route counts for itself, unless a rule of a policy on the Gateway is `shared`; a route's own policy
// keeps the Gateway's rules only with a mergeType. Tokens are taken off when the stream ends, by the request's headers as they
// are then: a header that an upstream filter has removed counts no more. On a route with any shared rule, all rules stand where Envoy
// (1.38) ignores what a request or an answer costs: each of them counts one, whatever the cost says.
import type { Resource } from '../../config/model.ts';
import type { Rate } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { parseDuration } from '../../lib/quantity.ts';
import { type HeaderCondition, isExact, MODEL_HEADER, patternOf } from './conditions.ts';
import { type Cost, METADATA_NAMESPACE, moneyCost, tokenCost } from './costs.ts';
import { CONSUMER_HEADER, consumerConditions, consumersOf, identityOf } from './identity.ts';
import { defined } from './object.ts';
import { modelsOf, type RouteView, type View } from './view.ts';

/** A rule, and what it takes off its allowance where that is not one for each request. */
export interface LimitRule {
  readonly rule: JsonObject;
  readonly cost: Cost | undefined;
}

/** Where a limit or budget is named: at the gateway or a route, or by consumers and teams, who are held to it alone. */
export interface Naming {
  readonly only: readonly string[] | undefined;
  /** Whether all routes of the gateway share one allowance. */
  readonly isShared: boolean;
}

type Share = Resource<'Limit'>['spec']['for'] | Resource<'Budget'>['spec']['for'];

/** All rules of a gateway. */
interface Rules {
  readonly own: readonly LimitRule[];
  readonly ofRoutes: ReadonlyMap<RouteView, readonly LimitRule[]>;
  /** Whether any of them counts tokens or money, so that no rule may be shared by routes. */
  readonly isCosted: boolean;
  /** Those in which any of them counts money. */
  readonly currencies: ReadonlySet<string>;
  /** Whether what a consumer's team is makes a difference to any limit or budget. */
  readonly byTeam: boolean;
}

const rules = new WeakMap<View, Rules>();

function rulesOf(view: View): Rules {
  const known = rules.get(view);
  if (known !== undefined) return known;
  const ofRoutes = new Map(view.routes.map((route) => [route, makeRouteRules(view, route)]));
  const shared = makeGatewayRules(view);
  const all = [...shared, ...[...ofRoutes.values()].flat()];
  const isCosted = all.some(({ cost }) => cost !== undefined);
  const own = isCosted ? shared.map(({ rule, cost }) => ({ rule: { ...rule, shared: false }, cost })) : shared;
  const currencies = new Set(all.flatMap(({ cost }) => cost?.currency ?? []));
  const made = { own, ofRoutes, currencies, isCosted, byTeam: isByTeam(view) };
  rules.set(view, made);
  return made;
}

/** The rules of the whole gateway: its own, its consumers' and their teams'. */
export function gatewayRules(view: View): readonly LimitRule[] {
  return rulesOf(view).own;
}

/** The rules of one route. */
export function routeRules(view: View, route: RouteView): readonly LimitRule[] {
  return rulesOf(view).ofRoutes.get(route) ?? [];
}

function makeGatewayRules(view: View): readonly LimitRule[] {
  const { gateway, config } = view;
  const consumers = consumersOf(view);
  const own = { limits: gateway.spec.limits, budgets: gateway.spec.budgets, only: undefined };
  const theirs = consumers.map(({ name, spec }) => ({ limits: spec.limits, budgets: spec.budgets, only: [name] }));
  const teams = [...new Set(consumers.flatMap(({ spec }) => spec.team ?? []))].toSorted();
  const teamwise = teams.flatMap((name) => {
    const team = config.find('Team', name);
    const only = consumers.filter(({ spec }) => spec.team === name).map((consumer) => consumer.name);
    return team === undefined ? [] : [{ limits: team.spec.limits, budgets: team.spec.budgets, only }];
  });
  return [own, ...theirs, ...teamwise].flatMap(({ limits, budgets, only }) =>
    namedRules(view, limits, budgets, { only, isShared: true }),
  );
}

function makeRouteRules(view: View, { route }: RouteView): readonly LimitRule[] {
  return namedRules(view, route.spec.limits, route.spec.budgets, { only: undefined, isShared: false });
}

/** Costs that a route must count for the rules that it is under. */
export function requestCostsOf(view: View, route: RouteView): readonly JsonObject[] {
  const costs = [...gatewayRules(view), ...routeRules(view, route)].flatMap(({ cost }) => cost ?? []);
  const byKey = new Map(costs.map((cost) => [cost.key, cost]));
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ costOf }) => costOf(route));
}

/** Whether tokens or money are taken off by who asked, so that the headers that say so must last as long as the request. */
export function countsByConsumer(view: View): boolean {
  const { own, ofRoutes } = rulesOf(view);
  const isCounted = ({ rule, cost }: LimitRule): boolean => cost !== undefined && 'clientSelectors' in rule;
  return own.some(isCounted) || [...ofRoutes.values()].some((all) => all.some(isCounted));
}

/** Whether each route counts for itself what is meant for all routes together. */
export function countsByRoute(view: View): boolean {
  return view.routes.length > 1 && rulesOf(view).isCosted;
}

/** Whether any budget of a gateway counts what a model costs. */
export function countsPrice(view: View, { spec: { price } }: Resource<'Model'>): boolean {
  if (price === undefined) return false;
  const { currency, ...amounts } = price;
  return rulesOf(view).currencies.has(currency) && Object.values(amounts).some((amount) => amount > 0);
}

/** Whether what a consumer's team is makes a difference to any limit or budget of a gateway. */
export function countsTeams(view: View): boolean {
  return rulesOf(view).byTeam;
}

function isByTeam(view: View): boolean {
  const { config, gateway } = view;
  const teams = consumersOf(view).flatMap(({ spec }) =>
    spec.team === undefined ? [] : (config.find('Team', spec.team) ?? []),
  );
  const named = [gateway, ...view.routes.map(({ route }) => route), ...consumersOf(view)];
  const limits = named.flatMap(({ spec }) => spec.limits).flatMap((name) => config.find('Limit', name) ?? []);
  const budgets = named.flatMap(({ spec }) => spec.budgets).flatMap((name) => config.find('Budget', name) ?? []);
  return (
    teams.some(({ spec }) => spec.limits.length > 0 || spec.budgets.length > 0) ||
    [...limits, ...budgets].some(({ spec }) => spec.for.each === 'team')
  );
}

function namedRules(
  view: View,
  limits: readonly string[],
  budgets: readonly string[],
  naming: Naming,
): readonly LimitRule[] {
  return [
    ...limits
      .flatMap((name) => view.config.find('Limit', name) ?? [])
      .flatMap((limit) => limitRules(view, limit, naming)),
    ...budgets
      .flatMap((name) => view.config.find('Budget', name) ?? [])
      .flatMap((budget) => budgetRules(view, budget, naming)),
  ];
}

function limitRules(view: View, { spec }: Resource<'Limit'>, naming: Naming): readonly LimitRule[] {
  return (spec.allow ?? []).flatMap((rate) => rateRules(view, spec.for, rate, naming));
}

function rateRules(view: View, share: Share, rate: Rate, naming: Naming): readonly LimitRule[] {
  const selections = selectionsOf(view, share, naming);
  if (rate.tokens === undefined) {
    const limit = windowLimit(rate.requests ?? 1, rate.per);
    return selections.map((selection) => {
      const headers = [
        ...((selection['headers'] as readonly JsonObject[] | undefined) ?? []),
        ...requestedModels(view, share),
      ];
      const selector = defined({ ...selection, headers: headers.length === 0 ? undefined : headers });
      return ruleOf(selector, limit, undefined, isShared(share, naming));
    });
  }
  const limit = windowLimit(rate.tokens, rate.per);
  return modelShares(view, share).flatMap((models) => {
    const cost = tokenCost(view, rate.count, models);
    return selections.map((selection) => ruleOf(selection, limit, cost, isShared(share, naming)));
  });
}

/** Money is refused once it is spent; a budget that only tells, or switches to another model, has no rule here. */
function budgetRules(view: View, { spec }: Resource<'Budget'>, naming: Naming): readonly LimitRule[] {
  if (spec.exceeded !== undefined && spec.exceeded.action !== 'refuse') return [];
  const { amount, currency, per } = spec.limit;
  const scale = scaleOf(amount);
  const limit = windowLimit(Math.max(1, Math.floor(amount * scale)), per);
  return modelShares(view, spec.for).flatMap((models) => {
    const cost = moneyCost(view, currency, scale, models);
    return selectionsOf(view, spec.for, naming).map((selection) =>
      ruleOf(selection, limit, cost, isShared(spec.for, naming)),
    );
  });
}

/** The largest number that a rule may have: the field's format is int32. */
const MOST = 2_147_483_647;

/** Parts of the currency that are counted: millionths, or as fine as the amount lets them be. */
function scaleOf(amount: number): number {
  return [1_000_000, 100_000, 10_000, 1000, 100, 10].find((scale) => amount * scale <= MOST) ?? 1;
}

/** With `shared`, one counter for all routes; "each route" counts for itself by nature. */
function isShared({ each }: Share, naming: Naming): boolean {
  return naming.isShared && each !== 'route';
}

/** The sets of models that have an allowance of their own; undefined for all models together. */
function modelShares(view: View, share: Share): readonly (readonly string[] | undefined)[] {
  if (share.each !== 'model') return [share.models];
  const names = modelsOf(view, 'models').map(({ model }) => model.name);
  return names.filter((name) => share.models === undefined || share.models.includes(name)).map((name) => [name]);
}

/** Requests are counted before it is known which model answers: by the name that the client asks for. */
function requestedModels({ config }: View, { each, models }: Share): readonly JsonObject[] {
  if (models !== undefined) {
    const words = models.flatMap((name) => [name, ...(config.find('Model', name)?.spec.aliases ?? [])]);
    return [headerSelector({ name: MODEL_HEADER, test: { kind: 'words', words } })];
  }
  return each === 'model' ? [{ name: MODEL_HEADER, type: 'Distinct', invert: false }] : [];
}

/** The client selectors of the rules that a share needs: an empty one stands for everybody. */
function selectionsOf(view: View, share: Share, { only }: Naming): readonly JsonObject[] {
  const { each } = share;
  const all = consumersOf(view).map(({ name }) => name);
  const named = share.consumers ?? only;
  const who = (named ?? all).filter((name) => only === undefined || only.includes(name));
  if (each === 'consumer') return consumerSelections(view, who, named === undefined);
  if (each === 'team') return teamsOf(view, who).flatMap((team) => groupSelections(view, team));
  const groups = named === undefined ? [{}] : groupSelections(view, who);
  if (each !== 'source-ip') return groups;
  return groups.map((group) => ({ ...group, sourceCIDR: { type: 'Distinct', value: '0.0.0.0/0', invert: false } }));
}

/** One rule for all who have keys, since each value of their header counts for itself; one for each who has tokens. */
function consumerSelections(view: View, who: readonly string[], isEverybody: boolean): readonly JsonObject[] {
  const { keys } = identityOf(view);
  const owners = keys.map(({ consumer }) => consumer.name);
  const isDistinct = isEverybody && keys.length > 0 && new Set(owners).size === owners.length;
  const distinct = isDistinct ? [{ headers: [{ name: CONSUMER_HEADER, type: 'Distinct', invert: false }] }] : [];
  const single = who.flatMap((name) => (isDistinct && owners.includes(name) ? [] : groupSelections(view, [name])));
  return [...distinct, ...single];
}

/** Selectors for some consumers together. Those with keys share one, those with tokens have one each. */
function groupSelections(view: View, who: readonly string[]): readonly JsonObject[] {
  return consumerConditions(view, who).map((conditions) => ({ headers: conditions.map(headerSelector) }));
}

function teamsOf(view: View, who: readonly string[]): readonly (readonly string[])[] {
  const members = new Map<string, string[]>();
  for (const { name, spec } of consumersOf(view)) {
    if (spec.team !== undefined && who.includes(name))
      members.set(spec.team, [...(members.get(spec.team) ?? []), name]);
  }
  return [...members].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, names]) => names);
}

function headerSelector({ name, test }: HeaderCondition): JsonObject {
  if (isExact(test)) return { name, type: 'Exact', value: test.words[0] ?? '', invert: false };
  return { name, type: 'RegularExpression', value: patternOf(test), invert: false };
}

/** With a cost, asking is free and the answer is charged; without one, each request counts one. */
function ruleOf(selection: JsonObject, limit: JsonObject, cost: Cost | undefined, isSharedRule: boolean): LimitRule {
  const response = cost && { from: 'Metadata', metadata: { namespace: METADATA_NAMESPACE, key: cost.key } };
  const rule = defined({
    clientSelectors: Object.keys(selection).length === 0 ? undefined : [selection],
    limit,
    cost: response && { request: { from: 'Number', number: 0 }, response },
    shared: isSharedRule,
  });
  return { rule, cost };
}

const UNITS = [
  ['Year', '1y'],
  ['Month', '1mo'],
  ['Day', '1d'],
  ['Hour', '1h'],
  ['Minute', '1m'],
  ['Second', '1s'],
] as const;

/** An allowance in one of the windows that there are; one of another window is scaled down to the longest that fits in it. */
export function windowLimit(amount: number, per: string): JsonObject {
  const window = parseDuration(per);
  const [unit, size] = UNITS.find(([, text]) => parseDuration(text) <= window) ?? ['Second', '1s'];
  return { requests: Math.min(MOST, Math.max(1, Math.floor((amount * parseDuration(size)) / window))), unit };
}

/** Whether a window is one that Envoy counts in. */
export function isWindow(per: string): boolean {
  const window = parseDuration(per);
  return UNITS.some(([, text]) => parseDuration(text) === window);
}
