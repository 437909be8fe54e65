// The embedded registry: entries as JSON files below a folder of the config repo, for teams without a server and for the demo. NAME/entry.json
// holds an entry's kind, aliases and tags; NAME/versions/VERSION.json a version, with its run, metrics, signature and the hashes of its
// artifacts, or a prompt's template, response format and model configuration. A name's slashes are written as %2F.
import { dirname, join } from 'node:path';
import { mapBounded } from '../../lib/bounded.ts';
import type { JsonObject } from '../../lib/json.ts';
import { type Need, type RegisteredVersion, type Registry, RegistryTrouble } from '../../ports/registry.ts';
import { assertCopied } from '../copied.ts';
import { assertInside, change, create, filesIn, readObject, refusalOf } from './json-files.ts';
import { contentOf, entryOf, mapIn, runOf, signatureOf, versionOf } from './records.ts';

/** Milliseconds since 1970. */
export type Clock = () => number | Promise<number>;

/** @param folder absolute. */
export function filesRegistry(folder: string, clock: Clock): Registry {
  const reading = readingIn(folder);
  return {
    address: { kind: 'files', url: null, workspace: null },
    limits: (needs) => limitsIn(folder, needs),
    now: async () => clock(),
    ...reading,
    ...writingIn(folder, clock, reading),
  };
}

/** What cannot be written, in sentences. */
async function limitsIn(folder: string, needs: readonly Need[]): Promise<readonly string[]> {
  if (needs.some(({ verb }) => verb === 'artifacts' || verb === 'copy'))
    return [`${HASHES_ALONE} Name a server in its place.`];
  const folders = needs.flatMap(({ entry, verb }) => {
    const own = join(folder, fileName(entry));
    return verb === 'read' ? [] : verb === 'version' || verb === 'copyPrompt' ? [own, join(own, 'versions')] : [own];
  });
  const refusals = await mapBounded([...new Set(folders)], LANES, async (each) => {
    assertInside(folder, each);
    return await refusalOf(each);
  });
  const told = new Set(refusals.filter((each) => each !== undefined));
  return [...told].map((refusal) => `The registry lies in files, and ${refusal}.`);
}

const HASHES_ALONE =
  'The registry under registry/ keeps the hashes of artifacts, and not the artifacts: no version of a model is copied from it, or to it.';

async function keepsHashesAlone(): Promise<never> {
  throw new RegistryTrouble('unusable', HASHES_ALONE, 'Name a server in its place.');
}

/** Folders that are looked at at a time. */
const LANES = 8;

type Reading = Pick<Registry, 'entry' | 'version' | 'versions' | 'run' | 'content' | 'signature' | 'artifacts'>;

function readingIn(folder: string): Reading {
  const read = async (file: string) => {
    assertInside(folder, dirname(file));
    return await readObject(folder, file);
  };
  const version: Registry['version'] = async (name, wanted) => {
    const file = versionFile(folder, name, wanted);
    const value = await read(file);
    return value && versionOf(name, wanted, value, file);
  };
  const versions: Registry['versions'] = async (name) => {
    const own = join(folder, fileName(name), 'versions');
    assertInside(folder, own);
    const all: RegisteredVersion[] = [];
    for (const each of await filesIn(own)) {
      const file = join(own, each);
      const value = await readObject(folder, file);
      if (value !== undefined) all.push(versionOf(name, nameOf(each.replace(/\.json$/, '')), value, file));
    }
    return all.toSorted(byAge);
  };
  return {
    entry: async (name) => {
      const value = await read(entryFile(folder, name));
      return value && entryOf(name, value, entryFile(folder, name));
    },
    version,
    versions,
    run: async ({ name, version: wanted, run }) => {
      const file = versionFile(folder, name, wanted);
      const value = run === undefined ? undefined : await read(file);
      return value && runOf(value, file);
    },
    content: async ({ name, version: wanted }) => {
      const file = versionFile(folder, name, wanted);
      const value = await read(file);
      if (value === undefined) throw missing(`Version ${wanted} of ${name} is not registered.`);
      return contentOf(value, file);
    },
    signature: async ({ name, version: wanted }) => {
      const value = await read(versionFile(folder, name, wanted));
      return value && signatureOf(value);
    },
    artifacts: keepsHashesAlone,
  };
}

