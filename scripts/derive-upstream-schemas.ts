/**
 * Derives the compact schemas under schemas/upstream from the projects' own API definitions:
 * `npm run derive-schemas [-- FOLDER]`. FOLDER holds one folder per project; the default is ../shared/crds beside the
 * checkout. Also writes NOTICE, which names what the schemas come from.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Json, JsonObject } from '../src/lib/json.ts';
import { isObject } from '../src/lib/json.ts';
import type { Schema } from './upstream/compact.ts';
import { type DerivedKind, kindsOfDefinition } from './upstream/crd.ts';
import { builtInKinds, componentsOf, metadataSchema } from './upstream/openapi.ts';
import { projects, type UpstreamProject } from './upstream/projects.ts';
import { checkRules, type OmittedRule } from './upstream/rules.ts';
import { shareSchemas } from './upstream/sharing.ts';

const root = join(import.meta.dirname, '..');

interface SourceFile {
  readonly name: string;
  readonly text: string;
}

function main(folder: string): void {
  const missing = projects.map((project) => join(folder, project.name)).filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new Error(
      `The API definitions are not there. Missing:\n${missing.join('\n')}\nName the folder that holds them as the argument.`,
    );
  }
  const metadata = metadataSchema(componentsOf(readDocument(join(folder, 'kubernetes', 'core_v1.openapi.json'))));
  const target = join(root, 'schemas', 'upstream');
  mkdirSync(target, { recursive: true });
  for (const project of projects) {
    const files = sourceFiles(join(folder, project.name), project.format);
    const text = derive(project, files, metadata);
    writeFileSync(join(target, `${project.name}.json`), text);
    console.log(`${project.name} ${project.release}: ${Math.ceil(text.length / 1024)} KiB`);
  }
  writeFileSync(join(root, 'NOTICE'), notice());
}

function derive(project: UpstreamProject, files: readonly SourceFile[], metadata: Schema): string {
  const wanted = project.kinds === undefined ? undefined : new Set(project.kinds);
  const kinds = kindsOf(project, files, metadata, wanted).sort(byName);
  const absent = [...(wanted ?? [])].filter((name) => !kinds.some((kind) => kind.kind === name));
  if (absent.length > 0) throw new Error(`${project.name} has no definition of ${absent.join(', ')}.`);
  const omitted: OmittedRule[] = [];
  for (const kind of kinds) omitted.push(...checkRules(kind.schema, `${kind.kind}.${kind.version}`));
  const shared = shareSchemas(kinds.map((kind) => ({ name: kind.kind, schema: kind.schema })));
  return print({
    project: project.repository,
    release: project.release,
    licence: project.licence,
    sourceHash: hashOf(files),
    kinds: kinds.map(({ schema: _, ...name }, index) => ({ ...name, schema: shared.roots[index] ?? {} })),
    omittedRules: omitted.map((rule) => ({ ...rule })),
    definitions: shared.definitions,
  });
}

function kindsOf(
  project: UpstreamProject,
  files: readonly SourceFile[],
  metadata: Schema,
  wanted: ReadonlySet<string> | undefined,
): DerivedKind[] {
  if (project.format === 'openapi') {
    const kinds = files.flatMap((file) =>
      builtInKinds(componentsOf(asObject(JSON.parse(file.text), file.name)), wanted ?? new Set()),
    );
    return withoutRepeats(kinds);
  }
  return files
    .flatMap((file) => loadAll(file.text) as Json[])
    .filter((document) => isObject(document))
    .filter((document) => document['kind'] === 'CustomResourceDefinition')
    .flatMap((document) => kindsOfDefinition(document, metadata))
    .filter((kind) => wanted?.has(kind.kind) ?? true);
}

/** A document also holds the kinds that its own ones embed; they must say the same as where they belong. */
function withoutRepeats(kinds: readonly DerivedKind[]): DerivedKind[] {
  const byName = new Map<string, DerivedKind>();
  for (const kind of kinds) {
    const name = `${kind.group}/${kind.version} ${kind.kind}`;
    const known = byName.get(name);
    if (known && JSON.stringify(known) !== JSON.stringify(kind)) throw new Error(`Two documents differ on ${name}.`);
    byName.set(name, kind);
  }
  return [...byName.values()];
}

function sourceFiles(folder: string, format: UpstreamProject['format']): SourceFile[] {
  const ending = format === 'crd' ? '.yaml' : '.openapi.json';
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

function hashOf(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.name}\0${file.text}\0`);
  return `sha256:${hash.digest('hex')}`;
}

/** One line per kind and per definition, so that an upstream release reads as a diff. */
function print(file: JsonObject): string {
  const lines = Object.entries(file).map(([key, value]) => {
    const name = JSON.stringify(key);
    if (Array.isArray(value))
      return `${name}: [${block((value as readonly Json[]).map((item) => JSON.stringify(item)))}]`;
    if (!isObject(value)) return `${name}: ${JSON.stringify(value)}`;
    return `${name}: {${block(Object.entries(value).map(([entry, item]) => `${JSON.stringify(entry)}: ${JSON.stringify(item)}`))}}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

function block(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${lines.join(',\n')}\n`;
}

function notice(): string {
  const rows = projects.map(
    (project) => `${project.repository} ${project.release} (${project.licence}): schemas/upstream/${project.name}.json`,
  );
  return [
    'aigw',
    '',
    'The files under schemas/upstream are derived from the API definitions of the projects below, in the named release.',
    'They hold names, types, defaults, limits and validation rules, with their messages; documentation is left out and',
    'the form is changed. The definitions remain under the licence of their project.',
    '',
    ...rows,
    '',
    'The Apache License, Version 2.0, is at https://www.apache.org/licenses/LICENSE-2.0.',
    '',
  ].join('\n');
}

function byName(a: DerivedKind, b: DerivedKind): number {
  const [left, right] = [a, b].map((kind) => `${kind.group}/${kind.kind}/${kind.version}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

function readDocument(path: string): JsonObject {
  return asObject(JSON.parse(readFileSync(path, 'utf8')), path);
}

function asObject(value: Json, name: string): JsonObject {
  if (!isObject(value)) throw new Error(`${name} is not a JSON object.`);
  return value;
}

main(process.argv[2] ?? join(root, '..', 'shared', 'crds'));
