import { expect, test } from 'vitest';
import { factsBy } from './capabilities.ts';
import { connectionTo } from './connection.ts';
import type { Answer, Call, Transport } from './transport.ts';

const page = '<!doctype html><title>404 Not Found</title>';
const missing = '{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "not found"}';

/** A server by its answers to the ends of paths; a page of 404 to all else. */
function serverBy(answers: Readonly<Record<string, readonly [status: number, body: string]>>) {
  const asked: Call[] = [];
  const fetch = async (call: Call): Promise<Answer> => {
    asked.push(call);
    const [, answer] = Object.entries(answers).find(([end]) => call.path.endsWith(end)) ?? [];
    const [status, body] = answer ?? [404, page];
    return { status, headers: {}, bytes: Buffer.from(body) };
  };
  const facts = factsBy(connectionTo('http://host', {}), { fetch } as unknown as Transport);
  return { asked, facts };
}

test('asks MLflow itself twice, and once for all', async () => {
  const { asked, facts } = serverBy({ '/version': [200, '3.17.0\n'], '/alias': [404, missing] });
  const found = { server: 'MLflow 3.17.0', capabilities: { hasAliases: true, lacks: [] } };
  expect([await facts(), await facts()]).toEqual([found, found]);
  expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET']);
});

test('says that a server has no aliases', async () => {
  const { facts } = serverBy({ '/version': [200, '2.2.0'] });
  expect((await facts()).capabilities).toEqual({
    hasAliases: false,
    lacks: [expect.stringContaining('MLflow 2.2.0 has no aliases: nothing is moved in the registry')],
  });
});

test('goes on with a server that does not tell its version, and can all that is needed', async () => {
  const { facts } = serverBy({ '/alias': [404, missing], '/search': [200, '{}'] });
  expect(await facts()).toEqual({ server: undefined, capabilities: { hasAliases: true, lacks: [] } });
});

test('refuses a server that cannot keep a ledger, and asks again', async () => {
  const { asked, facts } = serverBy({ '/alias': [404, missing] });
  const trouble = {
    kind: 'unusable',
    message: 'http://host has no search of versions, without which it can keep no ledger.',
  };
  await expect(facts()).rejects.toMatchObject(trouble);
  await expect(facts()).rejects.toMatchObject(trouble);
  expect(asked).toHaveLength(6);
});

test('goes on where somebody keeps the server from telling its version', async () => {
  const { asked, facts } = serverBy({ '/version': [401, 'Sign in'], '/alias': [404, missing], '/search': [200, '{}'] });
  expect((await facts()).server).toBeUndefined();
  expect(asked).toHaveLength(3);
});
