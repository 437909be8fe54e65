import { nearest } from '../../lib/nearest.ts';
import { at, type Cursor, entries, has, items, numberAt, textAt } from '../semantics/cursor.ts';
import { aiGateway, envoyGateway, gatewayApi, type Inventory, type SetObject } from './inventory.ts';
import { type Pods, podsOf, portNames } from './pods.ts';
import type { RelationProblem } from './relation.ts';

/** A set as relations look at it. */
export interface Surroundings {
  readonly inventory: Inventory;
  readonly pods: Pods;
  readonly models: ReadonlyMap<string, readonly string[]>;
}

export function surroundingsOf(inventory: Inventory): Surroundings {
  return { inventory, pods: podsOf(inventory), models: modelsSent(inventory) };
}

type Relation = (object: SetObject, set: Surroundings) => RelationProblem[];

const relations: Readonly<Record<string, Relation>> = {
  ' Service': serviceRelations,
  'networking.k8s.io NetworkPolicy': (object, set) => chosenPods(object, at(object.cursor, 'spec', 'podSelector'), set),
  'policy PodDisruptionBudget': (object, set) => chosenPods(object, at(object.cursor, 'spec', 'selector'), set),
  [`${aiGateway} AIGatewayRoute`]: (object, set) => [
    ...parentRelations(object, set),
    ...generatedRelations(object, set),
  ],
  [`${aiGateway} MCPRoute`]: parentRelations,
  [`${aiGateway} QuotaPolicy`]: quotaRelations,
  [`${envoyGateway} BackendTrafficPolicy`]: costRelations,
  [`${gatewayApi} GRPCRoute`]: routeRelations,
  [`${gatewayApi} HTTPRoute`]: routeRelations,
};

/** What holds between an object and others, beyond the existence of those that it names. */
export function relationProblems(object: SetObject, set: Surroundings): RelationProblem[] {
  return relations[`${object.group} ${object.kind}`]?.(object, set) ?? [];
}

function serviceRelations(object: SetObject, { pods }: Surroundings): RelationProblem[] {
  const selector = at(object.cursor, 'spec', 'selector');
  if (entries(selector).length === 0) return [];
  const chosen = pods.chosenBy({ value: { matchLabels: selector.value ?? {} }, path: [] }, object.namespace);
  if (chosen === 'unknown') return [];
  if (chosen.length === 0) return [{ object, at: selector, message: 'The selector chooses no pods of this set.' }];
  return items(object.cursor, 'spec', 'ports').flatMap((port) => {
    const name = textAt(port, 'targetPort');
    if (name === undefined || chosen.some((template) => portNames(template).includes(name))) return [];
    return [{ object, at: at(port, 'targetPort'), message: `The pods chosen have no port named "${name}".` }];
  });
}

function chosenPods(object: SetObject, selector: Cursor, { pods }: Surroundings): RelationProblem[] {
  if (entries(selector).length === 0) return [];
  const chosen = pods.chosenBy(selector, object.namespace);
  if (chosen === 'unknown' || chosen.length > 0) return [];
  return [{ object, at: selector, message: 'The selector chooses no pods of this set.' }];
}

/** A route hangs on a Gateway: on a listener by its name where it gives one, and from afar only where it is let in. */
function parentRelations(object: SetObject, { inventory }: Surroundings): RelationProblem[] {
  return items(object.cursor, 'spec', 'parentRefs').flatMap((parent) => {
    const section = textAt(parent, 'sectionName');
    const namespace = textAt(parent, 'namespace') ?? object.namespace;
    const name = textAt(parent, 'name') ?? '';
    const gateway = inventory.find({ group: gatewayApi, kind: 'Gateway', namespace, name });
    if (gateway === undefined) return [];
    const listeners = items(gateway.cursor, 'spec', 'listeners');
    const names = listeners.map((listener) => textAt(listener, 'name') ?? '');
    if (section !== undefined && !names.includes(section)) {
      const message = `The Gateway ${name} has no listener "${section}".${guess(section, names)}`;
      return [{ object, at: at(parent, 'sectionName'), message }];
    }
    const wanted = listeners.filter((listener) => section === undefined || textAt(listener, 'name') === section);
    if (namespace === object.namespace || wanted.some(admitsOthers)) return [];
    const message = `The Gateway ${name} takes routes of its own namespace only (allowedRoutes.namespaces.from).`;
    return [{ object, at: parent, message }];
  });
}

function admitsOthers(listener: Cursor): boolean {
  return (textAt(listener, 'allowedRoutes', 'namespaces', 'from') ?? 'Same') !== 'Same';
}

