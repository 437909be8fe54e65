// Sets every field of the language, one at a time, in a repo that has a resource of each kind, and looks what a target makes of it. Used
// by the test that nothing is dropped in silence, and by the tables that say what each target can do.
import type { ResolvedConfig } from '../src/config/model.ts';
import { assembleRepo } from '../src/config/repo.ts';
import type { SchemaField } from '../src/config/schema-field.ts';
import { fieldsOf } from '../src/config/schema-fields.ts';
import { language } from '../src/config/schema-language.ts';
import { flatten, type SchemaNode } from '../src/config/schema-node.ts';
import { KINDS, type Kind } from '../src/config/schema-types.ts';
import { isObject, type Json, type JsonObject } from '../src/lib/json.ts';
import { baseDocuments } from './field-trial-repo.ts';

/** One value of one field, in a repo with it and in the same repo without. */
export interface FieldTrial {
  readonly field: SchemaField;
  readonly value: Json;
  readonly with: ResolvedConfig;
  readonly without: ResolvedConfig;
}

/** Kinds that aigw itself reads and no gateway sees. */
const OWN_KINDS: readonly Kind[] = ['Repository', 'Policy'];

/** Fields that choose the target and its version: a trial is made in one of each. */
const NOT_TRIED: ReadonlySet<string> = new Set(['Gateway.target.type', 'Gateway.target.version']);

/** Every field that a gateway of this target may see, with each value worth telling apart. */
export function* fieldTrials(target: { readonly type: string; readonly version: string }): Generator<FieldTrial> {
  for (const kind of KINDS.filter((each) => !OWN_KINDS.includes(each))) {
    for (const field of fieldsOf(kind)) {
      if (field.path[0] !== 'spec' || field.branch || NOT_TRIED.has(`${kind}.${field.name}`)) continue;
      if (field.name.startsWith('onUnsupported')) continue;
      for (const value of trialValues(field)) yield trialOf(field, value, target);
    }
  }
}

function trialOf(
  field: SchemaField,
  value: Json,
  target: { readonly type: string; readonly version: string },
): FieldTrial {
  const documents = baseDocuments(target);
  const subject = documents.findIndex((document) => document['kind'] === field.kind);
  const base = documents[subject];
  const node = language().kinds[field.kind];
  if (base === undefined || node === undefined) throw new Error(`no ${field.kind} in the base repo`);
  const changed = setAt(base, node, field.path, value) as JsonObject;
  const resolve = (document: JsonObject) => resolveWith(documents.with(subject, document), field);
  return { field, value, with: resolve(changed), without: resolve(withoutField(base, changed, field, value)) };
}

/** The same document without the field; with another value where it cannot do without; else as it was before. */
function withoutField(base: JsonObject, changed: JsonObject, field: SchemaField, value: Json): JsonObject {
  const removed = removeAt(changed, field.path) as JsonObject;
  if (isSound(removed, field.kind)) return removed;
  const other = otherValue(field, value);
  const node = language().kinds[field.kind];
  if (other === undefined || node === undefined) return base;
  const replaced = setAt(changed, node, field.path, other) as JsonObject;
  return isSound(replaced, field.kind) ? replaced : base;
}

function isSound(document: JsonObject, kind: Kind): boolean {
  const text = JSON.stringify(document);
  const found = assembleRepo([{ path: 'one.yaml', text }]).diagnostics;
  return !found.some(({ kind: { code } }) => code !== 'AIGW1201' && kind !== 'Repository');
}

function resolveWith(documents: readonly JsonObject[], field: SchemaField): ResolvedConfig {
  const text = documents.map((document) => JSON.stringify(document)).join('\n---\n');
  const repo = assembleRepo([{ path: 'aigw.yaml', text }]);
  const [fault] = repo.diagnostics;
  if (fault !== undefined) throw new Error(`${field.kind}.${field.name}: ${fault.message}`);
  const config = repo.resolve(
    'dev',
    new Map([
      ['file.txt', 'Answer.'],
      ['schema.json', '{"type": "object"}'],
    ]),
  );
  if (config === undefined) throw new Error('the base repo has no Repository');
  return config;
}

/** What a field inherits from one above it in the base repo: to say the same once more changes nothing. */
const INHERITED: ReadonlyMap<string, Json> = new Map([['Guardrail.patterns.action', 'block']]);

/** Each value of an enumeration but the default; for all else, one that differs from what the base repo says. */
function trialValues(field: SchemaField): readonly Json[] {
  return differingValues(field).filter((value) => value !== INHERITED.get(`${field.kind}.${field.name}`));
}

function differingValues({ node, default: standard }: SchemaField): readonly Json[] {
  const item = node.items === undefined ? undefined : flatten(node.items, language());
  if (node['x-ref'] !== undefined) return [otherName(node['x-ref'])];
  if (item?.['x-ref'] !== undefined) return [[otherName(item['x-ref'])]];
  if (node.enum !== undefined) return node.enum.filter((each) => each !== standard);
  if (item?.enum !== undefined)
    return item.enum.map((each) => [each]).filter((each) => JSON.stringify(each) !== JSON.stringify(standard));
  if (node.type === 'boolean') return [standard !== true];
  const sample = sampleOf(node);
  return [sample === standard && typeof sample === 'number' ? sample + 1 : sample];
}

function otherValue({ node }: SchemaField, value: Json): Json | undefined {
  if (node['x-ref'] !== undefined) return nameOf(node['x-ref']);
  if (node.enum !== undefined) return node.enum.find((each) => each !== value);
  if (typeof value === 'number') return value === 1 ? 2 : value - (Number.isInteger(value) ? 1 : value / 2);
  if (typeof value === 'string')
    return value.replace(/[A-Ya-y0-8]/, (character) => String.fromCharCode(character.charCodeAt(0) + 1));
  return undefined;
}

