// What a version of MLflow's holds: its artifacts, read through the server, whatever they are stored in.
import { createHash } from 'node:crypto';
import { load, YAMLException } from 'js-yaml';
import { mapBounded } from '../../lib/bounded.ts';
import { isObject, type Json } from '../../lib/json.ts';
import type { SignatureTexts } from '../../plan/gates/signature.ts';
import {
  type RegisteredVersion,
  RegistryTrouble,
  type StoredArtifact,
  type VersionContent,
} from '../../ports/registry.ts';
import { type Artifact, digestOf } from '../digest.ts';
import { type Call, isRefusal, type Pieces, type Transport } from './transport.ts';

/** Artifacts that are read at a time. */
const LANES = 6;
const MLMODEL = 'MLmodel';
/** Bytes of an MLmodel file, which holds a few kilobytes, beyond which it is not read for its signature. */
const LARGEST_MLMODEL = 4 * 1024 * 1024;

const TOO_LARGE = `has an MLmodel file of more than ${LARGEST_MLMODEL / 1024 / 1024} MiB`;

/** How a server shows a version's artifacts. */
export interface Showcase {
  /** The path of a version's artifacts in the server's own store. */
  readonly rootOf: (transport: Transport, version: RegisteredVersion) => Promise<string>;
  /** What a file that the server lists is called by whoever has put it there. */
  readonly nameOf: (listed: string) => string;
  /** How a file is asked for. @param path from the version's root. */
  readonly callFor: (version: RegisteredVersion, path: string) => Call;
}

/** MLflow's own, which reads whatever store the artifacts are in. */
const MLFLOW: Showcase = {
  rootOf,
  nameOf: (listed) => listed,
  callFor: ({ name, version }, path) => ({
    method: 'GET',
    path: '/model-versions/get-artifact',
    query: { name, version, path },
    isRepeatable: true,
  }),
};

/** Reads every artifact, in pieces: their number and size cost time, and no memory. */
export async function artifactsOf(
  transport: Transport,
  version: RegisteredVersion,
  showcase = MLFLOW,
): Promise<VersionContent> {
  const files = await filesOf(transport, version, showcase);
  if (files.length === 0) throw unusable(version, 'has no artifacts, so there is nothing to make a digest of');
  let signature: SignatureTexts | undefined;
  const artifacts = await mapBounded(files, LANES, async (file): Promise<Artifact> => {
    const isModel = file.path === MLMODEL;
    const { sha256, text } = await readArtifact(
      transport,
      version,
      file,
      hashed(isModel ? LARGEST_MLMODEL : 0),
      showcase,
    );
    if (isModel) signature = signatureIn(file, text);
    return { path: file.path, sha256 };
  });
  return { digest: digestOf(artifacts), signature };
}

/** Reads the MLmodel file alone. */
export async function signatureOf(
  transport: Transport,
  version: RegisteredVersion,
  showcase = MLFLOW,
): Promise<SignatureTexts | undefined> {
  const root = await showcase.rootOf(transport, version);
  const { files } = await listed(transport, { root, nameOf: showcase.nameOf }, '', (what) => unusable(version, what));
  const file = files.find(({ path }) => path === MLMODEL);
  if (file === undefined) return undefined;
  const { text } = await readArtifact(transport, version, file, hashed(LARGEST_MLMODEL), showcase);
  return signatureIn(file, text);
}

/** An artifact as the server lists it. */
export interface ListedFile {
  /** From the version's root. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** All artifacts of a version, in no order. */
export async function filesOf(
  transport: Transport,
  version: RegisteredVersion,
  showcase = MLFLOW,
): Promise<readonly ListedFile[]> {
  const place = { root: await showcase.rootOf(transport, version), nameOf: showcase.nameOf };
  return await filesBelow(transport, place, (what) => unusable(version, what));
}

/** A folder of the server's own store, and what its files are called by whoever has put them there. */
export interface Place {
  readonly root: string;
  readonly nameOf: Showcase['nameOf'];
}

/** @param troubleOf what is wrong where they cannot be listed. */
export async function filesBelow(
  transport: Transport,
  place: Place,
  troubleOf: (what: string) => RegistryTrouble,
): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = [];
  const folders = [''];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const there = await listed(transport, place, folder, troubleOf);
    files.push(...there.files);
    folders.push(...there.folders);
  }
  return files;
}

/** What stands in a folder. @param folder from the version's root, which is the empty text. */
async function listed(
  transport: Transport,
  { root, nameOf }: Place,
  folder: string,
  troubleOf: (what: string) => RegistryTrouble,
): Promise<{ readonly files: readonly ListedFile[]; readonly folders: readonly string[] }> {
  const query = { path: folder === '' ? root : `${root}/${folder}` };
  const path = '/api/2.0/mlflow-artifacts/artifacts';
  const answer = await transport.ask({ method: 'GET', path, query, isRepeatable: true });
  if (isRefusal(answer)) throw troubleOf(`cannot be listed: MLflow says ${answer.code}`);
  const [files, folders]: [ListedFile[], string[]] = [[], []];
  for (const entry of Array.isArray(answer['files']) ? answer['files'].filter(isObject) : []) {
    // The server (3.17) tells the last part of a path alone.
    const name = nameOf(String(entry['path']));
    const whole = folder === '' ? name : `${folder}/${name}`;
    if (entry['is_dir'] === true) folders.push(whole);
    // Fields that are 0 are left out.
    else files.push({ path: whole, size: Number(entry['file_size'] ?? 0) });
  }
  return { files, folders };
}

