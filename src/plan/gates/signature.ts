// Signatures: what a model takes and gives. The rules follow from how MLflow (3.17, mlflow/models/utils.py) enforces inputs: integer becomes
// long or double, float becomes double, further columns are ignored, a missing required one is refused.
import { isObject, type Json, type JsonObject, parseJson } from '../../lib/json.ts';
import type { Verdict } from './verdict.ts';

/** As an MLmodel file has it: each part a JSON text, or nothing. */
export interface SignatureTexts {
  readonly inputs?: string | null;
  readonly outputs?: string | null;
  readonly params?: string | null;
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
    message: faults.length === 0 ? PRAISE[mode] : `${faults.join('; ')}.`,
    inputs: { candidate: recordOf(inputs.candidate), champion: recordOf(inputs.champion) },
  };
}

const PRAISE: Readonly<Record<SignatureMode, string>> = {
  warn: 'Whoever calls the champion can call this version.',
  backward: 'Whoever calls the champion can call this version.',
  full: 'Whoever calls one of the two can call the other.',
  strict: 'The signature is the same.',
};

function recordOf(texts: SignatureTexts | undefined): JsonObject | null {
  if (texts === undefined) return null;
  return { inputs: texts.inputs ?? null, outputs: texts.outputs ?? null, params: texts.params ?? null };
}

function faultsOf(mode: SignatureMode, { candidate, champion }: SignatureInputs): readonly string[] {
  const [next, old] = [read(candidate), read(champion)];
  if (next === undefined) return ['the version has no signature that can be read, so nobody knows what it takes'];
  if (old === undefined) return ['the champion has no signature that can be read, so there is nothing to compare with'];
  if (mode === 'strict') return JSON.stringify(next) === JSON.stringify(old) ? [] : ['the signature is another one'];
  const back = mode === 'full' ? breaks(old, next).map((fault) => `on the way back, ${fault}`) : [];
  return [...breaks(next, old), ...back];
}

interface Signature {
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  readonly params: readonly Field[];
}

interface Field {
  /** Its place in the list where it has none. */
  readonly name: string;
  readonly required: boolean;
  readonly type: Json;
}

/** Undefined where there is none, or one that cannot be read. */
function read(texts: SignatureTexts | undefined): Signature | undefined {
  if (texts === undefined || texts.inputs === undefined || texts.inputs === null) return undefined;
  const [inputs, outputs, params] = [texts.inputs, texts.outputs, texts.params].map(fieldsIn);
  return inputs && outputs && params && { inputs, outputs, params };
}

function fieldsIn(text: string | null | undefined): readonly Field[] | undefined {
  if (text === undefined || text === null) return [];
  const list = parseJson(text);
  if (!Array.isArray(list) || !list.every(isObject)) return undefined;
  return list.map((field, index) => ({
    name: typeof field['name'] === 'string' ? field['name'] : `#${index + 1}`,
    required: field['required'] !== false,
    type: typeIn(field),
  }));
}

/** What a field is made of, without its name: a word for what is plain, an object for the rest. */
function typeIn({ name: _, required: __, default: ___, ...type }: JsonObject): Json {
  return Object.keys(type).length === 1 && typeof type['type'] === 'string' ? type['type'] : type;
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
      return converts(now.type, field.type)
        ? []
        : [`output ${field.name} is ${words(now.type)} and was ${words(field.type)}`];
    }),
    ...old.params.flatMap((param) => {
      const now = known.get(param.name);
      if (now === undefined) return [`parameter ${param.name} is gone`];
      return JSON.stringify(now.type) === JSON.stringify(param.type)
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
  if (to === 'any' || JSON.stringify(from) === JSON.stringify(to)) return true;
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
    const given = from[name];
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
