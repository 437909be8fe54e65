// MLflow's model registry (REST API 2.0, seen with 3.17.0): a client of the calls that promotions need, and of no more.
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import { type RegisteredVersion, type Registry, RegistryTrouble, type VersionCopy } from '../../ports/registry.ts';
import { assertCopied } from '../copied.ts';
import { artifactsOf, signatureOf, storedArtifacts } from './artifacts.ts';
import { factsBy } from './capabilities.ts';
import type { Connection } from './connection.ts';
import { broughtOver, type CopiedSource } from './copies.ts';
import { type Find, lineageOf } from './lineage.ts';
import { IS_PROMPT, promptIn, promptTags } from './prompts.ts';
import { entryOf, runOf, tagsOf, versionOf } from './records.ts';
import { limitsOf } from './rights.ts';
import { type Call, isRefusal, type Refusal, type Transport, transportTo } from './transport.ts';

const API = '/api/2.0/mlflow';
/** Versions of a page. */
const PAGE = 500;

export function mlflowRegistry(connection: Connection): Registry {
  const transport = transportTo(connection);
  const asker = askerOf(transport);
  const facts = factsBy(connection, transport);
  const reading = readingBy(asker, connection.url);
  return {
    address: { kind: 'mlflow', url: connection.url, workspace: connection.workspace ?? null },
    limits: (needs) => limitsOf(transport, connection.workspace, needs),
    server: async () => (await facts()).server,
    capabilities: async () => (await facts()).capabilities,
    // The cheapest question is one that needs no rights.
    now: () => timeOf(connection, transport, { method: 'GET', path: '/health', isRepeatable: true }),
    ...reading,
    content: async (version) => (version.kind === 'prompt' ? promptIn(version) : await artifactsOf(transport, version)),
    signature: (version) => signatureOf(transport, version),
    artifacts: (version) => storedArtifacts(transport, version),
    ...writingBy(asker, reading, (copy) => broughtOver({ connection, transport, troubleOf, ...asker }, copy)),
  };
}

/** Milliseconds since 1970: every answer has the server's time. One of a cache's tells when it was kept. */
export async function timeOf({ url, help }: Connection, transport: Transport, call: Call): Promise<number> {
  const { status, headers } = await transport.fetch(call);
  const time = Date.parse(headers.date ?? '');
  if (status === 200 && headers.age === undefined && !Number.isNaN(time)) return time;
  if (status === 401 || status === 403)
    throw new RegistryTrouble('refused', `${url} refuses GET ${call.path} (${status}).`, help);
  throw new RegistryTrouble('unusable', `${url} does not tell its time.`, 'Look what stands before it.');
}

export interface Asker {
  readonly find: Find;
  /** Asks for a change, and rejects where it is not made. */
  readonly change: (call: Omit<Call, 'path'> & { readonly path: string }) => Promise<JsonObject>;
  readonly ask: Transport['ask'];
}

export function askerOf(transport: Transport): Asker {
  return {
    ask: transport.ask,
    find: async (path, query) => {
      const answer = await transport.ask({ method: 'GET', path: API + path, query, isRepeatable: true });
      if (!isRefusal(answer)) return answer;
      if (isMissing(answer)) return undefined;
      throw troubleOf(answer);
    },
    change: async (call) => {
      const answer = await transport.ask({ ...call, path: API + call.path });
      if (isRefusal(answer)) throw troubleOf(answer);
      return answer;
    },
  };
}

function isMissing({ code }: Refusal): boolean {
  return code === 'RESOURCE_DOES_NOT_EXIST' || code === 'NOT_FOUND';
}

function troubleOf(refusal: Refusal): RegistryTrouble {
  const { code, message, status } = refusal;
  const said = `MLflow says ${code}: ${message}`;
  if (isMissing(refusal)) return new RegistryTrouble('missing', said, 'Look for it in MLflow.');
  if (status === 401 || status === 403)
    return new RegistryTrouble('refused', said, 'Ask for the right, or let somebody do it who has it.');
  // Nobody knows whether it was done.
  const kind = status === 429 || status >= 500 ? 'unreachable' : 'unusable';
  return new RegistryTrouble(kind, said, 'Look into the log of the server.');
}

type Reading = Pick<Registry, 'entry' | 'version' | 'versions' | 'run'>;

function readingBy({ find }: Asker, url: string): Reading {
  return {
    entry: async (name) => {
      const answer = await find('/registered-models/get', { name });
      return answer && entryOf(answer['registered_model']);
    },
    version: async (name, version) => {
      const answer = await find('/model-versions/get', { name, version });
      return answer && versionOf(answer['model_version']);
    },
    versions: async (name) => {
      const answer = await find('/registered-models/get', { name });
      const isPrompt = answer !== undefined && entryOf(answer['registered_model']).kind === 'prompt';
      const all = await searchedVersions(find, `name='${name}'${isPrompt ? ` AND tag.\`${IS_PROMPT}\` = 'true'` : ''}`);
      const seen = new Set(all.map(({ version }) => version));
      // The newest of each stage, as this answer tells them, come before what is searched.
      const newest = listIn(answer && objectIn(answer, 'registered_model'), 'latest_versions').map(versionOf);
      const hidden = newest.find(({ version }) => !seen.has(version));
      if (hidden === undefined) return all;
      throw new RegistryTrouble(
        'unusable',
        `MLflow's search hides version ${hidden.version} of ${name}, and perhaps others.`,
        // It (3.17) finds either prompts or models, and takes a name for a prompt where one of its versions is.
        `Look which versions of ${name} have the tag ${IS_PROMPT}: all or none must.`,
      );
    },
    run: async (version) => {
      const { run, measured } = await lineageOf(find, version);
      const answer = run === undefined ? undefined : await find('/runs/get', { run_id: run });
      return answer && runOf(answer['run'], measured, url);
    },
  };
}

