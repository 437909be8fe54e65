import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';
import { exampleRepo } from './example.ts';

const SPEC = 'spec: {api: openai, url: https://api.openai.com/v1, credential';

const modelWithoutAddress = defineDiagnostic<{ problem: string; remedy: string }>({
  code: 'AIGW2032',
  name: 'model-without-address',
  severity: 'error',
  summary: 'A gateway uses a model, and nothing says where it is served.',
  message: ({ problem }) => problem,
  help: ({ remedy }) => remedy,
  examples: {
    bad: exampleRepo([SPEC, 'spec: {api: azure-openai, apiVersion: 2025-04-01-preview, credential']),
    good: exampleRepo([
      SPEC,
      'spec: {api: azure-openai, url: https://example.openai.azure.com, apiVersion: 2025-04-01-preview, credential',
    ]),
  },
});

type Provider = Resource<'Provider'>;

/** Protocols without a vendor whose usual address, or whose region, would do. */
const APIS_WITHOUT_ADDRESS: ReadonlySet<Provider['spec']['api']> = new Set(['azure-openai', 'kserve', 'http']);

export const check = defineCheck({
  kinds: [modelWithoutAddress],
  run: ({ config }) => {
    const gateways = gatewaysOf(config);
    const running = new Set(gateways.map(({ name }) => name));
    const reached = new Set(gateways.flatMap((gateway) => reachOf(config, gateway)));
    return [...reached].flatMap((resource) => {
      if (resource.kind === 'Model') return unserved(config, resource as Resource<'Model'>);
      return resource.kind === 'Provider' ? behindNothing(config, resource as Provider, running) : [];
    });
  },
});

function unserved(config: ResolvedConfig, model: Resource<'Model'>): readonly Diagnostic[] {
  const provider = config.find('Provider', model.spec.provider);
  if (provider === undefined || model.spec.serving !== undefined) return [];
  const { api, url, gateway } = provider.spec;
  if (url !== undefined || gateway !== undefined || !APIS_WITHOUT_ADDRESS.has(api)) return [];
  const problem = `Model ${model.name} has no address: provider ${provider.name} (${api}) has no url, and the model no serving.`;
  const remedy = `Add url to provider ${provider.name}, or serving to the model if this environment runs it.`;
  const related = [{ message: 'The provider.', place: provider.placeOf(['metadata', 'name']) }];
  return [raise(modelWithoutAddress, { problem, remedy }, model.placeOf(['spec', 'provider']), { related })];
}

/** A provider that stands for a gateway which the environment does not run. */
function behindNothing(
  { environment, find, settings }: ResolvedConfig,
  provider: Provider,
  running: ReadonlySet<string>,
): readonly Diagnostic[] {
  const { gateway, url } = provider.spec;
  if (gateway === undefined || url !== undefined || running.has(gateway) || find('Gateway', gateway) === undefined)
    return [];
  const problem = `Provider ${provider.name} stands for gateway ${gateway}, which environment ${environment} does not run.`;
  const remedy = `Add ${gateway} to spec.gateways of environment ${environment}, or give the provider a url there.`;
  const related = [{ message: 'The gateways that it runs.', place: settings.placeOf(['spec', 'gateways']) }];
  return [raise(modelWithoutAddress, { problem, remedy }, provider.placeOf(['spec', 'gateway']), { related })];
}
