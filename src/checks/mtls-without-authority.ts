import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { gatewaysByConsumer } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const MTLS = ['{name: key, apiKey: {env: APP_KEY}}', '{name: certificate, mtls: {subject: app.example.com}}'] as const;
const ENVOY = [
  ['type: litellm, version: "1.106"', 'type: envoy-ai-gateway, version: "1.1"'],
  ['credential: {env: OPENAI_API_KEY}', 'credential: {secret: openai, key: apiKey}'],
] as const;
const HTTP = '{name: http, port: 4000, protocol: http}';

const mtlsWithoutAuthority = defineDiagnostic<{ consumer: string; gateways: string; only: boolean }>({
  code: 'AIGW2015',
  name: 'mtls-without-authority',
  severity: 'error',
  summary: 'A consumer proves who it is by a certificate, and a gateway that admits it checks none.',
  message: ({ consumer, gateways, only }) =>
    `Consumer ${consumer} has a client certificate, and no listener of ${gateways} checks any${only ? '; it has no other way to get in' : ''}.`,
  help: () =>
    'Add tls.clientCa to a listener, with the authority that signs these certificates, or give the consumer another way.',
  examples: {
    bad: exampleRepo(...ENVOY, MTLS),
    good: exampleRepo(...ENVOY, MTLS, [
      HTTP,
      '{name: https, port: 443, tls: {secret: llm-tls, clientCa: {secret: clients, key: ca.crt}}}',
    ]),
  },
});

type Gateway = Resource<'Gateway'>;

export const check = defineCheck({
  kinds: [mtlsWithoutAuthority],
  run: ({ config }) => {
    const gateways = gatewaysByConsumer(config);
    const holders = config.all('Consumer').filter(({ spec }) => spec.auth?.some(({ mtls }) => mtls));
    return holders.flatMap((consumer) => findingOn(consumer, gateways.get(consumer.name) ?? []));
  },
});

/** One who has other ways as well may use the certificate with some of its gateways only. */
function findingOn(consumer: Resource<'Consumer'>, gateways: readonly Gateway[]): readonly Diagnostic[] {
  const { auth = [] } = consumer.spec;
  const only = auth.every(({ mtls }) => mtls !== undefined);
  const blind = gateways.filter(({ spec }) => !spec.listeners.some(({ tls }) => tls?.clientCa));
  if (blind.length === 0 || (!only && blind.length < gateways.length)) return [];
  const names = `gateway${blind.length === 1 ? '' : 's'} ${blind.map(({ name }) => name).join(' and ')}`;
  const path = ['spec', 'auth', auth.findIndex(({ mtls }) => mtls), 'mtls'];
  const related = blind.map((gateway) => ({
    message: `No listener of gateway ${gateway.name} has tls.clientCa.`,
    place: gateway.placeOf(['spec', 'listeners'], 'key'),
  }));
  const args = { consumer: consumer.name, gateways: names, only };
  const severity = only ? 'error' : 'warning';
  return [raise(mtlsWithoutAuthority, args, consumer.placeOf(path, 'key'), { related, severity })];
}
