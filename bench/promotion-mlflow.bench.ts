// What a promotion takes of its own on a real MLflow: all but the time in which the server works on what it was asked.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMlflow } from '../lab/members/mlflow.ts';
import { seedFlagship } from '../lab/registry/flagship-seed.ts';
import { compose } from '../src/cli/compose.ts';
import { type Figure, median } from './figure.ts';
import { aigw, medianTimes } from './process.ts';
import { ELEVEN_GATES } from './promotion.bench.ts';

const ROUNDS = 11;
const flagship = join(import.meta.dirname, '../fixtures/cognitotech');

export async function measure(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aigw bench '));
  const mlflow = await startMlflow({ isOpen: true });
  const meter = await startMeter(mlflow.url);
  try {
    await seedFlagship(mlflow.variables);
    const repo = join(folder, 'repo');
    await layFlagship(repo);
    for (const environment of ['staging', 'prod'])
      await run(['promote', 'adopt', '--in', environment], repo, mlflow.url);
    const [own, servers]: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const [begin, before] = [performance.now(), meter.busy()];
      await run(ELEVEN_GATES, repo, meter.url);
      const [whole, server] = [performance.now() - begin, meter.busy() - before];
      // The first fills caches.
      if (round === 0) continue;
      own.push(whole - server);
      servers.push(server);
    }
    const { empty } = medianTimes({ empty: { words: ['-e', ''] } }, ROUNDS);
    return [
      {
        name: 'promotion with 11 gates on MLflow, over an empty process, without the time of the server',
        value: median(own) - empty,
        unit: 'ms',
        target: 300,
        detail: `an empty Node process takes ${empty.toFixed(0)} ms, the server ${median(servers).toFixed(0)} ms`,
      },
    ];
  } finally {
    await meter.stop();
    await mlflow.stop();
    rmSync(folder, { recursive: true });
  }
}

async function layFlagship(folder: string): Promise<void> {
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  const text = readFileSync(join(flagship, 'aigw.yaml'), 'utf8');
  const texts = { 'aigw.yaml': text.replace(/^ {2}platform: .*$/m, '  platform: {type: local}') };
  await world.layRepository(flagship, folder, { texts, user: 'anna' });
}

/** Not as other benches start it: this process has to serve meanwhile. */
async function run(words: readonly string[], cwd: string, url: string): Promise<void> {
  const env = { ...process.env, MLFLOW_TRACKING_URI: url };
  const child = spawn(process.execPath, [aigw, ...words], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`aigw ${words.join(' ')} ended with ${status}`);
}

/** Passes requests on to a server, and knows how many milliseconds any of them was under way. */
async function startMeter(url: string) {
  let [underWay, since, busy] = [0, 0, 0];
  const server = createServer((from, answer) => {
    if (underWay++ === 0) since = performance.now();
    answer.once('close', () => {
      if (--underWay === 0) busy += performance.now() - since;
    });
    const { method, headers } = from;
    const passed = request(new URL(from.url ?? '', url), { method, headers }, (back) => {
      answer.writeHead(back.statusCode ?? 0, back.headers);
      back.pipe(answer);
    });
    passed.once('error', (error) => answer.destroy(error));
    from.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    busy: () => busy,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
