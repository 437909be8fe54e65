// GitHub's published description of its API (npm's @octokit/openapi 23.0.2, of github.com): what it says of a request, and what an answer has.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { isObject, type Json, type JsonObject } from '../../../../src/lib/json.ts';
import { npmPackages } from '../../../npm.ts';
import { type HostRequest, paramsIn } from '../server.ts';

export interface Description {
  /** What a request has that the description does not allow, in sentences. */
  readonly check: (request: HostRequest) => readonly string[];
  /** An answer with everything that the description requires of it: what is not given is made up by its type. */
  readonly complete: (request: HostRequest, status: number, body: Json) => Json;
}

/** The description, which is installed where it is not there yet, and read once. */
export function loadDescription(): Promise<Description> {
  loading ??= load();
  return loading;
}

let loading: Promise<Description> | undefined;

async function load(): Promise<Description> {
  const folder = await npmPackages('octokit-openapi');
  const file = join(folder, 'node_modules/@octokit/openapi/generated/api.github.com.json');
  return describedBy(JSON.parse(await readFile(file, 'utf8')) as JsonObject);
}

interface Operation {
  readonly template: string;
  readonly parameters: readonly JsonObject[];
  readonly body: JsonObject | undefined;
  readonly answers: JsonObject;
}

function describedBy(document: JsonObject): Description {
  const resolve = (value: Json | undefined): Json | undefined =>
    isObject(value) && typeof value['$ref'] === 'string' ? resolve(at(document, value['$ref'])) : value;
  const ajv = new Ajv({ strict: false, validateFormats: false, inlineRefs: false });
  ajv.addSchema({ $id: 'github', components: document['components'] });
  const validators = new Map<string, ValidateFunction>();
  const faultsOf = (name: string, schema: Json | undefined, value: Json): readonly string[] => {
    const key = JSON.stringify(schema);
    const validate = validators.get(key) ?? ajv.compile(absolute(schema ?? {}) as JsonObject);
    validators.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath} ${message}`);
  };
  const operationOf = (request: HostRequest) => findOperation(document, request, resolve);
  return {
    check: (request) => {
      const operation = operationOf(request);
      if (operation === undefined) return ['there is no such operation'];
      return [...queryFaults(operation, request, faultsOf), ...bodyFaults(operation, request, faultsOf)];
    },
    complete: (request, status, body) => {
      const answer = resolve(operationOf(request)?.answers[String(status)]);
      const schema = at(answer, '#/content/application~1json/schema');
      return schema === undefined ? body : completed(body, schema, resolve);
    },
  };
}

/** The value at a JSON pointer (RFC 6901). */
function at(value: Json | undefined, pointer: string): Json | undefined {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<Json | undefined>(
    (found, step) => (isObject(found) ? found[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
    value,
  );
}

/** References lead into the document that the validator knows. */
function absolute(value: Json): Json {
  if (Array.isArray(value)) return value.map(absolute);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === '$ref' && typeof each === 'string' ? each.replace('#', 'github#') : absolute(each),
    ]),
  );
}

type Resolve = (value: Json | undefined) => Json | undefined;

function findOperation(document: JsonObject, request: HostRequest, resolve: Resolve): Operation | undefined {
  const method = request.method.toLowerCase();
  for (const [template, item] of Object.entries(document['paths'] as JsonObject)) {
    if (!isObject(item) || !isObject(item[method])) continue;
    // Names of refs and files have slashes.
    if (paramsIn(template.replace(/\{(path|ref)\}$/, '{$1*}'), request.path) === undefined) continue;
    const { parameters, requestBody, responses } = item[method];
    const all = Array.isArray(parameters) ? parameters.map(resolve).filter(isObject) : [];
    const content = at(resolve(requestBody), '#/content/application~1json/schema');
    return { template, parameters: all, body: content as JsonObject | undefined, answers: responses as JsonObject };
  }
  return undefined;
}

type FaultsOf = (name: string, schema: Json | undefined, value: Json) => readonly string[];

function queryFaults({ parameters }: Operation, { query }: HostRequest, faultsOf: FaultsOf): readonly string[] {
  const known = new Map(parameters.filter((each) => each['in'] === 'query').map((each) => [each['name'], each]));
  return [...query].flatMap(([name, value]) => {
    const parameter = known.get(name);
    if (parameter === undefined) return [`there is no parameter ${name}`];
    return faultsOf(name, parameter['schema'], read(value, parameter['schema']));
  });
}

/** A text of a query as its schema's type says it. */
function read(text: string, schema: Json | undefined): Json {
  const type = isObject(schema) ? schema['type'] : undefined;
  if (type === 'boolean' && ['true', 'false'].includes(text)) return text === 'true';
  return (type === 'integer' || type === 'number') && /^-?\d+$/.test(text) ? Number(text) : text;
}

function bodyFaults({ body: schema }: Operation, { body }: HostRequest, faultsOf: FaultsOf): readonly string[] {
  if (schema === undefined) return Object.keys(body).map((name) => `it takes no ${name}`);
  const known = isObject(schema['properties']) ? schema['properties'] : {};
  const unknown = Object.keys(body).filter((name) => !(name in known) && !('oneOf' in schema || 'anyOf' in schema));
  return [...unknown.map((name) => `there is no field ${name}`), ...faultsOf('the body', schema, body)];
}

/** A value with all that its schema requires. */
function completed(value: Json, given: Json | undefined, resolve: Resolve): Json {
  const schema = resolve(given);
  if (!isObject(schema)) return value;
  if (Array.isArray(value)) return value.map((item) => completed(item, schema['items'], resolve));
  if (!isObject(value)) return value;
  const { properties, required } = flattened(schema, resolve);
  const own = Object.entries(value).map(([name, each]) => [name, completed(each, properties[name], resolve)] as const);
  const missing = required
    .filter((name) => !(name in value))
    .map((name) => [name, madeUp(properties[name], resolve)] as const);
  return Object.fromEntries([...own, ...missing]);
}

/** A schema's own fields and those of all that it must satisfy as well. */
function flattened(schema: JsonObject, resolve: Resolve): { properties: JsonObject; required: readonly string[] } {
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((word) => {
    const list = schema[word];
    return Array.isArray(list) ? (word === 'allOf' ? list : list.slice(0, 1)) : [];
  });
  const all = parts
    .map(resolve)
    .filter(isObject)
    .map((part) => flattened(part, resolve));
  const own = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return {
    properties: Object.assign({}, ...all.map((each) => each.properties), properties) as JsonObject,
    required: [...new Set([...own, ...all.flatMap((each) => each.required)])],
  };
}

function madeUp(given: Json | undefined, resolve: Resolve): Json {
  const schema = resolve(given);
  if (!isObject(schema) || schema['nullable'] === true) return null;
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0] as Json;
  switch (schema['type']) {
    case 'string':
      return schema['format'] === 'uri' ? 'https://host.example/made-up' : '';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'array':
      return [];
    default:
      return completed({}, schema, resolve);
  }
}