/** The name of the base repo's first resource of a kind, and of its second. */
export function nameOf(kind: Kind): string {
  return `${kind.toLowerCase()}-one`;
}

function otherName(kind: Kind): string {
  return `${kind.toLowerCase()}-two`;
}

/** A value that a node admits: its example, or one made of what it requires. */
function sampleOf(node: SchemaNode): Json {
  const whole = flatten(node, language());
  if (whole['x-ref'] !== undefined) return nameOf(whole['x-ref']);
  const [example] = whole.examples ?? [];
  if (example !== undefined && !isObject(example)) return example;
  if (whole.items !== undefined) return [sampleOf(whole.items)];
  if (whole.properties !== undefined) {
    const own = requiredKeys(whole).map((key) => [key, sampleOf(whole.properties?.[key] ?? {})]);
    return { ...(example as JsonObject | undefined), ...Object.fromEntries(own) };
  }
  if (example !== undefined) return example;
  if (whole.default !== undefined) return whole.default;
  throw new Error(`no sample for ${JSON.stringify(whole)}`);
}

/** What an object must have: `required`, and the first of its alternatives that differ in what they require. */
function requiredKeys({ required = [], oneOf = [], anyOf = [] }: SchemaNode): readonly string[] {
  return [...required, ...[oneOf, anyOf].flatMap(([first]) => first?.required ?? [])];
}

/** A copy of `value` that has `leaf` at `path`, with whatever must stand beside it on the way. */
function setAt(value: Json | undefined, node: SchemaNode, path: readonly string[], leaf: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return leaf;
  const whole = flatten(node, language());
  if (step === '*') return setEach(value, whole, rest, leaf);
  const branch = whole.properties === undefined ? branchWith(whole, step) : undefined;
  if (branch !== undefined) return setAt({}, branch, path, leaf);
  const child = whole.properties?.[step];
  if (child === undefined) throw new Error(`no field ${step} in ${JSON.stringify(whole).slice(0, 200)}`);
  const object = isObject(value) ? withoutRivals(value, whole, step) : {};
  const missing = requiredKeys(whole).filter(
    (key) => object[key] === undefined && key !== step && !isRival(whole, key, step),
  );
  const beside = Object.fromEntries(missing.map((key) => [key, sampleOf(whole.properties?.[key] ?? {})]));
  return { ...object, ...beside, [step]: setAt(object[step], child, rest, leaf) };
}

function setEach(
  value: Json | undefined,
  { items, additionalProperties, oneOf }: SchemaNode,
  rest: readonly string[],
  leaf: Json,
): Json {
  if (items !== undefined) {
    const [first, ...others] = Array.isArray(value) ? (value as readonly Json[]) : [];
    return [setAt(first, items, rest, leaf), ...others];
  }
  if (typeof additionalProperties === 'object') {
    const [key = 'sample'] = isObject(value) ? Object.keys(value) : [];
    return {
      ...(isObject(value) ? value : {}),
      [key]: setAt(isObject(value) ? value[key] : undefined, additionalProperties, rest, leaf),
    };
  }
  const list = oneOf?.map((each) => flatten(each, language())).find((each) => each.items !== undefined);
  if (list === undefined) throw new Error('no list here');
  return setEach(undefined, list, rest, leaf);
}

/** The alternative of a node that has a field. */
function branchWith(node: SchemaNode, key: string): SchemaNode | undefined {
  const branches = (node.oneOf ?? []).map((branch) => flatten(branch, language()));
  return branches
    .map((branch) => (branch.properties?.[key] === undefined && branch.oneOf ? branchWith(branch, key) : branch))
    .find((branch) => branch?.properties?.[key] !== undefined);
}

/** True where an object has either of two keys. */
function isRival({ oneOf = [] }: SchemaNode, key: string, other: string): boolean {
  const requiring = (name: string) => oneOf.filter(({ required }) => required?.includes(name));
  return (
    requiring(key).length > 0 &&
    requiring(other).length > 0 &&
    !requiring(key).some((branch) => branch.required?.includes(other))
  );
}

function withoutRivals(object: JsonObject, node: SchemaNode, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([other]) => !isRival(node, other, key)));
}

function removeAt(value: Json | undefined, [step, ...rest]: readonly string[]): Json {
  if (value === undefined || step === undefined) return value ?? null;
  if (Array.isArray(value)) {
    const [first, ...others] = value as readonly Json[];
    return rest.length === 0 ? others : [removeAt(first, rest), ...others];
  }
  if (!isObject(value)) return value;
  const key = step === '*' ? Object.keys(value)[0] : step;
  if (key === undefined) return value;
  const { [key]: child, ...others } = value;
  return rest.length === 0 ? others : { ...value, [key]: removeAt(child, rest) };
}

/** Whether a line of a loss report speaks of a trial's field, of one that it stands in, or of its whole resource. */
export function speaksOf(
  loss: { readonly kind: string; readonly name: string; readonly field: string },
  { field }: FieldTrial,
): boolean {
  const subject = field.kind === 'Environment' ? 'dev' : nameOf(field.kind);
  if (loss.kind !== field.kind || loss.name !== subject) return false;
  if (loss.field === 'metadata.name') return true;
  const steps = loss.field.split(/\.|(?=\[)/);
  return (
    steps.length <= field.path.length &&
    steps.every((step, index) => field.path[index] === '*' || field.path[index] === step)
  );
}
