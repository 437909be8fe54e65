import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { countsModel, modelsOf, type RoutedModel, type Switch, switchesByRoute } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, type Related, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

type Route = Resource<'Route'>;
type Model = Resource<'Model'>;

interface Args {
  /** What the smaller model is there for. */
  readonly role: 'fallback' | 'mirror' | 'switch' | 'longer';
  readonly model: string;
  readonly window: number;
  readonly other: string;
  /** Tokens that requests to the other model may have. */
  readonly needed: number;
}

const MESSAGES: Readonly<Record<Args['role'], (args: Args) => string>> = {
  fallback: ({ model, window, other, needed }) =>
    `Model ${model} stands in for ${other} with a context window of ${window} tokens, and requests to ${other} may have ${needed}.`,
  mirror: ({ model, window, other, needed }) =>
    `Model ${model} gets copies of requests to ${other} with a context window of ${window} tokens, and those may have ${needed}.`,
  switch: ({ model, window, other, needed }) =>
    `When the budget is spent, model ${model} answers for ${other} with a context window of ${window} tokens, and requests to ${other} may have ${needed}.`,
  longer: ({ model, window, other, needed }) =>
    `A request that is too long for ${other} (${needed} tokens) finds no larger context window to fall back on: the largest, of ${model}, has ${window}.`,
};

const HELP: Readonly<Record<Args['role'], string>> = {
  fallback:
    'Name a model with a window as large, add context-too-long to fallback.when with a larger model in a later tier, or let the route match input of fewer tokens only.',
  mirror: 'Mirror to a model with a window as large: the copies that do not fit fail and spoil the comparison.',
  switch: 'Switch to a model with a window as large, or let the budget refuse requests.',
  longer: 'Name a model with a larger window in one of the tiers, or take context-too-long out of fallback.when.',
};

const CONTEXT =
  'context: {window: 128000, output: 16000}\n  capabilities: [chat, tools, streaming]\n  price: {currency: USD, input: 0.25';

const fallbackSmallerWindow = defineDiagnostic<Args>({
  code: 'AIGW2007',
  name: 'fallback-smaller-window',
  severity: 'warning',
  summary: 'A model that stands in for others has a smaller context window than they have.',
  message: (args) => MESSAGES[args.role](args),
  help: ({ role }) => HELP[role],
  examples: {
    bad: exampleRepo([CONTEXT, CONTEXT.replace('window: 128000', 'window: 32000')]),
    good: exampleRepo([CONTEXT, CONTEXT.replace('window: 128000', 'window: 200000')]),
  },
});

/** A model and the most tokens that requests of a route may have with it. */
interface Demand {
  readonly model: Model;
  readonly needed: number;
}

export const check = defineCheck({
  kinds: [fallbackSmallerWindow],
  run: ({ config }) => {
    const switchesOf = switchesByRoute(config);
    const switched = new Map<Switch['budget'], { readonly to: Model; readonly demand: Demand }>();
    const findings = config.all('Route').flatMap((route) => {
      const models = modelsOf(config, route);
      const demands = demandsOf(config, route, models);
      for (const { budget, model } of switchesOf(route)) {
        const demand = largest(demands.filter((one) => one.model !== model && countsModel(budget, one.model)));
        const known = switched.get(budget)?.demand.needed ?? 0;
        if (demand !== undefined && demand.needed > known) switched.set(budget, { to: model, demand });
      }
      return [...smallerOnes(route, models, largest(demands)), ...noLongerOne(route, models, demands)];
    });
    return [...findings, ...[...switched].flatMap(([budget, { to, demand }]) => smallerSwitch(budget, to, demand))];
  },
});

/** The backends whose window is known. A match that bounds the input bounds what each of them gets. */
function demandsOf(config: ResolvedConfig, route: Route, models: readonly RoutedModel[]): readonly Demand[] {
  const bound = inputBound(config, route);
  return models.flatMap(({ role, model }) => {
    const { window } = model.spec.context ?? {};
    return role === 'backend' && window !== undefined ? [{ model, needed: Math.min(window, bound) }] : [];
  });
}

/** The most tokens that a request may have when prompt and context are put around it. */
function inputBound(config: ResolvedConfig, { spec }: Route): number {
  const none = Number.POSITIVE_INFINITY;
  const inputs = spec.match?.map(({ input }) => input?.tokens?.max ?? none) ?? [none];
  const prompts = [spec.prompt, ...(spec.backends ?? []).map(({ prompt }) => prompt)].map((name) =>
    name === undefined ? 0 : (config.find('Prompt', name)?.spec.maxTokens ?? none),
  );
  const context = spec.context === undefined ? 0 : config.find('ContextPolicy', spec.context)?.spec.budget.tokens;
  return Math.max(...inputs) + Math.max(...prompts) + (context ?? none);
}

function largest(demands: readonly Demand[]): Demand | undefined {
  return demands.reduce<Demand | undefined>((best, one) => (best && best.needed >= one.needed ? best : one), undefined);
}

function smallerOnes(route: Route, models: readonly RoutedModel[], demand: Demand | undefined): readonly Diagnostic[] {
  const longerGoOn = route.spec.fallback?.when.includes('context-too-long') === true;
  return models.flatMap(({ role, model, path }) => {
    const { window } = model.spec.context ?? {};
    if (role === 'backend' || (role === 'fallback' && longerGoOn)) return [];
    if (demand === undefined || window === undefined || window >= demand.needed) return [];
    const args = { role, model: model.name, window, other: demand.model.name, needed: demand.needed };
    return [raise(fallbackSmallerWindow, args, route.placeOf(path), { related: windowsOf(demand.model, model) })];
  });
}

/** Falling back on context-too-long to windows that are no larger than any backend's. */
function noLongerOne(route: Route, models: readonly RoutedModel[], demands: readonly Demand[]): readonly Diagnostic[] {
  const { backends = [], fallback } = route.spec;
  const index = fallback?.when.indexOf('context-too-long') ?? -1;
  const tiers = models.filter(({ role }) => role === 'fallback');
  const windows = tiers.flatMap(({ model }) => {
    const { window } = model.spec.context ?? {};
    return window === undefined ? [] : [{ model, needed: window }];
  });
  const longest = largest(windows);
  const unknown = windows.length < tiers.length || demands.length < backends.length;
  const [shortest] = demands
    .map(({ model }) => ({ model, needed: model.spec.context?.window ?? 0 }))
    .toSorted((a, b) => a.needed - b.needed);
  if (index === -1 || unknown || longest === undefined || shortest === undefined) return [];
  if (longest.needed > shortest.needed) return [];
  const args = {
    role: 'longer',
    model: longest.model.name,
    window: longest.needed,
    other: shortest.model.name,
    needed: shortest.needed,
  } as const;
  const related = windowsOf(shortest.model, longest.model);
  const place = route.placeOf(['spec', 'fallback', 'when', index]);
  return [raise(fallbackSmallerWindow, args, place, { related, severity: 'error' })];
}

function smallerSwitch(budget: Switch['budget'], to: Model, { model, needed }: Demand): readonly Diagnostic[] {
  const { window } = to.spec.context ?? {};
  if (window === undefined || window >= needed) return [];
  const args = { role: 'switch', model: to.name, window, other: model.name, needed } as const;
  const place = budget.placeOf(['spec', 'exceeded', 'model']);
  return [raise(fallbackSmallerWindow, args, place, { related: windowsOf(model, to) })];
}

function windowsOf(...models: readonly Model[]): readonly Related[] {
  return [...new Set(models)].map((model) => ({
    message: `The window of ${model.name}.`,
    place: model.placeOf(['spec', 'context', 'window']),
  }));
}
