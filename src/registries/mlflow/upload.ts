// Artifacts on their way to an MLflow server that keeps them: by PUT through the server, whatever it stores them in (3.17, mlflow/server/artifact_router.py).
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { RegistryTrouble, type StoredArtifact } from '../../ports/registry.ts';
import type { Connection } from './connection.ts';
import { requestTo } from './transport.ts';

/** Milliseconds in which nothing of a body moves, or its answer does not come: a server may still have to bring the last of it to its store. */
const SILENCE = 120_000;
const TRIES = 3;

/**
 * Sends an artifact to a path of the server's own store, and gives the SHA-256 of what was sent as 64 hexadecimal digits. It is read from where it
 * comes from anew for each try. Rejects with a RegistryTrouble where the server does not take it.
 */
export async function sendArtifact(
  connection: Connection,
  place: string,
  { size, read }: Pick<StoredArtifact, 'size' | 'read'>,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read((pieces) => put(connection, place, size, pieces));
    } catch (error) {
      const mayPass = error instanceof RegistryTrouble && error.kind === 'unreachable';
      if (!mayPass || attempt === TRIES) throw error;
      await sleep(100 * 4 ** attempt);
    }
  }
}

async function put(
  connection: Connection,
  place: string,
  size: number,
  pieces: AsyncIterable<Buffer>,
): Promise<string> {
  const url = new URL(`${connection.url}/api/2.0/mlflow-artifacts/artifacts/${storeUrlPath(place)}`);
  const hash = createHash('sha256');
  const broken = (error: Error) => {
    const what = `broke the connection or never took it (${(error as NodeJS.ErrnoException).code ?? error.message})`;
    return trouble(connection, place, what, 'unreachable');
  };
  const status = await new Promise<number>((resolve, reject) => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': size };
    const request = requestTo(connection, url, { method: 'PUT', headers });
    request.setTimeout(SILENCE, () => request.destroy(new Error('it is silent')));
    request.once('error', (error) => reject(broken(error)));
    request.once('response', (response) => {
      response.once('error', (error) => reject(broken(error)));
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    // A server may answer before it has all of the body: its answer counts. What broke over there is told as it is.
    pipeline(Readable.from(hashing(pieces, hash, reject)), request).catch(() => undefined);
  });
  if (status === 200) return hash.digest('hex');
  if (status === 401 || status === 403) throw trouble(connection, place, `refuses it (${status})`, 'refused');
  const kind = status === 429 || status >= 500 ? 'unreachable' : 'unusable';
  throw trouble(connection, place, `did not take it (${status})`, kind);
}

async function* hashing(
  pieces: AsyncIterable<Buffer>,
  hash: Hash,
  broken: (error: unknown) => void,
): AsyncGenerator<Buffer> {
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  } catch (error) {
    broken(error);
    throw error;
  }
}

/** A path of the store as a part of an address. */
export function storeUrlPath(place: string): string {
  return place.split('/').map(encodeURIComponent).join('/');
}

function trouble(
  { url, help }: Connection,
  place: string,
  what: string,
  kind: RegistryTrouble['kind'],
): RegistryTrouble {
  const remedy = kind === 'refused' ? help : 'Look into the log of the server, and of what stands before it.';
  return new RegistryTrouble(kind, `${url} was sent the artifact ${place}, and ${what}.`, remedy);
}