function routeRelations(object: SetObject, set: Surroundings): RelationProblem[] {
  const backends = items(object.cursor, 'spec', 'rules').flatMap((rule) => items(rule, 'backendRefs'));
  const ports = backends.flatMap((backend) => {
    const isService = (textAt(backend, 'kind') ?? 'Service') === 'Service' && (textAt(backend, 'group') ?? '') === '';
    const namespace = textAt(backend, 'namespace') ?? object.namespace;
    const service = isService
      ? set.inventory.find({ group: '', kind: 'Service', namespace, name: textAt(backend, 'name') ?? '' })
      : undefined;
    const port = numberAt(backend, 'port');
    if (service === undefined || port === undefined) return [];
    const known = items(service.cursor, 'spec', 'ports').some((item) => numberAt(item, 'port') === port);
    return known
      ? []
      : [{ object, at: at(backend, 'port'), message: `The Service ${service.name} has no port ${port}.` }];
  });
  return [...parentRelations(object, set), ...ports];
}

/** An AIGatewayRoute is turned into an HTTPRoute of its own name. */
function generatedRelations(object: SetObject, { inventory }: Surroundings): RelationProblem[] {
  const { namespace, name } = object;
  const route = inventory.find({ group: gatewayApi, kind: 'HTTPRoute', namespace, name });
  if (route === undefined) return [];
  return [
    {
      object,
      at: at(object.cursor, 'metadata', 'name'),
      message: `The controller makes an HTTPRoute ${name} of this, and the set has one of that name.`,
    },
  ];
}

/** A quota counts requests by the model name that the backend gets; another name never matches, and nothing says so. */
function quotaRelations(object: SetObject, { models }: Surroundings): RelationProblem[] {
  const targets = items(object.cursor, 'spec', 'targetRefs');
  const sent = targets.flatMap((target) => models.get(backendKey(object.namespace, target)) ?? []);
  if (!targets.some((target) => models.has(backendKey(object.namespace, target)))) return [];
  return items(object.cursor, 'spec', 'perModelQuotas')
    .filter((quota) => has(quota, 'modelName') && !sent.includes(textAt(quota, 'modelName') ?? ''))
    .map((quota) => {
      const model = textAt(quota, 'modelName') ?? '';
      const message = `No route sends the model name "${model}" to these backends (modelNameOverride), so the quota would do nothing.`;
      return { object, at: at(quota, 'modelName'), message: `${message}${guess(model, sent)}` };
    });
}

/** A token limit reads a cost that a route, or the Gateway's config, counts under that key; another key counts nothing. */
function costRelations(object: SetObject, { inventory }: Surroundings): RelationProblem[] {
  const routes = items(object.cursor, 'spec', 'targetRefs').map((target) =>
    inventory.find({
      group: aiGateway,
      kind: 'AIGatewayRoute',
      namespace: object.namespace,
      name: textAt(target, 'name') ?? '',
    }),
  );
  const known = routes.filter((route) => route !== undefined);
  if (known.length === 0 || known.length < routes.length) return [];
  const configs = inventory.of(aiGateway, 'GatewayConfig', object.namespace);
  const costs = [
    ...known.flatMap((route) => items(route.cursor, 'spec', 'llmRequestCosts')),
    ...configs.flatMap((config) => items(config.cursor, 'spec', 'globalLLMRequestCosts')),
  ];
  const keys = costs.map((cost) => textAt(cost, 'metadataKey') ?? '');
  return ['global', 'local']
    .flatMap((scope) => items(object.cursor, 'spec', 'rateLimit', scope, 'rules'))
    .flatMap((rule) => ['request', 'response'].map((side) => at(rule, 'cost', side, 'metadata')))
    .filter((metadata) => textAt(metadata, 'namespace') === 'io.envoy.ai_gateway')
    .filter((metadata) => !keys.includes(textAt(metadata, 'key') ?? ''))
    .map((metadata) => {
      const key = textAt(metadata, 'key') ?? '';
      const message = `No cost is counted under the key "${key}" (llmRequestCosts), so the limit would count nothing.`;
      return { object, at: at(metadata, 'key'), message: `${message}${guess(key, keys)}` };
    });
}

/** Backend → the model names that the set's routes send to it. */
function modelsSent(inventory: Inventory): ReadonlyMap<string, readonly string[]> {
  const models = new Map<string, string[]>();
  for (const route of inventory.objects) {
    if (route.group !== aiGateway || route.kind !== 'AIGatewayRoute') continue;
    for (const backend of items(route.cursor, 'spec', 'rules').flatMap((rule) => items(rule, 'backendRefs'))) {
      const key = backendKey(textAt(backend, 'namespace') ?? route.namespace, backend);
      const model = textAt(backend, 'modelNameOverride');
      models.set(key, [...(models.get(key) ?? []), ...(model === undefined ? [] : [model])]);
    }
  }
  return models;
}

function backendKey(namespace: string, reference: Cursor): string {
  return `${namespace}\n${textAt(reference, 'name') ?? ''}`;
}

function guess(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}
