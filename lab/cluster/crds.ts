// The definitions of other projects' kinds, for an API server of the lab: the projects' own where they are at hand, otherwise rebuilt from the
// compact schemas of this repository, which hold everything that decides whether an object is taken, but for rules on changes.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadAll } from 'js-yaml';
import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts';
import type { ApiClient } from './api-client.ts';

const root = join(import.meta.dirname, '..', '..');

/** Where the projects' own definitions lie, a folder for each project: named by AIGW_CRDS, or beside the checkout. */
export function definitionsFolder(): string | undefined {
  const folder = process.env['AIGW_CRDS'] ?? join(root, '..', 'shared', 'crds');
  return existsSync(folder) ? folder : undefined;
}

/** Projects whose kinds an API server has to be told. */
export function projectsWithDefinitions(): readonly string[] {
  return [...globSync('*.json', { cwd: compactFolder }).map((file) => file.replace('.json', '')), 'argo-events']
    .filter((name) => name !== 'kubernetes')
    .toSorted();
}

/** In place of a folder: the definitions that this repository makes. */
export const REBUILT = '(rebuilt)';

/** A project's CustomResourceDefinitions, from a folder of definitions or rebuilt. */
export function definitionsOf(project: string, from = definitionsFolder() ?? REBUILT): readonly JsonObject[] {
  return from === REBUILT ? rebuiltDefinitions(project) : ownDefinitions(join(from, project));
}

/** A text that is another where a project's definitions are others. */
export function sourceOf(project: string, from = definitionsFolder() ?? REBUILT): string {
  if (from === REBUILT) return JSON.stringify(rebuiltDefinitions(project));
  return JSON.stringify(filesIn(join(from, project)).map((file) => readFileSync(file, 'utf8')));
}

/** Tells the server of these projects' kinds, and waits until it serves them. */
export async function installCrds(
  client: ApiClient,
  projects: readonly string[],
  from = definitionsFolder() ?? REBUILT,
): Promise<void> {
  const definitions = projects.flatMap((project) => definitionsOf(project, from));
  const answers = await Promise.all(definitions.map((definition) => client.apply(definition)));
  const refused = answers.filter(({ status }) => status >= 300).map(({ body }) => String(body['message']));
  if (refused.length > 0) throw new Error(`The API server refuses definitions:\n${refused.join('\n')}`);
  for (const { spec } of definitions)
    while (!(await isServed(client, spec as unknown as DefinitionSpec))) await sleep(50);
}

interface DefinitionSpec {
  readonly group: string;
  readonly names: { readonly kind: string; readonly plural: string };
  readonly scope: string;
  readonly versions: readonly { readonly name: string; readonly served: boolean }[];
}

/** Discovery lists a kind a moment after its definition is established. */
async function isServed(client: ApiClient, { group, names, versions }: DefinitionSpec): Promise<boolean> {
  const version = versions.find(({ served }) => served)?.name;
  const { body } = await client.get(`/apis/${group}/${version}`);
  const resources = Array.isArray(body['resources']) ? body['resources'] : [];
  return resources.some((each) => isObject(each) && each['name'] === names.plural && each['kind'] === names.kind);
}

function ownDefinitions(folder: string): readonly JsonObject[] {
  return filesIn(folder)
    .flatMap((file) => loadAll(readFileSync(file, 'utf8')) as Json[])
    .filter((document) => isObject(document))
    .filter(({ kind }) => kind === 'CustomResourceDefinition');
}

function filesIn(folder: string): readonly string[] {
  return globSync('*.yaml', { cwd: folder })
    .toSorted()
    .map((file) => join(folder, file));
}

const compactFolder = join(root, 'schemas', 'upstream');

interface CompactKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly scope: string;
  readonly schema: JsonObject;
}

/** Argo Events' own definitions are open: their schema says nothing. Those that the controller of Argo Workflows keeps for itself, nobody writes. */
const OPEN_KINDS: Readonly<Record<string, readonly CompactKind[]>> = {
  'argo-events': ['EventBus', 'EventSource', 'Sensor'].map(openKind),
  'argo-workflows': ['WorkflowArtifactGCTask', 'WorkflowTaskResult', 'WorkflowTaskSet'].map(openKind),
};

function openKind(kind: string): CompactKind {
  return { group: 'argoproj.io', version: 'v1alpha1', kind, scope: 'Namespaced', schema: {} };
}

function rebuiltDefinitions(project: string): readonly JsonObject[] {
  const open = definitionsFrom(OPEN_KINDS[project] ?? [], {});
  const file = join(compactFolder, `${project}.json`);
  if (!existsSync(file)) return open;
  const { kinds, definitions } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly kinds: readonly CompactKind[];
    readonly definitions: JsonObject;
  };
  return [...definitionsFrom(kinds, definitions), ...open];
}

