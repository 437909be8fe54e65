// Signatures: what a model takes and gives. The rules follow from how MLflow (3.17, mlflow/models/utils.py) enforces inputs: integer becomes
// long or double, float becomes double, further columns are ignored, a missing required one is refused.
import { canonicalJson } from '../../lib/canonical-json.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../lib/json.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Verdict } from './verdict.ts';

/** As an MLmodel file has it: each part a JSON text, or nothing. */
export interface SignatureTexts {
  readonly inputs?: string | null;
  readonly outputs?: string | null;
  readonly params?: string | null;
  /** Why nothing can be read of them: `has an MLmodel file that is no YAML`. */
  readonly fault?: string;
}

export type SignatureMode = 'warn' | 'backward' | 'full' | 'strict';

export interface SignatureInputs {
  /** Undefined where a version has no signature. */
  readonly candidate: SignatureTexts | undefined;
  readonly champion: SignatureTexts | undefined;
}

/** Judges whether a version can take the champion's place. No signature on either side is never compatible: nobody knows. */
export function judgeSignature(mode: SignatureMode, inputs: SignatureInputs): Verdict {
  const faults = faultsOf(mode, inputs);
  const grave = mode === 'warn' ? 'warned' : 'failed';
  return {
    gate: 'signature',
    name: mode,
    status: faults.length === 0 ? 'passed' : grave,
    message: faults.length === 0 ? PRAISE[mode] : `${listOf(faults)}.`,
    inputs: { candidate: recordOf(inputs.candidate), champion: recordOf(inputs.champion) },
  };
}

/** Faults that a message names; a table of a thousand columns may have as many. */
const MOST_FAULTS = 5;

function listOf(faults: readonly string[]): string {
  const more = faults.length - MOST_FAULTS;
  return [...faults.slice(0, MOST_FAULTS), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

const PRAISE: Readonly<Record<SignatureMode, string>> = {
  warn: 'Whoever calls the champion can call this version.',
  backward: 'Whoever calls the champion can call this version.',
  full: 'Whoever calls one of the two can call the other.',
  strict: 'The signature is the same.',
};

/** UTF-16 units of a text that is recorded as it is; of a longer one the hash is, since a ledger keeps no more than 100,000 of all gates. */
const LONGEST_RECORD = 2_000;

function recordOf(texts: SignatureTexts | undefined): JsonObject | null {
  if (texts === undefined) return null;
  const part = (text: string | null | undefined) =>
    text === undefined || text === null || text.length <= LONGEST_RECORD ? (text ?? null) : `sha256:${sha256(text)}`;
  return { inputs: part(texts.inputs), outputs: part(texts.outputs), params: part(texts.params) };
}

function faultsOf(mode: SignatureMode, { candidate, champion }: SignatureInputs): readonly string[] {
  const [next, old] = [read(candidate), read(champion)];
  if (typeof next === 'string') return [`the version ${next}, so nobody knows what it takes`];
  if (typeof old === 'string') return [`the champion ${old}, so there is nothing to compare with`];
  if (mode === 'strict') return next.text === old.text ? [] : ['the signature is another one'];
  const back = mode === 'full' ? breaks(old, next).map((fault) => `on the way back, ${fault}`) : [];
  return [...breaks(next, old), ...back];
}

interface Signature {
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  readonly params: readonly Field[];
  /** All of it, the same for signatures that say the same. */
  readonly text: string;
}

interface Field {
  /** Its place in the list where it has none. */
  readonly name: string;
  readonly required: boolean;
  readonly type: Json;
}

/** What is said of it, or why that cannot be read. */
function read(texts: SignatureTexts | undefined): Signature | string {
  if (texts === undefined) return 'has no signature';
  if (texts.fault !== undefined) return texts.fault;
  const { inputs, outputs, params } = texts;
  if (inputs === undefined || inputs === null) return 'has a signature without inputs';
  const lists: (readonly JsonObject[])[] = [];
  for (const [part, text] of Object.entries({ inputs, outputs, params })) {
    const list = text === undefined || text === null ? [] : parseJson(text);
    const fault = faultIn(list);
    if (fault !== undefined) return `has a signature whose ${part} ${fault}`;
    lists.push(list as readonly JsonObject[]);
  }
  const [takes, gives, knows] = lists.map(fieldsIn);
  return { inputs: takes ?? [], outputs: gives ?? [], params: knows ?? [], text: canonicalJson(lists) };
}

/** Levels of a list of fields; MLflow's own code (3.17) reads no thousand of them. */
const DEEPEST = 100;

function faultIn(list: Json | undefined): string | undefined {
  if (!Array.isArray(list) || !list.every((field) => isObject(field) && typeof field['type'] === 'string'))
    return 'are no JSON list of fields';
  if (!isWithin(list, DEEPEST)) return `are nested deeper than ${DEEPEST} levels`;
  const names = fieldsIn(list).map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `name ${twice} twice`;
}

function isWithin(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each: Json) => isWithin(each, levels - 1));
}

