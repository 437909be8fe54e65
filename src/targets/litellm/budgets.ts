// Money. LiteLLM keeps a purse for a deployment in its file, for keys, teams and the whole proxy with its database.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import { parseDuration } from '../../lib/quantity.ts';
import type { Scene } from './deployment.ts';
import type { Deployment, Group } from './groups.ts';
import { share } from './quantities.ts';

type Budget = Resource<'Budget'>;

/** LiteLLM's word for a window (1.106, duration_parser.py); undefined for years, which it does not know. */
export function budgetDuration(window: string): string | undefined {
  return window.endsWith('y') ? undefined : window;
}

/** Whether LiteLLM keeps a purse of this kind: one for each of some consumers, or of some models; and not for a mere message. */
export function isKept({ spec }: Budget): boolean {
  const { each, consumers, models } = spec.for;
  if (spec.exceeded?.action === 'alert' || budgetDuration(spec.limit.per) === undefined) return false;
  if (consumers !== undefined && each !== 'consumer') return false;
  return models === undefined || each === 'model' || each === 'route';
}

/** Budgets of a list by name that LiteLLM keeps, the tightest first: the one that allows the least in the same time. */
export function budgetsOf(
  config: ResolvedConfig,
  names: readonly string[],
  each: readonly Budget['spec']['for']['each'][],
): readonly Budget[] {
  return names
    .flatMap((name) => config.find('Budget', name) ?? [])
    .filter((budget) => each.includes(budget.spec.for.each) && isKept(budget))
    .toSorted((a, b) => pace(a) - pace(b));
}

/** A deployment's purse: its part of the smallest budget on its model or route. */
export function budgetParams(scene: Scene, group: Group, deployment: Deployment): JsonObject {
  const { config, gateway } = scene;
  const { model, route } = deployment;
  const names = [...gateway.spec.budgets, ...(route?.spec.budgets ?? [])];
  const [budget] = budgetsOf(config, names, ['model', 'route']).filter(
    ({ spec }) => spec.for.models?.includes(model.name) ?? true,
  );
  if (budget === undefined) return {};
  const { limit, for: whose } = budget.spec;
  return { max_budget: share(partOf(group, deployment, whose.models), limit.amount), budget_duration: limit.per };
}

/** The HTTP status of whoever has no money left: LiteLLM has one for keys, teams and the proxy; that of the first budget counts. */
export function exceededStatus({ config, gateway }: Pick<Scene, 'config' | 'gateway'>): number {
  const consumers = gateway.spec.consumers.flatMap((name) => config.find('Consumer', name) ?? []);
  const teams = consumers.flatMap(({ spec }) => config.find('Team', spec.team ?? '') ?? []);
  const names = [gateway, ...consumers, ...teams].flatMap(({ spec }) => spec.budgets);
  const [budget] = budgetsOf(config, names, ['gateway', 'consumer', 'team']);
  return budget?.spec.exceeded?.status ?? 429;
}

/** The purse of the whole proxy. */
export function proxyBudget({ config, gateway }: Scene): JsonObject {
  const [budget] = budgetsOf(config, gateway.spec.budgets, ['gateway']);
  return budget === undefined ? {} : { max_budget: budget.spec.limit.amount, budget_duration: budget.spec.limit.per };
}

function pace({ spec: { limit } }: Budget): number {
  return limit.amount / parseDuration(limit.per);
}

/** Percent of a budget: by weight among the route's backends that it covers; a fallback tier has the whole of it. */
function partOf(group: Group, deployment: Deployment, models: readonly string[] | undefined): number {
  if (deployment.percent === undefined) return 100;
  const covered = group.deployments.filter(
    ({ model, percent }) => percent !== undefined && (models?.includes(model.name) ?? true),
  );
  const total = covered.reduce((sum, { percent = 0 }) => sum + percent, 0);
  return (deployment.percent * 100) / total;
}
