import type { JsonObject } from '../../lib/json.ts';
import { kindOf } from '../known-kinds.ts';
import { at, type Cursor, textAt, whole } from '../semantics/cursor.ts';

/** A kind, by group and name, whatever its version. */
export interface KindName {
  /** '' for the core group. */
  readonly group: string;
  readonly kind: string;
}

/** What a reference needs to name an object. */
export interface ObjectName extends KindName {
  /** '' for objects outside namespaces. */
  readonly namespace: string;
  readonly name: string;
}

/** An object of the set, with its place in it. */
export interface SetObject extends ObjectName {
  readonly index: number;
  readonly cursor: Cursor;
}

/** The objects of a set, found by name; those that controllers will make of them count as there. */
export interface Inventory {
  readonly objects: readonly SetObject[];
  readonly of: (group: string, kind: string, namespace?: string) => readonly SetObject[];
  readonly find: (name: ObjectName) => SetObject | undefined;
  /** True where the set, or a controller fed by it, makes this object. */
  readonly has: (name: ObjectName) => boolean;
  /** Names of the objects of one kind in one namespace, made ones too. */
  readonly names: (kind: KindName, namespace: string) => readonly string[];
  /** True where the set holds objects of this namespace, so that one missing there is missing. */
  readonly covers: (namespace: string) => boolean;
}

export const gatewayApi = 'gateway.networking.k8s.io';
export const aiGateway = 'aigateway.envoyproxy.io';
export const envoyGateway = 'gateway.envoyproxy.io';
export const externalSecrets = 'external-secrets.io';

export function inventoryOf(objects: readonly JsonObject[]): Inventory {
  const known = objects.map(setObject);
  const byName = new Map<string, SetObject>();
  for (const object of known) if (!byName.has(keyOf(object))) byName.set(keyOf(object), object);
  const there = new Map([...known, ...known.flatMap(madeFrom)].map((name) => [keyOf(name), name]));
  const namespaces = new Set(known.map((object) => object.namespace));
  return {
    objects: known,
    of: (group, kind, namespace) =>
      known.filter(
        (object) =>
          object.group === group && object.kind === kind && (namespace === undefined || object.namespace === namespace),
      ),
    find: (name) => byName.get(keyOf(name)),
    has: (name) => there.has(keyOf(name)),
    names: ({ group, kind }, namespace) =>
      [...there.values()]
        .filter((name) => name.group === group && name.kind === kind && name.namespace === namespace)
        .map((name) => name.name),
    covers: (namespace) => namespaces.has(namespace),
  };
}

function setObject(object: JsonObject, index: number): SetObject {
  const cursor = whole(object);
  const apiVersion = textAt(cursor, 'apiVersion') ?? '';
  const slash = apiVersion.lastIndexOf('/');
  const cluster = kindOf(object)?.scope === 'Cluster';
  return {
    index,
    cursor,
    group: slash === -1 ? '' : apiVersion.slice(0, slash),
    kind: textAt(cursor, 'kind') ?? '',
    namespace: cluster ? '' : (textAt(cursor, 'metadata', 'namespace') ?? 'default'),
    name: textAt(cursor, 'metadata', 'name') ?? '',
  };
}

/** What controllers make: Secrets from ExternalSecrets, HTTPRoutes from Envoy AI Gateway's routes. */
function madeFrom(object: SetObject): ObjectName[] {
  const { namespace, name } = object;
  switch (`${object.group} ${object.kind}`) {
    case `${externalSecrets} ExternalSecret`: {
      const secret = textAt(object.cursor, 'spec', 'target', 'name') ?? name;
      return [{ group: '', kind: 'Secret', namespace, name: secret }];
    }
    case `${aiGateway} AIGatewayRoute`:
      return [{ group: gatewayApi, kind: 'HTTPRoute', namespace, name }];
    case `${aiGateway} MCPRoute`:
      return [{ group: gatewayApi, kind: 'HTTPRoute', namespace, name: `ai-eg-mcp-main-${name}` }];
    default:
      return [];
  }
}

function keyOf(name: ObjectName): string {
  return [name.group, name.kind, name.namespace, name.name].join('\n');
}

/** A pod template of the set, and the object that owns it. */
export interface OwnedTemplate {
  readonly owner: SetObject;
  readonly template: Cursor;
}

const templatePaths: Readonly<Record<string, readonly string[]>> = {
  'apps Deployment': ['spec', 'template'],
  'apps StatefulSet': ['spec', 'template'],
  'argoproj.io Rollout': ['spec', 'template'],
  'batch CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch Job': ['spec', 'template'],
};

/** The pod template of an object, where it has one. */
export function templateOf(object: SetObject): Cursor | undefined {
  const path = templatePaths[`${object.group} ${object.kind}`];
  return path === undefined ? undefined : at(object.cursor, ...path);
}

/** The pod templates in a namespace. */
export function templatesIn(inventory: Inventory, namespace: string): OwnedTemplate[] {
  return inventory.objects.flatMap((owner) => {
    const template = owner.namespace === namespace ? templateOf(owner) : undefined;
    return template === undefined ? [] : [{ owner, template }];
  });
}
