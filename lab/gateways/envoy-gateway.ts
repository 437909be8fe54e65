// A gateway of a repo on a real Envoy AI Gateway, with a fake behind each of its upstreams.
import { createSign, generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretReference } from '../../src/config/schema-types.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { render } from '../../src/targets/envoy-ai-gateway/render.ts';
import { target } from '../../src/targets/envoy-ai-gateway/target.ts';
import { mustRun } from '../commands.ts';
import { startUpstream, type Upstream } from '../fakes/upstream.ts';
import { installEnvoyAiGateway, startEnvoyAiGateway } from '../members/envoy-ai-gateway.ts';
import { installRatelimit, startRatelimit } from '../members/ratelimit.ts';
import { askRedis, startRedis } from '../members/redis.ts';
import { freePort } from '../process.ts';
import { runAt, type Site } from '../site.ts';
import { type Address, ask } from './ask.ts';
import { keyIn, standaloneObjects } from './envoy-objects.ts';
import type { Adapter, Asker, GatewaySource, GatewayUnderTest } from './gateway-under-test.ts';

export const envoyAiGateway: Adapter = {
  target,
  install: () => Promise.all([installEnvoyAiGateway(), installRatelimit()]),
  start: startEnvoyGateway,
  keyOf: (_, { spec: { credential } }) => (credential === undefined ? undefined : keyIn(nameOfSecret(credential))),
  lacks: {},
};

function nameOfSecret(reference: SecretReference): string {
  return 'secret' in reference ? reference.secret : JSON.stringify(reference);
}

function startEnvoyGateway({ config, gateway }: GatewaySource): Promise<GatewayUnderTest> {
  return runAt(`envoy-${gateway.name}`, async (site) => {
    const rendered = render({ config, gateway }).files.flatMap(({ content }) =>
      content.kind === 'objects' ? content.objects : [],
    );
    const upstreams = await upstreamsOf(rendered, site);
    const [listener] = gateway.spec.listeners;
    const host = listener?.host;
    const certificate = await selfSigned(site.folder, host ?? 'localhost');
    const signer = tokenSigner();
    const portOf = (address: string) => Number(new URL(upstreams.get(address)?.url ?? '').port);
    const ratelimitPort = await freePort();
    const { url, rules, stop } = await startEnvoyAiGateway({
      ratelimitPort,
      objects: standaloneObjects(rendered, { portOf, certificate, keys: signer.keys }),
      port: listener?.port ?? 0,
      upstreams: [...upstreams.keys()].map(portOf),
      scheme: listener?.protocol === 'http' ? 'http' : 'https',
      env: { AWS_ACCESS_KEY_ID: 'lab', AWS_SECRET_ACCESS_KEY: 'lab' },
      // Any answer of Envoy's own will do: nobody may ask without a credential.
      isReady: async (at) => (await ask(addressAt(at), { method: 'GET', path: '/v1/models' })).status > 0,
    });
    site.alsoStop(stop);
    const redis = await startRedis();
    site.alsoStop(redis.stop);
    if (rules !== undefined)
      site.alsoStop((await startRatelimit({ port: ratelimitPort, redisPort: redis.port, rules })).stop);
    function addressAt(at: string): Address {
      const tls = at.startsWith('https:') ? { ca: certificate.cert, ...certificate } : undefined;
      return { url: at, host, tls };
    }
    const all = [...upstreams.values()];
    return {
      ask: (question) => ask(addressAt(url), question),
      credentialOf: (asker) => credentialOf(asker, signer),
      calls: () => all.flatMap(({ calls }) => calls).toSorted((a, b) => a.at - b.at),
      forget: async () => {
        for (const upstream of all) upstream.forget();
        await askRedis(redis.port, 'FLUSHALL');
      },
      behave: (model, behaviour) => {
        for (const upstream of all) upstream.behave(model, behaviour);
      },
      spend: async (requests) => {
        await askRedis(redis.port, `EVAL "${SPEND}" 0 ${requests}`);
      },
    } satisfies Omit<GatewayUnderTest, 'stop'>;
  });
}

/** The rate limit service has one counter for each rule, caller and window that was asked for. */
const SPEND = "for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('INCRBY', key, ARGV[1]) end return 0";

/** One fake for each address; one that is not asked for a model by name answers for the first label of its host. */
async function upstreamsOf(
  rendered: readonly JsonObject[],
  { alsoStop }: Site,
): Promise<ReadonlyMap<string, Upstream>> {
  const upstreams = new Map<string, Upstream>();
  for (const address of rendered.flatMap(addressesIn)) {
    if (upstreams.has(address)) continue;
    const upstream = await startUpstream(address.split('.')[0]);
    alsoStop(upstream.stop);
    upstreams.set(address, upstream);
  }
  return upstreams;
}

function addressesIn({ kind, spec }: JsonObject): readonly string[] {
  if (kind !== 'Backend' || !isObject(spec) || !Array.isArray(spec['endpoints'])) return [];
  return spec['endpoints'].flatMap((endpoint) =>
    isObject(endpoint) && isObject(endpoint['fqdn'])
      ? [`${endpoint['fqdn']['hostname']}:${endpoint['fqdn']['port']}`]
      : [],
  );
}

async function selfSigned(folder: string, host: string): Promise<{ readonly cert: string; readonly key: string }> {
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=lab'];
  await mustRun('openssl', [...request, '-addext', `subjectAltName=DNS:${host}`, '-keyout', key, '-out', cert]);
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}

interface TokenSigner {
  /** A JSON Web Key Set. */
  readonly keys: string;
  readonly sign: (claims: JsonObject) => string;
}

/** Signs JSON Web Tokens as the company's identity provider would. */
function tokenSigner(): TokenSigner {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'lab', alg: 'RS256', use: 'sig' };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return {
    keys: JSON.stringify({ keys: [jwk] }),
    sign: (claims) => {
      const signed = `${encode({ alg: 'RS256', kid: 'lab', typ: 'JWT' })}.${encode(claims)}`;
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
    },
  };
}

function credentialOf(as: Asker, signer: TokenSigner): Record<string, string> {
  if (as === 'nobody') return {};
  if (as === 'stranger') return { authorization: 'Bearer key-of-nobody-known' };
  const token = as.spec.auth?.find(({ jwt }) => jwt !== undefined)?.jwt;
  if (token === undefined) return { authorization: `Bearer ${keyIn(as.name)}` };
  const { issuer, audiences, claims } = token;
  const own = Object.entries(claims ?? {}).map(([name, values]) => [name, values[0]]);
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const all = { iss: issuer, aud: audiences?.[0], sub: as.name, exp, ...Object.fromEntries(own) } as JsonObject;
  return { authorization: `Bearer ${signer.sign(all)}` };
}
