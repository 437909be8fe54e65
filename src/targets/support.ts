import { type SetField as FieldInResource, setFieldsOf } from '../config/fields.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { formatPath, isObject, type Json, valueAt } from '../lib/json.ts';
import type { Loss, SetField, Support, SupportTable, Target } from './target.ts';

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

/**
 * The fields of a resource that a support table decides on: of each lowest field that is set, the nearest one above, itself
 * included, that has an entry; the resource as a whole, under the empty name, where its kind alone has one. What
 * `onUnsupported` says is not among them: it is about the others.
 */
function decidedFields(table: SupportTable, resource: Resource): readonly FieldInResource[] {
  const whole: FieldInResource = { name: '', path: ['metadata', 'name'], value: resource.written['spec'] ?? null };
  const decided = new Map<string, FieldInResource>();
  for (const chain of setFieldsOf(resource)) {
    if (chain[0].name === 'onUnsupported') continue;
    const field = chain.findLast(({ name }) => table[`${resource.kind}.${name}`] !== undefined) ?? whole;
    decided.set(JSON.stringify(field.path), field);
  }
  return [...decided.values()];
}

function answerOf(table: SupportTable, field: SetField): Support {
  const key = field.name === '' ? field.resource.kind : `${field.resource.kind}.${field.name}`;
  const rule = table[key];
  // A bug of the table, which its test keeps out.
  if (rule === undefined) throw new Error(`no support entry for ${key}`);
  return typeof rule === 'function' ? rule(field) : rule;
}

/** What becomes of an environment's own fields, for every target whose table does not say otherwise. */
const environmentSupport: SupportTable = {
  Environment: { status: 'exact' },
  'Environment.cluster': { status: 'elsewhere', reason: 'says where the rendered files are applied; no file holds it' },
  'Environment.cloud': { status: 'elsewhere', reason: 'is what policies on regions and clouds look at' },
};

/** A field that the target does not express exactly, with what was asked for. */
export interface Shortfall {
  readonly field: SetField;
  readonly support: Exclude<Support, { readonly status: 'exact' }>;
  readonly mode: UnsupportedMode;
}

/** Every field set in what a gateway reaches that its target does not express exactly, in order of resource and field. */
export function shortfallsOf(
  target: Target,
  config: ResolvedConfig,
  gateway: Resource<'Gateway'>,
): readonly Shortfall[] {
  const shortfalls: Shortfall[] = [];
  const table = { ...environmentSupport, ...target.support };
  for (const resource of [config.settings, ...reachOf(config, gateway)]) {
    for (const decided of decidedFields(table, resource)) {
      const field: SetField = { config, gateway, resource, ...decided };
      const support = answerOf(table, field);
      if (support.status !== 'exact') shortfalls.push({ field, support, mode: modeOf(resource, decided.name) });
    }
  }
  return shortfalls;
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
