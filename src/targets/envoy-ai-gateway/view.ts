// One gateway as this target sees it: which routes carry model requests and which plain HTTP, and who answers in which tier.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { labelOf } from './object.ts';
import { isModelApi } from './upstream.ts';

/** Somebody who answers: a model behind its provider, in a tier (0 first) and with a share of that tier. */
export interface Answerer {
  readonly model: Resource<'Model'>;
  readonly provider: Resource<'Provider'>;
  readonly tier: number;
  /** A whole number; the shares of a tier are as they were written, times a power of ten where one is a fraction. */
  readonly weight: number;
}

/**
 * How a route is rendered. models: as an AIGatewayRoute, since a model's API answers. plain: as an HTTPRoute. none: nothing
 * that this target knows answers it.
 */
export type RouteForm = 'models' | 'plain' | 'none';

export interface RouteView {
  readonly route: Resource<'Route'>;
  readonly form: RouteForm;
  readonly answerers: readonly Answerer[];
  /** Name of the AIGatewayRoute or HTTPRoute, and of the policies attached to it. */
  readonly name: string;
}

export interface View {
  readonly config: ResolvedConfig;
  readonly gateway: Resource<'Gateway'>;
  readonly namespace: string;
  /** Whether the target's version is 1.1 or later. */
  readonly isLatest: boolean;
  /** In the gateway's order. */
  readonly routes: readonly RouteView[];
  /** Name of an object of this gateway, such as `llm-faq`. */
  readonly nameOf: (...parts: readonly string[]) => string;
}

const views = new WeakMap<ResolvedConfig, Map<string, View>>();

/** The view of a gateway; the same object for the same config and gateway. */
export function viewOf(config: ResolvedConfig, gateway: Resource<'Gateway'>): View {
  const known = views.get(config) ?? new Map<string, View>();
  views.set(config, known);
  const existing = known.get(gateway.name);
  if (existing !== undefined && existing.gateway === gateway) return existing;
  const view = makeView(config, gateway);
  known.set(gateway.name, view);
  return view;
}

function makeView(config: ResolvedConfig, gateway: Resource<'Gateway'>): View {
  const longer = config.all('Gateway').filter(({ name }) => name.startsWith(`${gateway.name}-`));
  const nameOf = (...parts: readonly string[]): string => gatewayLabel(gateway.name, parts, longer);
  const routes = gateway.spec.routes.flatMap((name): readonly RouteView[] => {
    const route = config.find('Route', name);
    if (route === undefined) return [];
    const known = answerersOf(config, route);
    const form = formOf(known);
    const answerers = known.filter(({ provider }) => isModelApi(provider.spec.api) === (form === 'models'));
    return [{ route, form, answerers, name: nameOf(name) }];
  });
  return {
    config,
    gateway,
    namespace: config.settings.spec.namespace,
    isLatest: !/^1\.0(\.|$)/.test(gateway.spec.target.version),
    routes,
    nameOf,
  };
}

/**
 * Objects of two gateways share a namespace: a name that reads like one of another gateway's, whose name begins like this
 * one's and is `longer`, is made unlike it.
 */
function gatewayLabel(gateway: string, parts: readonly string[], longer: readonly Resource<'Gateway'>[]): string {
  const plain = [gateway, ...parts].join('-');
  const isAmbiguous = longer.some(({ name }) => plain === name || plain.startsWith(`${name}-`));
  return labelOf([gateway, ...parts], isAmbiguous);
}

function formOf(answerers: readonly Answerer[]): RouteForm {
  const first = answerers[0];
  if (first === undefined) return 'none';
  return isModelApi(first.provider.spec.api) ? 'models' : 'plain';
}

function answerersOf(config: ResolvedConfig, { spec }: Resource<'Route'>): readonly Answerer[] {
  const tiers = [spec.backends ?? [], ...(spec.fallback?.tiers ?? [])];
  return tiers.flatMap((members, tier) => {
    const factor = wholeFactor(members.map(({ weight }) => weight));
    return members.flatMap(({ model: name, weight }): readonly Answerer[] => {
      const model = name === undefined ? undefined : config.find('Model', name);
      const provider = model === undefined ? undefined : config.find('Provider', model.spec.provider);
      if (model === undefined || provider === undefined || provider.spec.api === 'sagemaker') return [];
      return [{ model, provider, tier, weight: Math.round(weight * factor) }];
    });
  });
}

/** The power of ten, at most 10,000, that makes all weights whole. */
function wholeFactor(weights: readonly number[]): number {
  return [1, 10, 100, 1000].find((factor) => weights.every((weight) => Number.isInteger(weight * factor))) ?? 10_000;
}

/** The models that answer on a gateway's routes, each once, in order of name. */
export function modelsOf(view: View, form: 'models' | 'plain'): readonly Answerer[] {
  const byName = new Map<string, Answerer>();
  for (const { form: own, answerers } of view.routes) {
    for (const answerer of own === form ? answerers : []) byName.set(answerer.model.name, answerer);
  }
  return [...byName.values()].toSorted((a, b) => (a.model.name < b.model.name ? -1 : 1));
}

/** Name of the AIServiceBackend that stands for a model. */
export function serviceName(view: View, model: Resource<'Model'>): string {
  return view.nameOf(model.name);
}

/** The model that a mirror of a plain route copies to, where it speaks plain HTTP too. */
export function mirrorOf({ config }: View, name: string): Answerer | undefined {
  const model = config.find('Model', name);
  const provider = model && config.find('Provider', model.spec.provider);
  if (model === undefined || provider === undefined || !['http', 'kserve'].includes(provider.spec.api))
    return undefined;
  return { model, provider, tier: 0, weight: 0 };
}

/** What the mirrors of a gateway's plain routes copy to. */
export function mirrorsOf(view: View): readonly Answerer[] {
  return view.routes
    .filter(({ form }) => form === 'plain')
    .flatMap(({ route }) => (route.spec.mirror ?? []).flatMap(({ model }) => mirrorOf(view, model) ?? []));
}