/** One definition for each kind, with all of its versions. */
function definitionsFrom(kinds: readonly CompactKind[], shared: JsonObject): readonly JsonObject[] {
  const byName = Map.groupBy(kinds, ({ group, kind }) => `${pluralOf(kind)}.${group}`);
  return [...byName].map(([name, versions]) => {
    const [{ group = '', kind = '', scope = '' } = {}] = versions;
    const names = { kind, listKind: `${kind}List`, plural: pluralOf(kind), singular: kind.toLowerCase() };
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name, annotations: annotationsFor(group) },
      spec: {
        group,
        names,
        scope,
        versions: versions.map(({ version, schema }, index) => ({
          name: version,
          served: true,
          storage: index === versions.length - 1,
          ...(WITHOUT_STATUS.has(kind) ? {} : { subresources: { status: {} } }),
          schema: { openAPIV3Schema: rootSchema(schema, shared) },
        })),
      },
    };
  });
}

/** Kinds whose status, if they have one, is written with the rest: what their controllers wrote of it would otherwise be dropped. */
const WITHOUT_STATUS = new Set([
  ...['AnalysisRun', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'Experiment'],
  ...['Application', 'AppProject'],
  ...[
    'ClusterWorkflowTemplate',
    'CronWorkflow',
    'Workflow',
    'WorkflowEventBinding',
    'WorkflowTaskResult',
    'WorkflowTemplate',
  ],
  ...['ClusterServingRuntime', 'ServingRuntime'],
  ...['GatewayProxy', 'HTTPRouteFilter', 'PluginConfig', 'ReferenceGrant'],
]);

/** Kubernetes' rule for its own, which these projects keep to, but for two that have their plural already. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (['eventbus', 'agentgatewayparameters'].includes(name)) return name;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : /(?:s|x|ch)$/.test(name) ? `${name}es` : `${name}s`;
}

/** The API server takes groups of the Kubernetes project only with the word of a review. */
function annotationsFor(group: string): JsonObject {
  return group.endsWith('.k8s.io') ? { 'api-approved.kubernetes.io': 'unapproved, for a test of the lab' } : {};
}

function rootSchema(schema: JsonObject, shared: JsonObject): JsonObject {
  const {
    metadata: _,
    apiVersion: __,
    kind: ___,
    ...properties
  } = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const own = required.filter((name) => !['metadata', 'apiVersion', 'kind'].includes(String(name)));
  const whole = structural({ ...schema, properties, required: own }, shared);
  return {
    ...whole,
    type: 'object',
    properties: { ...(whole['properties'] as JsonObject), metadata: { type: 'object' } },
  };
}

/** A compact schema as the API server wants schemas: without references, each value with one type, open where nothing is listed. */
function structural(schema: JsonObject, shared: JsonObject): JsonObject {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const found = shared[reference.replace('#/definitions/', '')];
    if (!isObject(found)) throw new Error(`There is no ${reference}.`);
    return structural(found, shared);
  }
  const { type, additionalProperties, properties, items, ...rules } = schema;
  const whole = { ...withoutWideBounds(rules), ...typed(type) };
  const within = {
    ...whole,
    ...(isObject(items) ? { items: structural(items, shared) } : {}),
    ...(isObject(properties) ? { properties: mapValues(properties, (each) => structural(each, shared)) } : {}),
    ...(isObject(additionalProperties) ? { additionalProperties: structural(additionalProperties, shared) } : {}),
  };
  return type === undefined ? { ...within, 'x-kubernetes-preserve-unknown-fields': true } : within;
}

/** The bounds of 64-bit integers are no integers any more when JavaScript has read them. */
function withoutWideBounds(rules: JsonObject): JsonObject {
  const isWide = (name: string) => typeof rules[name] === 'number' && Math.abs(rules[name]) > Number.MAX_SAFE_INTEGER;
  const wide = ['minimum', 'maximum'].filter(isWide);
  return Object.fromEntries(Object.entries(rules).filter(([name]) => !wide.includes(name)));
}

function typed(type: Json | undefined): JsonObject {
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  const named = types.filter((each) => each !== 'null');
  const nullable = named.length < types.length ? { nullable: true } : {};
  if (named.length === 2) return { 'x-kubernetes-int-or-string': true, ...nullable };
  return named[0] === undefined ? nullable : { type: named[0], ...nullable };
}

function mapValues(object: JsonObject, change: (value: JsonObject) => JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, isObject(value) ? change(value) : {}]),
  );
}
