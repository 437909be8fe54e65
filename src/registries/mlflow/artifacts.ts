// What a version of MLflow's holds: its artifacts, read through the server, whatever they are stored in.
import { createHash } from 'node:crypto';
import { load, YAMLException } from 'js-yaml';
import { isObject, type Json } from '../../lib/json.ts';
import type { SignatureTexts } from '../../plan/gates/signature.ts';
import { type RegisteredVersion, RegistryTrouble, type VersionContent } from '../../ports/registry.ts';
import { type Artifact, digestOf } from '../digest.ts';
import { isRefusal, type Transport } from './transport.ts';

/** Artifacts that are read at a time. */
const LANES = 6;

export async function artifactsOf(transport: Transport, version: RegisteredVersion): Promise<VersionContent> {
  const paths = await pathsOf(transport, version);
  if (paths.length === 0) throw unusable(version, 'has no artifacts, so there is nothing to make a digest of');
  const artifacts: Artifact[] = [];
  let signature: SignatureTexts | undefined;
  const waiting = [...paths];
  const readInTurn = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const bytes = await read(transport, version, path);
      artifacts.push({ path, sha256: createHash('sha256').update(bytes).digest('hex') });
      if (path === 'MLmodel') signature = signatureIn(bytes.toString('utf8'), version);
    }
  };
  await Promise.all(Array.from({ length: LANES }, readInTurn));
  return { digest: digestOf(artifacts), signature };
}

/** The paths of all files, from the version's root. */
async function pathsOf(transport: Transport, version: RegisteredVersion): Promise<readonly string[]> {
  const root = await rootOf(transport, version);
  const paths: string[] = [];
  const folders = [''];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const query = { path: folder === '' ? root : `${root}/${folder}` };
    const answer = await transport.ask({
      method: 'GET',
      path: '/api/2.0/mlflow-artifacts/artifacts',
      query,
      isRepeatable: true,
    });
    if (isRefusal(answer)) throw unusable(version, `cannot be listed: MLflow says ${answer.code}`);
    const files = Array.isArray(answer['files']) ? answer['files'].filter(isObject) : [];
    for (const { path, is_dir: isFolder } of files) {
      // The server (3.17) tells the last part of a path alone.
      const whole = folder === '' ? String(path) : `${folder}/${String(path)}`;
      (isFolder === true ? folders : paths).push(whole);
    }
  }
  return paths;
}

/** The path of a version's artifacts in the server's own store. */
async function rootOf(transport: Transport, version: RegisteredVersion): Promise<string> {
  const query = { name: version.name, version: version.version };
  const path = '/api/2.0/mlflow/model-versions/get-download-uri';
  const answer = await transport.ask({ method: 'GET', path, query, isRepeatable: true });
  if (isRefusal(answer)) throw unusable(version, `has no artifacts: MLflow says ${answer.code}`);
  const uri = String(answer['artifact_uri'] ?? '');
  const [, root] = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+?)\/*$/.exec(uri) ?? [];
  if (root === undefined)
    throw unusable(version, `lies at ${uri}, which its server does not list; let the server serve artifacts`);
  return root;
}

async function read(transport: Transport, version: RegisteredVersion, path: string): Promise<Buffer> {
  const query = { name: version.name, version: version.version, path };
  const answer = await transport.fetch({
    method: 'GET',
    path: '/model-versions/get-artifact',
    query,
    isRepeatable: true,
  });
  if (answer.status !== 200) throw unusable(version, `does not show its artifact ${path} (${answer.status})`);
  return answer.bytes;
}

/** In an MLmodel file, each part is a JSON text within the YAML. */
function signatureIn(text: string, version: RegisteredVersion): SignatureTexts | undefined {
  const model = yamlIn(text, version);
  const signature = isObject(model) ? model['signature'] : undefined;
  if (!isObject(signature)) return undefined;
  const part = (field: string) => {
    const value = signature[field];
    return typeof value === 'string' ? value : null;
  };
  return { inputs: part('inputs'), outputs: part('outputs'), params: part('params') };
}

function yamlIn(text: string, version: RegisteredVersion): Json {
  try {
    return load(text) as Json;
  } catch (error) {
    if (error instanceof YAMLException) throw unusable(version, 'has an MLmodel file that is no YAML');
    throw error;
  }
}

function unusable({ name, version }: RegisteredVersion, what: string): RegistryTrouble {
  return new RegistryTrouble('unusable', `Version ${version} of ${name} ${what}.`, 'Look at its artifacts in MLflow.');
}
