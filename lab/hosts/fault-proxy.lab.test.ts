import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMON_FAULTS, type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { isFree } from '../process.ts';

let server: Server;
let proxy: FaultProxy;
const acted: string[] = [];

beforeEach(async () => {
  acted.length = 0;
  server = createServer((request, response) => {
    text(request).then(
      (body) => {
        acted.push(`${request.method} ${request.url} ${body}`);
        response.writeHead(201, { 'content-type': 'application/json' }).end('{"made": "a long answer"}');
      },
      (error: unknown) => response.destroy(error as Error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.stop();
  await new Promise((resolve) => server.close(resolve));
});

test('passes everything on until it is told otherwise', async () => {
  const answer = await post('/things?a=1', 'x');
  expect([answer.status, await answer.text()]).toEqual([201, '{"made": "a long answer"}']);
  expect(acted).toEqual(['POST /things?a=1 x']);
  expect(proxy.passed).toEqual([{ method: 'POST', path: '/things?a=1', fault: 'none', status: 201 }]);
});

test('loses an answer after the server has acted, once', async () => {
  proxy.add({ path: /things/, times: 1, fault: { kind: 'answer-lost' } });
  await expect(post('/things', '1')).rejects.toThrow();
  expect((await post('/things', '2')).status).toBe(201);
  expect(acted).toEqual(['POST /things 1', 'POST /things 2']);
});

test('loses a request before the server sees it', async () => {
  proxy.add({ fault: { kind: 'request-lost' } });
  await expect(post('/things', '1')).rejects.toThrow();
  expect(acted).toEqual([]);
});

test('cuts a body short of what its head promises', async () => {
  proxy.add({ fault: { kind: 'cut', bytes: 5 } });
  await expect(post('/things', '1').then((answer) => answer.text())).rejects.toThrow();
  expect(acted).toHaveLength(1);
});

test('delivers twice', async () => {
  proxy.add({ fault: { kind: 'twice' } });
  expect((await post('/things', '1')).status).toBe(201);
  expect(acted).toEqual(['POST /things 1', 'POST /things 1']);
});

test.each(Object.entries(COMMON_FAULTS))('answers %s in place of the server', async (_name, fault) => {
  const takeAway = proxy.add({ method: 'POST', after: 1, fault });
  expect((await post('/a', '')).status).toBe(201);
  expect((await post('/b', '')).status).toBe(fault.status);
  takeAway();
  expect((await post('/c', '')).status).toBe(201);
  expect(acted).toHaveLength(2);
});

test('leads elsewhere', async () => {
  const elsewhere = await startFaultProxy(proxy.url);
  const headers = { location: `${elsewhere.url}/stolen` };
  proxy.add({ path: /things/, fault: { kind: 'answer', status: 307, headers } });
  await post('/things', 'secret');
  expect(elsewhere.passed.map(({ path }) => path)).toEqual(['/stolen']);
  await elsewhere.stop();
});

test('takes its time', async () => {
  proxy.add({ fault: { kind: 'delay', milliseconds: 150 } });
  const begin = performance.now();
  await post('/things', '1');
  expect(performance.now() - begin).toBeGreaterThan(140);
});

test('is gone after stop, and runs beside another', async () => {
  const other = await startFaultProxy(proxy.url);
  expect(other.url).not.toBe(proxy.url);
  await other.stop();
  expect(await isFree(Number(new URL(other.url).port))).toBe(true);
});

function post(path: string, body: string): Promise<Response> {
  return fetch(`${proxy.url}${path}`, { method: 'POST', body });
}
