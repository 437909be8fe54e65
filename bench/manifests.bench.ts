import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, loadAll } from 'js-yaml';
import type { JsonObject } from '../src/lib/json.ts';
import type { Figure } from './figure.ts';
import { kubeconform } from './kubeconform.ts';
import { medianTimes, run, type Start } from './process.ts';

const documents = 10_000;
const files = 1000;
const check = 'Checking 10,000 rendered objects in 1,000 files';

/**
 * What `aigw render` does with each object that it writes, over what kubeconform does with the same files and the same schemas: both as
 * whole processes. kubeconform asks no CEL rules and nothing else that code alone checks.
 */
export async function measure(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aigw-bench-manifests-'));
  const schemas = mkdtempSync(join(tmpdir(), 'aigw-bench-schemas-'));
  try {
    layObjects(folder);
    laySchemas(schemas);
    const own: Start = { words: [join(import.meta.dirname, 'check-manifests.ts'), folder] };
    expectIn(run(own), `${documents} objects in ${files} files`);
    const found = kubeconform();
    if ('missing' in found) throw new Error(`There is nothing to compare with: ${found.missing}.`);
    const location = join(schemas, '{{.Group}}-{{.ResourceAPIVersion}}-{{.ResourceKind}}.json');
    const peer: Start = { ...found, words: ['-strict', '-summary', '-schema-location', location, folder] };
    expectIn(run(peer), `${documents} resources found in ${files} files - Valid: ${documents}, Invalid: 0, Errors: 0`);
    const times = medianTimes({ own, peer }, 5);
    const detail = `${rateOf(times.own)}; kubeconform ${rateOf(times.peer)}, without CEL rules`;
    return [{ name: `${check}, over kubeconform`, value: times.own / times.peer, unit: 'times', detail }];
  } finally {
    for (const each of [folder, schemas]) rmSync(each, { recursive: true });
  }
}

/** The rendered fixtures over and over, each time under other names, so that nobody can have seen an object before. */
function layObjects(folder: string): void {
  const rendered = join(import.meta.dirname, '..', 'fixtures', 'rendered');
  const objects = globSync('**/*.yaml', { cwd: rendered })
    .toSorted()
    .flatMap((file) => loadAll(readFileSync(join(rendered, file), 'utf8')) as JsonObject[])
    .filter((object) => typeof object['apiVersion'] === 'string');
  for (let file = 0; file < files; file++) {
    const texts = Array.from({ length: documents / files }, (_, index) => {
      const number = file * (documents / files) + index;
      const object = objects[number % objects.length] ?? {};
      return dump({ ...object, metadata: { ...(object['metadata'] as JsonObject), name: `object-${number}` } });
    });
    writeFileSync(join(folder, `${file}.yaml`), texts.join('---\n'));
  }
}

interface Upstream {
  readonly kinds: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
    readonly schema: JsonObject;
  }[];
  readonly definitions: JsonObject;
}

function laySchemas(folder: string): void {
  const upstream = join(import.meta.dirname, '..', 'schemas', 'upstream');
  for (const file of globSync('*.json', { cwd: upstream })) {
    const { kinds, definitions } = JSON.parse(readFileSync(join(upstream, file), 'utf8')) as Upstream;
    for (const { group, version, kind, schema } of kinds) {
      // kubeconform takes the version for the group where there is none.
      const name = `${group || version}-${version}-${kind.toLowerCase()}.json`;
      writeFileSync(join(folder, name), JSON.stringify({ ...schema, definitions }));
    }
  }
}

function rateOf(milliseconds: number): string {
  return `${Math.round((documents * 1000) / milliseconds).toLocaleString('en')} objects/s`;
}

function expectIn(text: string, words: string): void {
  if (!text.includes(words)) throw new Error(`expected ${words} and got ${text.slice(0, 2000)}`);
}
