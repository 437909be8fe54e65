import { nearest } from '../../lib/nearest.ts';
import { at, type Cursor, entries, has, items, numberAt, textAt } from '../semantics/cursor.ts';
import { selects } from '../semantics/names.ts';
import { aiGateway, gatewayApi, type Inventory, type OwnedTemplate, type SetObject, templatesIn } from './inventory.ts';

/** Something that one object says and others of the set belie. */
export interface RelationProblem {
  readonly object: SetObject;
  readonly at: Cursor;
  readonly message: string;
}

type Relation = (object: SetObject, inventory: Inventory) => RelationProblem[];

const relations: Readonly<Record<string, Relation>> = {
  ' Service': serviceRelations,
  'autoscaling HorizontalPodAutoscaler': scalerRelations,
  'keda.sh ScaledObject': scalerRelations,
  'networking.k8s.io NetworkPolicy': (object, inventory) =>
    chosenPods(object, at(object.cursor, 'spec', 'podSelector'), inventory),
  'policy PodDisruptionBudget': (object, inventory) =>
    chosenPods(object, at(object.cursor, 'spec', 'selector'), inventory),
  [`${aiGateway} AIGatewayRoute`]: (object, inventory) => [
    ...parentRelations(object, inventory),
    ...generatedRelations(object, inventory),
  ],
  [`${aiGateway} BackendSecurityPolicy`]: securityRelations,
  [`${aiGateway} MCPRoute`]: parentRelations,
  [`${aiGateway} QuotaPolicy`]: quotaRelations,
  [`${gatewayApi} GRPCRoute`]: routeRelations,
  [`${gatewayApi} HTTPRoute`]: routeRelations,
};

/** What holds between objects, beyond the existence of those that are named. */
export function relationProblems(object: SetObject, inventory: Inventory): RelationProblem[] {
  return relations[`${object.group} ${object.kind}`]?.(object, inventory) ?? [];
}

function serviceRelations(object: SetObject, inventory: Inventory): RelationProblem[] {
  const selector = at(object.cursor, 'spec', 'selector');
  if (entries(selector).length === 0) return [];
  const chosen = templates({ value: { matchLabels: selector.value ?? {} }, path: [] }, object, inventory);
  if (chosen === 'unknown') return [];
  if (chosen.length === 0) return [{ object, at: selector, message: 'The selector chooses no pods of this set.' }];
  return items(object.cursor, 'spec', 'ports').flatMap((port) => {
    const name = textAt(port, 'targetPort');
    if (name === undefined || chosen.some(({ template }) => portNames(template).includes(name))) return [];
    return [{ object, at: at(port, 'targetPort'), message: `The pods chosen have no port named "${name}".` }];
  });
}

function chosenPods(object: SetObject, selector: Cursor, inventory: Inventory): RelationProblem[] {
  if (entries(selector).length === 0) return [];
  const chosen = templates(selector, object, inventory);
  return chosen === 'unknown' || chosen.length > 0
    ? []
    : [{ object, at: selector, message: 'The selector chooses no pods of this set.' }];
}

/** The pod templates that a selector chooses; unknown where the set has no pods in that namespace at all. */
function templates(selector: Cursor, object: SetObject, inventory: Inventory): OwnedTemplate[] | 'unknown' {
  const all = templatesIn(inventory, object.namespace);
  if (all.length === 0) return 'unknown';
  return all.filter(({ template }) => selects(selector, at(template, 'metadata', 'labels')));
}

function portNames(template: Cursor): string[] {
  const containers = [...items(template, 'spec', 'initContainers'), ...items(template, 'spec', 'containers')];
  return containers.flatMap((container) => items(container, 'ports').map((port) => textAt(port, 'name') ?? ''));
}

