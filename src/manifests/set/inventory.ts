import type { JsonObject } from '../../lib/json.ts';
import { kindOf } from '../known-kinds.ts';
import { type Cursor, textAt, whole } from '../semantics/cursor.ts';

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
  /** The objects of one kind in one namespace, in the order of the set. */
  readonly of: (group: string, kind: string, namespace: string) => readonly SetObject[];
  readonly find: (name: ObjectName) => SetObject | undefined;
  /** True where the set, or a controller fed by it, makes this object. */
  readonly has: (name: ObjectName) => boolean;
  /** The object of the set that a controller makes this one from. */
  readonly maker: (name: ObjectName) => SetObject | undefined;
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
  const made = known.flatMap((maker) => madeFrom(maker).map((name) => ({ name, maker })));
  const makers = new Map(made.map(({ name, maker }) => [keyOf(name), maker]));
  const there: readonly ObjectName[] = [...known, ...made.map(({ name }) => name)];
  const byName = Map.groupBy(known, keyOf);
  const names = new Set(there.map(keyOf));
  const ofKind = Map.groupBy(known, (object) => kindKey(object, object.namespace));
  const namesOfKind = Map.groupBy(there, (name) => kindKey(name, name.namespace));
  const namespaces = new Set(known.map((object) => object.namespace));
  return {
    objects: known,
    of: (group, kind, namespace) => ofKind.get(kindKey({ group, kind }, namespace)) ?? [],
    find: (name) => byName.get(keyOf(name))?.[0],
    has: (name) => names.has(keyOf(name)),
    maker: (name) => makers.get(keyOf(name)),
    names: (kind, namespace) => namesOfKind.get(kindKey(kind, namespace))?.map(({ name }) => name) ?? [],
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
  return `${kindKey(name, name.namespace)}\n${name.name}`;
}

function kindKey({ group, kind }: KindName, namespace: string): string {
  return `${group}\n${kind}\n${namespace}`;
}
