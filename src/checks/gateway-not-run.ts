import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const BEHIND = [
  'spec: {api: openai, url: https://api.openai.com/v1, credential: {env: OPENAI_API_KEY}}',
  'spec: {api: openai, gateway: inner, credential: {env: INNER_KEY}}',
] as const;
const INNER = `---
apiVersion: aigw.dev/v1alpha1
kind: Provider
metadata: {name: anthropic}
spec: {api: anthropic, credential: {env: ANTHROPIC_API_KEY}}
---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: sonnet}
spec: {provider: anthropic, upstreamModel: claude-sonnet-4-5}
---
apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: all}
spec: {backends: [{name: main, model: sonnet, weight: 100}]}
---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: outer}
spec: {auth: [{name: key, apiKey: {env: INNER_KEY}}], models: [sonnet]}
---
apiVersion: aigw.dev/v1alpha1
kind: Gateway
metadata: {name: inner}
spec:
  target: {type: litellm, version: "1.106"}
  listeners: [{name: http, port: 4000, protocol: http}]
  routes: [all]
  consumers: [outer]
---
apiVersion: aigw.dev/v1alpha1
kind: Environment
metadata: {name: dev}
`;

const gatewayNotRun = defineDiagnostic<{ provider: string; gateway: string; environment: string }>({
  code: 'AIGW2032',
  name: 'gateway-not-run',
  severity: 'error',
  summary: 'A provider stands for a gateway that the environment does not run.',
  message: ({ provider, gateway, environment }) =>
    `Provider ${provider} stands for gateway ${gateway}, which environment ${environment} does not run.`,
  help: ({ gateway, environment }) =>
    `Add ${gateway} to spec.gateways of environment ${environment}, or give the provider a url there.`,
  examples: {
    bad: `${exampleRepo(BEHIND)}${INNER}spec: {gateways: [llm]}\n`,
    good: `${exampleRepo(BEHIND)}${INNER}spec: {gateways: [llm, inner]}\n`,
  },
});

export const check = defineCheck({
  kinds: [gatewayNotRun],
  run: ({ config }) => {
    const gateways = gatewaysOf(config);
    if (gateways.length === config.all('Gateway').length) return [];
    const running = new Set(gateways.map(({ name }) => name));
    const reached = new Set(gateways.flatMap((gateway) => reachOf(config, gateway)));
    const providers = [...reached].filter((one): one is Resource<'Provider'> => one.kind === 'Provider');
    return providers.flatMap((provider) => standsForNothing(config, provider, running));
  },
});

function standsForNothing(
  { environment, find, settings }: ResolvedConfig,
  provider: Resource<'Provider'>,
  running: ReadonlySet<string>,
): readonly Diagnostic[] {
  const { gateway, url } = provider.spec;
  if (gateway === undefined || url !== undefined) return [];
  if (running.has(gateway) || find('Gateway', gateway) === undefined) return [];
  const args = { provider: provider.name, gateway, environment };
  const related = [{ message: 'The gateways that it runs.', place: settings.placeOf(['spec', 'gateways']) }];
  return [raise(gatewayNotRun, args, provider.placeOf(['spec', 'gateway']), { related })];
}
