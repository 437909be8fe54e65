import { exampleRepo } from '../config/example-repo.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const consumerWithoutAuth = defineDiagnostic<{ consumer: string }>({
  code: 'AIGW2010',
  name: 'consumer-without-auth',
  severity: 'error',
  summary: 'A consumer has no way to prove who it is.',
  message: ({ consumer }) => `Consumer ${consumer} has no way to prove who it is, so no gateway can tell its requests.`,
  help: () => 'Add a way to spec.auth, such as {name: key, apiKey: {secret: NAME, key: KEY}}, or one with jwt or mtls.',
  examples: {
    bad: exampleRepo(['  auth: [{name: key, apiKey: {env: APP_KEY}}]\n', '']),
    good: exampleRepo(),
  },
});

export const check = defineCheck({
  kinds: [consumerWithoutAuth],
  byResource: true,
  run: ({ config }) =>
    config
      .all('Consumer')
      .filter(({ spec }) => spec.auth === undefined || spec.auth.length === 0)
      .map((consumer) => {
        const path = consumer.spec.auth === undefined ? ['metadata', 'name'] : ['spec', 'auth'];
        return raise(consumerWithoutAuth, { consumer: consumer.name }, consumer.placeOf(path));
      }),
});