function objectIn(answer: JsonObject, field: string): JsonObject {
  const value = answer[field];
  return isObject(value) ? value : {};
}

async function searchedVersions(find: Find, filter: string): Promise<readonly RegisteredVersion[]> {
  const all: RegisteredVersion[] = [];
  // An apostrophe in a name cannot be said in a filter of MLflow's (3.17).
  const query = { filter, max_results: String(PAGE), order_by: 'version_number ASC' };
  for (let token = ''; ; ) {
    const page = await find('/model-versions/search', token === '' ? query : { ...query, page_token: token });
    all.push(...listIn(page, 'model_versions').map(versionOf));
    token = String(page?.['next_page_token'] ?? '');
    if (token === '') return all.toSorted((a, b) => Number(a.version) - Number(b.version));
  }
}

function listIn(answer: JsonObject | undefined, field: string): readonly Json[] {
  const list = answer?.[field];
  return Array.isArray(list) ? list : [];
}

/**
 * How often a version is to be made, and milliseconds between: where many write at once, MLflow on SQLite meets a lock, rolls back what it was about to do, and
 * says so (3.17, mlflow/store/db/utils.py).
 */
const [TRIES, PAUSE] = [3, 500];

type Writing = Pick<
  Registry,
  'setAlias' | 'deleteAlias' | 'createEntry' | 'createVersion' | 'copyVersion' | 'setVersionTag'
>;

function writingBy(
  { change, ask }: Asker,
  { entry, versions }: Reading,
  sourceOf: (copy: VersionCopy) => Promise<CopiedSource>,
): Writing {
  const own = async (name: string, tags: Readonly<Record<string, string>>, key: string) =>
    (await versions(name)).find((version) => version.tags[key] === tags[key])?.version;
  const create = async ({ name, tags, key }: Pick<VersionCopy, 'name' | 'tags' | 'key'>, made: JsonObject) => {
    const body = { name, tags: tagsOf(tags), ...made };
    const call = { method: 'POST', path: `${API}/model-versions/create`, body, isRepeatable: false } as const;
    for (let left = TRIES; ; left--) {
      const answer = await ask(call).catch((error: Error) => error);
      if (!(answer instanceof Error) && !isRefusal(answer)) return versionOf(answer['model_version']).version;
      const error = answer instanceof Error ? answer : troubleOf(answer);
      // Whoever lost the answer may have been heard.
      const there = isUnreachable(error) ? await own(name, tags, key) : undefined;
      if (there !== undefined) return there;
      if (answer instanceof Error || answer.code !== 'TEMPORARILY_UNAVAILABLE' || left === 1) throw error;
      await sleep(PAUSE);
    }
  };
  const createEntry: Registry['createEntry'] = async (name, tags) => {
    const body = { name, tags: tagsOf(tags) };
    // Repeated, it tells of the entry that it has made itself as of another's: whoever asks cannot know, and holds the entry or not.
    const answer = await ask({ method: 'POST', path: `${API}/registered-models/create`, body, isRepeatable: false });
    if (!isRefusal(answer)) return 'created';
    if (answer.code === 'RESOURCE_ALREADY_EXISTS') return 'exists';
    throw troubleOf(answer);
  };
  return {
    setAlias: async (name, alias, version) => {
      const body = { name, alias, version };
      await change({ method: 'POST', path: '/registered-models/alias', body, isRepeatable: true });
    },
    deleteAlias: async (name, alias) => {
      await change({ method: 'DELETE', path: '/registered-models/alias', body: { name, alias }, isRepeatable: true });
    },
    createEntry,
    createVersion: async (name, tags, key) => {
      const there = await own(name, tags, key);
      if (there !== undefined) return there;
      // Without a run a source must have a scheme that MLflow does not know, or it is looked at (3.17).
      return await create({ name, tags, key }, { source: `aigw://${key}/${tags[key] ?? ''}` });
    },
    copyVersion: async (copy) => {
      const { name, tags, key, run, prompt } = copy;
      if ((await entry(name)) === undefined)
        await createEntry(name, prompt === undefined ? {} : { [IS_PROMPT]: 'true' });
      assertCopied(copy, await entry(name));
      const there = await own(name, tags, key);
      if (there !== undefined) return there;
      const made =
        prompt === undefined
          ? await create(copy, {
              ...(await sourceOf(copy)),
              ...(run?.link === undefined ? {} : { run_link: run.link }),
            })
          : await create({ ...copy, tags: { ...tags, ...promptTags(prompt) } }, { source: PROMPT_SOURCE });
      // Of those that two have made at once, all take the first.
      return (await own(name, tags, key)) ?? made;
    },
    setVersionTag: async (name, version, key, value) => {
      const body = { name, version, key, value };
      await change({ method: 'POST', path: '/model-versions/set-tag', body, isRepeatable: true });
    },
  };
}

/** What MLflow (3.17) takes for the source of a prompt, which has no artifacts. */
const PROMPT_SOURCE = 'prompt-template';

function isUnreachable(error: unknown): boolean {
  return error instanceof RegistryTrouble && error.kind === 'unreachable';
}
