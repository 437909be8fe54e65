import { type FieldTree, type MarkedField, markFields, nearestMarked } from '../config/fields.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import type { Kind } from '../config/schema-types.ts';
import { formatPath, isObject, type Json, valueAt } from '../lib/json.ts';
import type { Loss, SetField, Support, SupportRule, SupportTable, Target } from './target.ts';

/** What people may ask for where a target cannot express a field. */
export type UnsupportedMode = 'error' | 'warn' | 'emulate';

/**
 * What `onUnsupported` says of a field, named as in `timeout.firstToken`: its own entry, else that of the nearest field above it, else the
 * answer for the whole resource, else error.
 */
export function modeOf(resource: Resource, field: string): UnsupportedMode {
  const answer = valueAt(resource.written, ['spec', 'onUnsupported']);
  if (!isObject(answer)) return decodeMode(answer);
  return decodeMode(longestPrefix(field.split('.'), (name) => answer[name]));
}

function decodeMode(value: Json | undefined): UnsupportedMode {
  return value === 'warn' || value === 'emulate' ? value : 'error';
}

function longestPrefix<T>(steps: readonly string[], find: (name: string) => T | undefined): T | undefined {
  for (let length = steps.length; length > 0; length--) {
    const found = find(steps.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What becomes of an environment's own fields, for every target whose table does not say otherwise. */
const environmentSupport: SupportTable = {
  Environment: { status: 'exact' },
  'Environment.cluster': { status: 'elsewhere', reason: 'says where the rendered files are applied; no file holds it' },
  'Environment.registry': { status: 'elsewhere', reason: 'is where promotions keep its versions; no file holds it' },
  'Environment.cloud': { status: 'elsewhere', reason: 'is what policies on regions and clouds look at' },
};

/** A support table as a tree for each kind, made when it is first asked for. */
const trees = new WeakMap<SupportTable, Map<Kind, FieldTree<SupportRule>>>();

function treeOf(table: SupportTable, kind: Kind): FieldTree<SupportRule> {
  const byKind = trees.get(table) ?? new Map<Kind, FieldTree<SupportRule>>();
  trees.set(table, byKind);
  // What `onUnsupported` says is about the other fields.
  const tree =
    byKind.get(kind) ??
    markFields(
      kind,
      (name) => ruleAt(table, `${kind}.${name}`),
      (name) => name !== 'onUnsupported',
    );
  byKind.set(kind, tree);
  return tree;
}

function ruleAt(table: SupportTable, key: string): SupportRule | undefined {
  return table[key] ?? environmentSupport[key];
}

/** A field that the target does not express exactly, with what was asked for. */
export interface Shortfall {
  readonly field: SetField;
  readonly support: Exclude<Support, { readonly status: 'exact' }>;
  readonly mode: UnsupportedMode;
}

/** A gateway names one target, which validation and rendering ask in turn. */
const shortfallsByGateway = new WeakMap<ResolvedConfig, Map<Resource, readonly Shortfall[]>>();

/** Every field set in what a gateway reaches that its target does not express exactly, in order of resource and field. */
export function shortfallsOf(
  target: Target,
  config: ResolvedConfig,
  gateway: Resource<'Gateway'>,
): readonly Shortfall[] {
  const ofConfig = shortfallsByGateway.get(config) ?? new Map<Resource, readonly Shortfall[]>();
  shortfallsByGateway.set(config, ofConfig);
  const shortfalls = ofConfig.get(gateway) ?? findShortfalls(target, config, gateway);
  ofConfig.set(gateway, shortfalls);
  return shortfalls;
}

function findShortfalls(target: Target, config: ResolvedConfig, gateway: Resource<'Gateway'>): readonly Shortfall[] {
  const shortfalls: Shortfall[] = [];
  for (const resource of [config.settings, ...reachOf(config, gateway)]) {
    for (const { name, path, value, mark: rule } of openFields(target.support, resource)) {
      const field: SetField = { config, gateway, resource, name, path, value };
      const support = typeof rule === 'function' ? rule(field) : rule;
      if (support.status !== 'exact') shortfalls.push({ field, support, mode: modeOf(resource, field.name) });
    }
  }
  return shortfalls;
}

const known = new WeakMap<SupportTable, WeakMap<Resource, readonly MarkedField<SupportRule>[]>>();

/** The fields of a resource that a table decides on, but for those that it has as exact whatever stands beside them. */
function openFields(table: SupportTable, resource: Resource): readonly MarkedField<SupportRule>[] {
  const byResource = known.get(table) ?? new WeakMap<Resource, readonly MarkedField<SupportRule>[]>();
  known.set(table, byResource);
  const fields =
    byResource.get(resource) ??
    [...nearestMarked(resource, treeOf(table, resource.kind))]
      .map((field) => field ?? wholeOf(table, resource))
      .filter(({ mark }) => typeof mark === 'function' || mark.status !== 'exact');
  byResource.set(resource, fields);
  return fields;
}

/** The resource as a whole, under the empty name, for fields whose kind alone has an entry. */
function wholeOf(table: SupportTable, { kind, written }: Resource): MarkedField<SupportRule> {
  const mark = ruleAt(table, kind);
  // A bug of the table, which its test keeps out.
  if (mark === undefined) throw new Error(`no support entry for ${kind}`);
  return { name: '', path: ['metadata', 'name'], value: written['spec'] ?? null, mark };
}

/** The loss report of one gateway: what became of each field that its target does not express exactly. */
export function lossesOf(target: Target, config: ResolvedConfig, gateway: Resource<'Gateway'>): readonly Loss[] {
  return shortfallsOf(target, config, gateway).map(({ field, support, mode }) => ({
    gateway: gateway.name,
    kind: field.resource.kind,
    name: field.resource.name,
    field: formatPath(field.path),
    ...outcomeOf(support, mode),
    place: field.resource.placeOf(field.path, 'key'),
  }));
}

function outcomeOf(support: Shortfall['support'], mode: UnsupportedMode): Pick<Loss, 'status' | 'reason'> {
  if (support.status === 'dropped' && mode === 'emulate' && support.emulation !== undefined) {
    return { status: 'emulated', reason: support.emulation };
  }
  return { status: support.status, reason: support.reason };
}
