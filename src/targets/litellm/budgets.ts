// Money. LiteLLM keeps a purse for a deployment in its file, for keys, teams and the whole proxy with its database.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Scene } from './deployment.ts';
import type { Deployment, Group } from './groups.ts';
import { share } from './quantities.ts';

type Budget = Resource<'Budget'>;

/** LiteLLM's word for a window (1.106, duration_parser.py); undefined for years, which it does not know. */
export function budgetDuration(window: string): string | undefined {
  return window.endsWith('y') ? undefined : window;
}

/** Budgets of a list by name that LiteLLM can keep and that end in something harder than a message. */
export function budgetsOf(
  config: ResolvedConfig,
  names: readonly string[],
  each: Budget['spec']['for']['each'][],
): readonly Budget[] {
  return names
    .flatMap((name) => config.find('Budget', name) ?? [])
    .filter(({ spec }) => each.includes(spec.for.each) && budgetDuration(spec.limit.per) !== undefined)
    .filter(({ spec }) => spec.exceeded?.action !== 'alert');
}

/** A deployment's purse: its part of the smallest budget on its model or route. */
export function budgetParams(scene: Scene, group: Group, deployment: Deployment): JsonObject {
  const { config, gateway } = scene;
  const { model, route } = deployment;
  const names = [...gateway.spec.budgets, ...(route?.spec.budgets ?? [])];
  const budgets = budgetsOf(config, names, ['model', 'route']).filter(
    ({ spec }) => spec.for.consumers === undefined && (spec.for.models?.includes(model.name) ?? true),
  );
  const purses = budgets.map(({ spec }) => ({
    max_budget: share(partOf(group, deployment, spec.for.models), spec.limit.amount),
    budget_duration: budgetDuration(spec.limit.per) ?? spec.limit.per,
  }));
  return purses.toSorted((a, b) => a.max_budget - b.max_budget)[0] ?? {};
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
  const [budget] = budgetsOf(config, gateway.spec.budgets, ['gateway']).toSorted(
    (a, b) => a.spec.limit.amount - b.spec.limit.amount,
  );
  if (budget === undefined) return {};
  const { amount, per } = budget.spec.limit;
  return { max_budget: amount, budget_duration: budgetDuration(per) ?? per };
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
