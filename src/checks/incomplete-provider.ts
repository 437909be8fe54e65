import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const PROVIDER = 'api: openai, url: https://api.openai.com/v1, credential: {env: OPENAI_API_KEY}';

const incompleteProvider = defineDiagnostic<{ provider: string; problem: string; remedy: string }>({
  code: 'AIGW2060',
  name: 'incomplete-provider',
  severity: 'error',
  summary: 'A provider does not say all that its API needs.',
  message: ({ provider, problem }) => `Provider ${provider} ${problem}.`,
  help: ({ remedy }) => remedy,
  examples: {
    bad: exampleRepo([PROVIDER, 'api: azure-openai, url: https://shop.openai.azure.com, credential: {env: AZURE_KEY}']),
    good: exampleRepo([
      PROVIDER,
      'api: azure-openai, url: https://shop.openai.azure.com, apiVersion: 2025-04-01-preview, credential: {env: AZURE_KEY}',
    ]),
  },
});

type Provider = Resource<'Provider'>;

/** Vendors that answer nobody without a key, and where they do. */
const KEYED =
  /^https:\/\/(api\.(?:openai|anthropic|mistral|cohere)\.(?:com|ai)|generativelanguage\.googleapis\.com)(?:[:/]|$)/;

export const check = defineCheck({
  kinds: [incompleteProvider],
  run: ({ config }) => {
    const models = Map.groupBy(config.all('Model'), ({ spec }) => spec.provider);
    return config
      .all('Provider')
      .flatMap((provider) => [
        ...withoutAddress(provider, models.get(provider.name) ?? []),
        ...withoutParts(provider),
        ...withoutKey(provider),
      ]);
  },
});

/** Without an address, the vendor's own is meant; without a key of one's own, nobody can have meant it. */
function withoutAddress(provider: Provider, models: readonly Resource<'Model'>[]): readonly Diagnostic[] {
  const { api, url, gateway, credential, identity } = provider.spec;
  if (!/^(?:openai|anthropic|gemini|mistral|cohere)$/.test(api)) return [];
  if ((url ?? gateway ?? credential ?? identity) !== undefined) return [];
  const elsewhere = models.find(({ spec }) => spec.serving === undefined);
  if (elsewhere === undefined) return [];
  const problem = `has neither url nor credential, so requests for model ${elsewhere.name}, which this config does not serve, would go to the usual address of ${api} without a key`;
  const remedy = 'Add url, gateway or credential, or describe under serving what runs the model.';
  const related = [
    { message: `Model ${elsewhere.name} has no serving.`, place: elsewhere.placeOf(['metadata', 'name']) },
  ];
  return [finding(provider, problem, remedy, related)];
}

/** What single vendors want besides. */
function withoutParts(provider: Provider): readonly Diagnostic[] {
  const { api, url = '', apiVersion, project } = provider.spec;
  if (api === 'azure-openai' && apiVersion === undefined && !/\/openai\/v1(?:\/|$)/.test(url)) {
    const remedy = 'Add apiVersion, as in 2025-04-01-preview; only URLs that end in /openai/v1 need none.';
    return [
      finding(provider, 'speaks azure-openai, which wants a version in every request, and has no apiVersion', remedy),
    ];
  }
  if (api === 'vertex-ai' && project === undefined && url === '') {
    return [
      finding(
        provider,
        'speaks vertex-ai, whose addresses hold a project, and has no project',
        'Add the name of the Google Cloud project.',
      ),
    ];
  }
  return [];
}

function withoutKey(provider: Provider): readonly Diagnostic[] {
  const { url = '', credential, identity, headers = {} } = provider.spec;
  const [, host = ''] = KEYED.exec(url) ?? [];
  if (credential !== undefined || identity !== undefined || host === '') return [];
  if (Object.keys(headers).some((name) => /authorization|api-?key/.test(name))) return [];
  return [
    finding(
      provider,
      `has no credential, and ${host} answers nobody without a key`,
      'Add credential, as a reference to a secret.',
    ),
  ];
}

function finding(provider: Provider, problem: string, remedy: string, related: Diagnostic['related'] = []): Diagnostic {
  const args = { provider: provider.name, problem, remedy };
  return raise(incompleteProvider, args, provider.placeOf(['metadata', 'name']), { related });
}
