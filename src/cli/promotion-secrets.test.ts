// What a registry says is shown, but never the credentials that it was asked with.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTrial } from './promotion-trial.ts';

const PASSWORD = 'p@ss/w:rd ü1';
const ID_TOKEN = `a.${Buffer.from('{"iss":"https://git.example","sub":"main"}').toString('base64url')}.c`;
let server: Server;
let folder: string;

beforeAll(async () => {
  // It tells whatever it is asked with, as debugging servers and SQL errors do.
  server = createServer((request, response) => {
    const [, basic = ''] = (request.headers.authorization ?? '').split(' ');
    const message = `${request.headers.authorization} ${Buffer.from(basic, 'base64').toString()} ${encodeURIComponent(PASSWORD)}`;
    response.writeHead(request.url === '/health' ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error_code: 'BAD_REQUEST', message }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = join(mkdtempSync(join(tmpdir(), 'aigw promotion ')), 'repo');
  await startTrial(folder);
  const root = join(folder, 'aigw.yaml');
  const url = 'registry: {type: mlflow, url: {env: MLFLOW_TRACKING_URI}}';
  writeFileSync(root, readFileSync(root, 'utf8').replace('registry: {type: files}', url));
});
afterAll(() => {
  server.close();
  rmSync(join(folder, '..'), { recursive: true });
});

const words = ['promote', 'model', 'product-expert', '--from', 'dev', '--to', 'staging', '--direct', '--debug'];

test.each([
  [
    'by variables',
    (origin: string) => ({
      MLFLOW_TRACKING_URI: origin,
      MLFLOW_TRACKING_USERNAME: 'anna',
      MLFLOW_TRACKING_PASSWORD: PASSWORD,
    }),
  ],
  [
    'in the address',
    (origin: string) => ({ MLFLOW_TRACKING_URI: origin.replace('//', `//anna:${encodeURIComponent(PASSWORD)}@`) }),
  ],
])('given %s', { timeout: 60_000 }, async (_, variables) => {
  const { port } = server.address() as AddressInfo;
  const formats = ['text', 'json', 'jsonl', 'junit', 'markdown', 'dotenv'];
  const files = formats.map((format) => join(folder, '..', `report.${format}`));
  const reports = formats.flatMap((format, index) => ['--format', format, '--output', files[index] ?? '']);
  const more = { AIGW_ID_TOKEN: ID_TOKEN, AIGW_SIGNING_KEY: PASSWORD };
  const env = { PATH: process.env['PATH'] ?? '', ...more, ...variables(`http://127.0.0.1:${port}`) };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words, ...reports], {
    cwd: folder,
    env,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      printed += data.toString();
    });
  }
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3);
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  for (const text of texts) expect(text).toContain('BAD_REQUEST');
  const encoded = [encodeURIComponent(PASSWORD), Buffer.from(`anna:${PASSWORD}`).toString('base64')];
  for (const secret of [PASSWORD, ID_TOKEN, ...encoded])
    for (const text of [printed, ...texts]) expect(text).not.toContain(secret);
});