function fieldsIn(list: readonly JsonObject[]): readonly Field[] {
  return list.map((field, index) => ({
    name: typeof field['name'] === 'string' ? field['name'] : `#${index + 1}`,
    required: field['required'] !== false,
    type: typeIn(field),
  }));
}

/** What a field is made of, without its name: a word for what is plain, an object for the rest. */
function typeIn({ name: _, required: __, default: ___, shape, ...type }: JsonObject): Json {
  const isPlain = (shape ?? null) === null && Object.keys(type).length === 1 && typeof type['type'] === 'string';
  return isPlain ? (type['type'] ?? null) : { ...type, ...(shape === undefined ? {} : { shape }) };
}

/** What keeps the callers of `old` from calling `next`. */
function breaks(next: Signature, old: Signature): readonly string[] {
  const sent = byName(old.inputs);
  const got = byName(next.outputs);
  const known = byName(next.params);
  return [
    ...next.inputs.flatMap((field) => inputFaults(field, sent.get(field.name))),
    ...old.outputs.flatMap((field) => {
      const now = got.get(field.name);
      if (now === undefined) return [`output ${field.name} is gone`];
      if (field.required && !now.required) return [`output ${field.name} is optional and was required`];
      return converts(now.type, field.type)
        ? []
        : [`output ${field.name} is ${words(now.type)} and was ${words(field.type)}`];
    }),
    ...old.params.flatMap((param) => {
      const now = known.get(param.name);
      if (now === undefined) return [`parameter ${param.name} is gone`];
      return canonicalJson(now.type) === canonicalJson(param.type)
        ? []
        : [`parameter ${param.name} is ${words(now.type)} and was ${words(param.type)}`];
    }),
  ];
}

function inputFaults({ name, required, type }: Field, sent: Field | undefined): readonly string[] {
  if (sent === undefined) return required ? [`input ${name} is new and required`] : [];
  if (required && !sent.required) return [`input ${name} is required and was optional`];
  return converts(sent.type, type) ? [] : [`input ${name} is ${words(type)} and was ${words(sent.type)}`];
}

function byName(fields: readonly Field[]): ReadonlyMap<string, Field> {
  return new Map(fields.map((field) => [field.name, field]));
}

const WIDENINGS = new Set(['integer long', 'integer double', 'float double']);

/** Whether a value of one type is taken where another is expected. */
function converts(from: Json, to: Json): boolean {
  if (to === 'any' || canonicalJson(from) === canonicalJson(to)) return true;
  if (typeof from === 'string' && typeof to === 'string') return WIDENINGS.has(`${from} ${to}`);
  if (!isObject(from) || !isObject(to) || from['type'] !== to['type']) return false;
  switch (to['type']) {
    case 'tensor':
      return tensorFits(from['tensor-spec'], to['tensor-spec']);
    case 'array':
      return converts(nested(from['items']), nested(to['items']));
    case 'map':
      return converts(nested(from['values']), nested(to['values']));
    case 'object':
      return objectFits(from['properties'], to['properties']);
    default:
      return false;
  }
}

function nested(value: Json | undefined): Json {
  return isObject(value) ? typeIn(value) : (value ?? null);
}

function objectFits(from: Json | undefined, to: Json | undefined): boolean {
  if (!isObject(from) || !isObject(to)) return false;
  return Object.entries(to).every(([name, wanted]) => {
    const given = Object.hasOwn(from, name) ? from[name] : undefined;
    if (!isObject(wanted)) return false;
    const isRequired = wanted['required'] !== false;
    if (!isObject(given)) return !isRequired;
    return (given['required'] !== false || !isRequired) && converts(typeIn(given), typeIn(wanted));
  });
}

/** The same kind of numbers, and each dimension the same or free (-1). */
function tensorFits(from: Json | undefined, to: Json | undefined): boolean {
  if (!isObject(from) || !isObject(to) || from['dtype'] !== to['dtype']) return false;
  const [given, wanted] = [from['shape'], to['shape']];
  if (!Array.isArray(given) || !Array.isArray(wanted) || given.length !== wanted.length) return false;
  return wanted.every((size, index) => size === -1 || size === given[index]);
}

function words(type: Json): string {
  return typeof type === 'string' ? type : JSON.stringify(type);
}
