import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { consumersOf, gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { isObject } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const BOTH = ['  consumers: [app]', '  consumers: [app, batch]'] as const;
const BATCH = `---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: batch}
spec:
  auth: [{name: key, apiKey: {env: BATCH_KEY}}]
  models: [small]
`;

const indistinguishableConsumers = defineDiagnostic<{ consumer: string; other: string; way: string }>({
  code: 'AIGW2029',
  name: 'indistinguishable-consumers',
  severity: 'error',
  summary: 'Two consumers of a gateway prove who they are in the same way, so that nobody can tell them apart.',
  message: ({ consumer, other, way }) => `Consumers ${other} and ${consumer} show the same ${way}.`,
  help: ({ way }) => `Give each consumer ${HELP[way] ?? 'a way of its own'}; or make one consumer of the two.`,
  examples: { bad: exampleRepo(BOTH) + BATCH.replace('BATCH_KEY', 'APP_KEY'), good: exampleRepo(BOTH) + BATCH },
});

const HELP: Readonly<Record<string, string>> = {
  'API key': 'a key of its own',
  token: 'claims or an audience of its own',
  certificate: 'a subject of its own',
};

type Auth = NonNullable<Resource<'Consumer'>['spec']['auth']>[number];

export const check = defineCheck({
  kinds: [indistinguishableConsumers],
  run: ({ config }) => gatewaysOf(config).flatMap((gateway) => twinsIn(consumersOf(config, gateway))),
});

function twinsIn(consumers: readonly Resource<'Consumer'>[]): readonly Diagnostic[] {
  const first = new Map<string, { readonly consumer: Resource<'Consumer'>; readonly index: number }>();
  return consumers.flatMap((consumer) =>
    (consumer.spec.auth ?? []).flatMap((auth, index) => {
      const { way, identity } = proofOf(auth);
      const key = `${way} ${identity}`;
      const twin = first.get(key);
      if (twin === undefined) first.set(key, { consumer, index });
      if (twin === undefined || twin.consumer === consumer) return [];
      const args = { consumer: consumer.name, other: twin.consumer.name, way };
      const place = twin.consumer.placeOf(['spec', 'auth', twin.index]);
      const related = [{ message: `Consumer ${twin.consumer.name} shows it too.`, place }];
      return [raise(indistinguishableConsumers, args, consumer.placeOf(['spec', 'auth', index]), { related })];
    }),
  );
}

/** What a gateway gets to see, as text. */
function proofOf({ apiKey, jwt, mtls }: Auth): { readonly way: string; readonly identity: string } {
  if (apiKey !== undefined) return { way: 'API key', identity: canonical(apiKey) };
  if (mtls !== undefined) return { way: 'certificate', identity: canonical(mtls) };
  const { issuer, audiences, claims } = jwt ?? {};
  return { way: 'token', identity: canonical({ issuer, audiences: audiences?.toSorted(), claims }) };
}

/** JSON whose keys stand in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
