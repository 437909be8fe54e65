// Controllers that act on a cluster of the lab. Argo's listen on fixed ports of every interface, so each gets a network of its own, from
// which the API server is all that it can reach.
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import type { RunningCluster } from '../members/kwok.ts';
import { inOwnNetwork } from '../own-network.ts';
import { answersAt } from '../process.ts';
import type { Site } from '../site.ts';
import type { ApiClient } from './api-client.ts';

export interface ControllerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** In its own network: where it tells that it is well. */
  readonly health: { readonly port: number; readonly path: string };
  /** Ports out here that it needs beside the API server's. */
  readonly reachable?: readonly number[];
  /** Files below /etc where it looks for its settings. */
  readonly etc?: Readonly<Record<string, string>>;
}

/** Starts a controller in a site, and waits until it is well. */
export async function startController(site: Site, cluster: RunningCluster, options: ControllerOptions): Promise<void> {
  const { port, path } = options.health;
  const border = {
    published: [port],
    reachable: [Number(new URL(cluster.server.url).port), ...(options.reachable ?? [])],
    ...(options.etc === undefined ? {} : { etc: options.etc }),
  };
  const { command, args, ports } = await inOwnNetwork(site, options, border);
  await site.start(options.name, {
    command,
    args,
    cwd: site.folder,
    env: { HOME: site.folder, KUBECONFIG: cluster.server.kubeconfig, ...options.env },
    isReady: answersAt(`http://127.0.0.1:${ports.get(port)}${path}`),
    readyWithin: 120_000,
  });
}

/** Applies objects in their order; one that is refused is an error. */
export async function applyAll(client: ApiClient, objects: readonly JsonObject[]): Promise<void> {
  for (const object of objects) {
    const { status, body } = await client.apply(object);
    if (status >= 300) throw new Error(`${object['kind']} was refused: ${body['message']}`);
  }
}

/** Reads an object's status again and again until it will do, and gives it; the last one when the time is over. */
export async function statusWhen(
  client: ApiClient,
  path: string,
  willDo: (status: JsonObject) => boolean,
  within = 240_000,
): Promise<JsonObject> {
  const deadline = Date.now() + within;
  for (;;) {
    const { status } = (await client.get(path)).body;
    const now = isObject(status) ? status : {};
    if (willDo(now) || Date.now() > deadline) return now;
    await sleep(200);
  }
}
