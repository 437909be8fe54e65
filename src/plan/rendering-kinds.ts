// What rendering can find. Apart from rendering itself, which whoever only lists the kinds need not load.
import { exampleRepo } from '../config/example-repo.ts';
import { defineDiagnostic } from '../diagnostics/diagnostic.ts';

export const refusedObject = defineDiagnostic<{ object: string; path: string; reason: string; file: string }>({
  code: 'AIGW3005',
  name: 'refused-object',
  severity: 'error',
  summary: 'A rendered object would be refused by the API server or its controller.',
  message: ({ object, path, reason, file }) =>
    `${object} in ${file} would be refused${path === '' ? '' : ` at ${path}`}: ${reason}`,
  help: () => 'Correct the field that it is made from; settings under spec.targets are merged in as they are.',
  examples: {
    bad: onEnvoy('\n  targets: {envoy-ai-gateway: {Gateway: {spec: {listener: []}}}}'),
    good: onEnvoy('\n  targets: {envoy-ai-gateway: {Gateway: {spec: {infrastructure: {labels: {tier: gold}}}}}}'),
  },
});

/** The example run by Envoy AI Gateway, with more lines in its Gateway. */
function onEnvoy(lines: string): string {
  return exampleRepo(
    ['{env: OPENAI_API_KEY}', '{secret: openai, key: apiKey}'],
    ['{env: APP_KEY}', '{secret: app, key: key}'],
    ['type: litellm, version: "1.106"', 'type: envoy-ai-gateway, version: "1.1"'],
    ['  consumers: [app]', `  consumers: [app]${lines}`],
  );
}

export const renderingKinds = [refusedObject] as const;