/** A version that is to be made. */
interface Made {
  readonly tags: Readonly<Record<string, string>>;
  readonly key: string;
  readonly prompt?: JsonObject;
}

type Writing = Pick<
  Registry,
  'setAlias' | 'deleteAlias' | 'createEntry' | 'createVersion' | 'copyVersion' | 'setVersionTag'
>;

function writingIn(folder: string, clock: Clock, { entry, version, versions }: Reading): Writing {
  const changed = async (file: string, what: string, edit: (value: JsonObject) => JsonObject) => {
    if (!(await change(folder, file, edit))) throw missing(`${what} is not registered.`);
  };
  const make = async (name: string, { tags, key, ...more }: Made): Promise<string> => {
    for (;;) {
      const there = await versions(name);
      const own = there.find((each) => each.tags[key] === tags[key]);
      if (own !== undefined) return own.version;
      const next = String(Math.max(0, ...there.map(({ version: each }) => Number(each) || 0)) + 1);
      const createdAt = new Date(await clock()).toISOString();
      if (await create(folder, versionFile(folder, name, next), { createdAt, tags, ...more })) return next;
    }
  };
  return {
    setAlias: async (name, alias, wanted) => {
      if ((await version(name, wanted)) === undefined) throw missing(`Version ${wanted} of ${name} is not registered.`);
      await changed(entryFile(folder, name), name, (value) => ({
        ...value,
        aliases: { ...mapIn(value, 'aliases'), [alias]: wanted },
      }));
    },
    deleteAlias: (name, alias) =>
      changed(entryFile(folder, name), name, (value) => {
        const { [alias]: _, ...aliases } = mapIn(value, 'aliases');
        return { ...value, aliases };
      }),
    createEntry: async (name, tags) =>
      (await create(folder, entryFile(folder, name), { kind: 'model', aliases: {}, tags })) ? 'created' : 'exists',
    createVersion: async (name, tags, key) => {
      if ((await entry(name)) === undefined) throw missing(`${name} is not registered.`);
      return await make(name, { tags, key });
    },
    copyVersion: async (copy) => {
      const { name, tags, key, prompt } = copy;
      if (prompt === undefined) return await keepsHashesAlone();
      await create(folder, entryFile(folder, name), { kind: 'prompt', aliases: {}, tags: {} });
      assertCopied(copy, await entry(name));
      const said = Object.entries(prompt).filter(([, value]) => value !== undefined);
      return await make(name, { tags, key, prompt: Object.fromEntries(said) as JsonObject });
    },
    setVersionTag: (name, wanted, key, value) =>
      changed(versionFile(folder, name, wanted), `Version ${wanted} of ${name}`, (before) => ({
        ...before,
        tags: { ...mapIn(before, 'tags'), [key]: value },
      })),
  };
}

/** No name leads out of the folder, nor hides in it. */
function fileName(name: string): string {
  return encodeURIComponent(name).replace(/^\./, '%2E');
}

function nameOf(file: string): string {
  return decodeURIComponent(file);
}

function entryFile(folder: string, name: string): string {
  return join(folder, fileName(name), 'entry.json');
}

function versionFile(folder: string, name: string, version: string): string {
  return join(folder, fileName(name), 'versions', `${fileName(version)}.json`);
}

function missing(message: string): RegistryTrouble {
  return new RegistryTrouble('missing', message, 'Look for it under registry/ in the config repo.');
}

/** By age, and of one age by number, then by name. */
function byAge(a: RegisteredVersion, b: RegisteredVersion): number {
  return (
    a.createdAt - b.createdAt || (Number(a.version) || 0) - (Number(b.version) || 0) || (a.version < b.version ? -1 : 1)
  );
}
