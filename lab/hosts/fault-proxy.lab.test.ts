import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMON_FAULTS, type FaultProxy, redirectTo, startFaultProxy } from '../fakes/fault-proxy.ts';
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
  expect(proxy.passed).toMatchObject([{ method: 'POST', path: '/things?a=1', fault: 'none', status: 201 }]);
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

test('leads elsewhere, and shows what comes along', async () => {
  const elsewhere = await startFaultProxy(proxy.url);
  proxy.add({ path: /things/, times: 1, fault: redirectTo(elsewhere.url, '/stolen') });
  const headers = { authorization: 'Bearer secret', 'private-token': 'secret' };
  await fetch(`${proxy.url}/things`, { method: 'POST', body: 'x', headers });
  const [{ path, headers: taken } = { path: '', headers: undefined }] = elsewhere.passed;
  // What fetch knows for a credential stays behind, what GitLab calls one does not.
  expect([path, taken?.authorization, taken?.['private-token']]).toEqual(['/stolen', undefined, 'secret']);
  await elsewhere.stop();
});

test('drips', async () => {
  proxy.add({ fault: { kind: 'drip', bytes: 5, milliseconds: 20 } });
  const begin = performance.now();
  expect(await (await post('/things', '1')).text()).toBe('{"made": "a long answer"}');
  expect(performance.now() - begin).toBeGreaterThan(90);
});

test('passes pieces on as they come, both ways', async () => {
  // A server that answers each piece that it gets, at once.
  const echo = createServer((incoming, outgoing) => incoming.pipe(outgoing));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const before = await startFaultProxy(`http://127.0.0.1:${(echo.address() as AddressInfo).port}`);
  const sent = request(`${before.url}/`, { method: 'POST' });
  const answered = new Promise<string>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (answer) => answer.once('data', (piece) => resolve(String(piece))));
  });
  sent.write('first');
  expect(await answered).toBe('first');
  sent.destroy();
  await before.stop();
  await new Promise((resolve) => echo.close(resolve));
});

test('breaks with a server that breaks, and tells of it', async () => {
  const gone = await startFaultProxy('http://127.0.0.1:9');
  await expect(fetch(`${gone.url}/things`)).rejects.toThrow();
  expect(gone.passed).toMatchObject([{ path: '/things', fault: 'none', status: undefined }]);
  await gone.stop();
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