/** The path of a version's artifacts in the server's own store. */
async function rootOf(transport: Transport, version: RegisteredVersion): Promise<string> {
  const query = { name: version.name, version: version.version };
  const path = '/api/2.0/mlflow/model-versions/get-download-uri';
  const answer = await transport.ask({ method: 'GET', path, query, isRepeatable: true });
  if (isRefusal(answer)) throw unusable(version, `has no artifacts: MLflow says ${answer.code}`);
  const uri = String(answer['artifact_uri'] ?? '');
  const root = storePathOf(uri);
  if (root !== undefined) return root;
  throw unusable(version, `lies at ${uri}, which its server does not list; let the server serve artifacts`);
}

/** The path in the server's own store; undefined where the server does not serve what lies there. */
export function storePathOf(uri: string): string | undefined {
  return /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+?)\/*$/.exec(uri)?.[1];
}

/** A version's artifacts, to be read one by one. */
export async function storedArtifacts(
  transport: Transport,
  version: RegisteredVersion,
  showcase = MLFLOW,
): Promise<readonly StoredArtifact[]> {
  const files = await filesOf(transport, version, showcase);
  return files.map((file) => ({ ...file, read: (take) => readArtifact(transport, version, file, take, showcase) }));
}

/**
 * Hands an artifact's bytes over in pieces, and gives what `take` makes of them. Where a try breaks, `take` is called anew. Rejects with a
 * RegistryTrouble where the server does not show it, or shows another number of bytes than it lists.
 */
export async function readArtifact<T>(
  transport: Transport,
  version: RegisteredVersion,
  { path, size }: ListedFile,
  take: (pieces: Pieces) => Promise<T>,
  showcase = MLFLOW,
): Promise<T> {
  const call = showcase.callFor(version, path);
  // A page of somebody in between, or a body that ended before its time without saying so.
  const other = (came: string) => unusable(version, `lists ${size} bytes for its artifact ${path}, and ${came} came`);
  const answer = await transport.stream(call, size, (pieces) => take(exactly(pieces, size, other)));
  if (answer.status !== 200) throw refused(version, path, answer.status);
  return answer.taken as T;
}

/** Passes pieces on as long as they are no longer than they should be; rejects where they are shorter at their end. */
async function* exactly(pieces: Pieces, size: number, other: (came: string) => Error): AsyncGenerator<Buffer> {
  let came = 0;
  for await (const piece of pieces) {
    came += piece.length;
    if (came > size) throw other('more');
    yield piece;
  }
  if (came < size) throw other(String(came));
}

/** @param most bytes from the beginning that are kept as text, too. */
export function hashed(most: number): (pieces: Pieces) => Promise<{ readonly sha256: string; readonly text: string }> {
  return async (pieces) => {
    const hash = createHash('sha256');
    const parts: Buffer[] = [];
    let kept = 0;
    for await (const piece of pieces) {
      hash.update(piece);
      if (kept < most) parts.push(piece);
      kept += piece.length;
    }
    return { sha256: hash.digest('hex'), text: Buffer.concat(parts).toString('utf8') };
  };
}

function refused({ name, version }: RegisteredVersion, path: string, status: number): RegistryTrouble {
  const kind =
    status === 401 || status === 403 ? 'refused' : status === 429 || status >= 502 ? 'unreachable' : 'unusable';
  const message = `Version ${version} of ${name} does not show its artifact ${path} (${status}).`;
  return new RegistryTrouble(kind, message, 'Look at its artifacts in MLflow, as the same user.');
}

/** In an MLmodel file, each part is a JSON text within the YAML. */
function signatureIn({ size }: ListedFile, text: string): SignatureTexts | undefined {
  if (size > LARGEST_MLMODEL) return { fault: TOO_LARGE };
  const model = yamlIn(text);
  if (model === undefined) return { fault: 'has an MLmodel file that is no YAML' };
  const signature = isObject(model) ? (model['signature'] ?? null) : null;
  if (signature === null) return undefined;
  if (!isObject(signature)) return { fault: 'has an MLmodel file whose signature is no map' };
  const { inputs = null, outputs = null, params = null } = signature;
  const parts = [inputs, outputs, params].map((part) => (typeof part === 'string' || part === null ? part : undefined));
  const [takes, gives, knows] = parts;
  if (takes === undefined || gives === undefined || knows === undefined)
    return { fault: 'has an MLmodel file whose signature is not made of JSON texts' };
  return { inputs: takes, outputs: gives, params: knows };
}

/** Undefined where it is none, or says one key twice. */
function yamlIn(text: string): Json | undefined {
  try {
    return load(text) as Json;
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

function unusable({ name, version }: RegisteredVersion, what: string): RegistryTrouble {
  return new RegistryTrouble('unusable', `Version ${version} of ${name} ${what}.`, 'Look at its artifacts in MLflow.');
}