/** Two scalers of one workload undo each other's work. */
function scalerRelations(object: SetObject, inventory: Inventory): RelationProblem[] {
  const target = at(object.cursor, 'spec', 'scaleTargetRef');
  const scalers = [
    ...inventory.of('autoscaling', 'HorizontalPodAutoscaler'),
    ...inventory.of('keda.sh', 'ScaledObject'),
  ];
  const other = scalers.find(
    (scaler) =>
      scaler.index < object.index &&
      scaler.namespace === object.namespace &&
      sameTarget(at(scaler.cursor, 'spec', 'scaleTargetRef'), target),
  );
  if (other === undefined) return [];
  const message = `${textAt(target, 'kind') ?? 'Deployment'} ${textAt(target, 'name')} is scaled by the ${other.kind} ${other.name} already.`;
  return [{ object, at: target, message }];
}

function sameTarget(a: Cursor, b: Cursor): boolean {
  return (
    textAt(a, 'name') === textAt(b, 'name') &&
    (textAt(a, 'kind') ?? 'Deployment') === (textAt(b, 'kind') ?? 'Deployment')
  );
}

/** A route hangs on a Gateway: on a listener by its name where it gives one, and from afar only where it is let in. */
function parentRelations(object: SetObject, inventory: Inventory): RelationProblem[] {
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

function routeRelations(object: SetObject, inventory: Inventory): RelationProblem[] {
  const backends = items(object.cursor, 'spec', 'rules').flatMap((rule) => items(rule, 'backendRefs'));
  const ports = backends.flatMap((backend) => {
    const isService = (textAt(backend, 'kind') ?? 'Service') === 'Service' && (textAt(backend, 'group') ?? '') === '';
    const namespace = textAt(backend, 'namespace') ?? object.namespace;
    const service = isService
      ? inventory.find({ group: '', kind: 'Service', namespace, name: textAt(backend, 'name') ?? '' })
      : undefined;
    const port = numberAt(backend, 'port');
    if (service === undefined || port === undefined) return [];
    const known = items(service.cursor, 'spec', 'ports').some((item) => numberAt(item, 'port') === port);
    return known
      ? []
      : [{ object, at: at(backend, 'port'), message: `The Service ${service.name} has no port ${port}.` }];
  });
  return [...parentRelations(object, inventory), ...ports];
}

/** An AIGatewayRoute is turned into an HTTPRoute of its own name. */
function generatedRelations(object: SetObject, inventory: Inventory): RelationProblem[] {
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

/** The controller refuses a backend that two policies give credentials for. */
function securityRelations(object: SetObject, inventory: Inventory): RelationProblem[] {
  const earlier = inventory
    .of(object.group, object.kind, object.namespace)
    .filter((policy) => policy.index < object.index);
  return items(object.cursor, 'spec', 'targetRefs').flatMap((target) => {
    const other = earlier.find((policy) =>
      items(policy.cursor, 'spec', 'targetRefs').some((item) => sameTarget(item, target)),
    );
    if (other === undefined) return [];
    return [
      {
        object,
        at: target,
        message: `${textAt(target, 'kind')} ${textAt(target, 'name')} has the BackendSecurityPolicy ${other.name} already; it takes one.`,
      },
    ];
  });
}

/** A quota counts requests by the model name that the backend gets; another name never matches, and nothing says so. */
function quotaRelations(object: SetObject, inventory: Inventory): RelationProblem[] {
  const targets = new Set(items(object.cursor, 'spec', 'targetRefs').map((target) => textAt(target, 'name')));
  const backends = inventory
    .of(aiGateway, 'AIGatewayRoute', object.namespace)
    .flatMap((route) => items(route.cursor, 'spec', 'rules'))
    .flatMap((rule) => items(rule, 'backendRefs'))
    .filter((backend) => targets.has(textAt(backend, 'name')));
  if (backends.length === 0) return [];
  const models = backends.map((backend) => textAt(backend, 'modelNameOverride')).filter((model) => model !== undefined);
  return items(object.cursor, 'spec', 'perModelQuotas')
    .filter((quota) => has(quota, 'modelName') && !models.includes(textAt(quota, 'modelName') ?? ''))
    .map((quota) => {
      const model = textAt(quota, 'modelName') ?? '';
      const message = `No route sends the model name "${model}" to these backends (modelNameOverride), so the quota would do nothing.`;
      return { object, at: at(quota, 'modelName'), message: `${message}${guess(model, models)}` };
    });
}

function guess(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}
