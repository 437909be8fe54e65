import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { policiesIn } from '../config/policies.ts';
import { referencesOf } from '../config/references.ts';
import { KINDS } from '../config/schema-types.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise, type Severity } from '../diagnostics/diagnostic.ts';
import type { Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const POLICY = `---
apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: house-rules}
spec: {allow: {regions: [eu-central-1]}}
`;
const PROVIDER = 'spec: {api: openai, url: https://api.openai.com/v1';

const notAllowed = defineDiagnostic<{ problem: string; allowed: readonly string[] }>({
  code: 'AIGW2072',
  name: 'not-allowed',
  severity: 'error',
  summary: 'A provider, model, region or image is used that a policy does not allow.',
  message: ({ problem }) => `${problem}.`,
  help: ({ allowed }) =>
    allowed.length === 0
      ? 'The policy allows none at all.'
      : `Allowed are ${allowed.slice(0, 12).join(', ')}${allowed.length > 12 ? ' and others' : ''}.`,
  examples: {
    bad: exampleRepo([PROVIDER, `${PROVIDER}, region: us-east-1`]) + POLICY,
    good: exampleRepo([PROVIDER, `${PROVIDER}, region: eu-central-1`]) + POLICY,
  },
});

type Policy = Resource<'Policy'>;
type Field = 'providers' | 'models' | 'regions' | 'images';

export const check = defineCheck({
  kinds: [notAllowed],
  run: ({ config }) =>
    policiesIn(config).flatMap((policy) => [
      ...names(config, policy, 'providers', 'Provider'),
      ...names(config, policy, 'models', 'Model'),
      ...regions(config, policy),
      ...images(config, policy),
    ]),
});

/** Every use of a provider or model whose name the policy does not list. */
function names(
  config: ResolvedConfig,
  policy: Policy,
  field: Field,
  kind: 'Provider' | 'Model',
): readonly Diagnostic[] {
  const allowed = policy.spec.allow?.[field];
  if (allowed === undefined) return [];
  const known = new Set(allowed);
  return KINDS.flatMap((from) => config.all(from)).flatMap((resource) =>
    referencesOf(resource)
      .filter((reference) => reference.kind === kind && !reference.mention && !known.has(reference.name))
      .map(({ name, path }) => {
        const problem = `${resource.kind} ${resource.name} uses ${kind.toLowerCase()} ${name}, which ${forbidden(policy)}`;
        return finding(policy, field, problem, resource, path);
      }),
  );
}

function regions(config: ResolvedConfig, policy: Policy): readonly Diagnostic[] {
  const allowed = policy.spec.allow?.regions;
  if (allowed === undefined) return [];
  const { settings } = config;
  const region = settings.spec.cloud?.region;
  const path = ['spec', 'cloud', 'region'];
  const own =
    region === undefined || allowed.includes(region)
      ? []
      : [
          finding(
            policy,
            'regions',
            `Environment ${settings.name} runs in region ${region}, which ${forbidden(policy)}`,
            settings,
            path,
          ),
        ];
  return [...own, ...config.all('Provider').flatMap((provider) => regionOf(policy, allowed, provider))];
}

function regionOf(policy: Policy, allowed: readonly string[], provider: Resource<'Provider'>): readonly Diagnostic[] {
  const { region } = provider.spec;
  if (region !== undefined && allowed.includes(region)) return [];
  if (region !== undefined) {
    const problem = `Provider ${provider.name} sends data to region ${region}, which ${forbidden(policy)}`;
    return [finding(policy, 'regions', problem, provider, ['spec', 'region'])];
  }
  if (!isOutside(provider)) return [];
  const problem = `Provider ${provider.name} lies outside the cluster and does not say to which region data goes, so whether policy ${policy.name} allows it cannot be told`;
  return [finding(policy, 'regions', problem, provider, ['metadata', 'name'], 'warning')];
}

/** True for what is neither in a cluster, nor a gateway of this repo, nor served by the config itself. */
function isOutside({ spec: { url, gateway, credential, identity } }: Resource<'Provider'>): boolean {
  if (url === undefined) return gateway === undefined && (credential ?? identity) !== undefined;
  // An address that is none is not looked at.
  const hostname = URL.canParse(url) ? new URL(url).hostname : '';
  return hostname.includes('.') && !/\.svc(?:\.|$)|\.(?:local|localhost|internal)$|^[\d.]+$|^\[/.test(hostname);
}

function images(config: ResolvedConfig, policy: Policy): readonly Diagnostic[] {
  const allowed = policy.spec.allow?.images;
  if (allowed === undefined) return [];
  const judge = (resource: Resource, image: string | undefined, path: Path): readonly Diagnostic[] => {
    if (image === undefined || allowed.some((prefix) => image.startsWith(prefix))) return [];
    return [
      finding(
        policy,
        'images',
        `${resource.kind} ${resource.name} runs image ${image}, which ${forbidden(policy)}`,
        resource,
        path,
      ),
    ];
  };
  return [
    ...config.all('Model').flatMap((model) => judge(model, model.spec.serving?.image, ['spec', 'serving', 'image'])),
    ...gatewaysOf(config).flatMap((gateway) => {
      const { workload, target } = gateway.spec;
      if (workload?.image !== undefined) return judge(gateway, workload.image, ['spec', 'workload', 'image']);
      if (target.type !== 'litellm') return [];
      const problem = `Gateway ${gateway.name} names no image, so the usual one of ${target.type} runs, and whether policy ${policy.name} allows it cannot be told`;
      return [finding(policy, 'images', problem, gateway, ['metadata', 'name'], 'warning')];
    }),
  ];
}

function forbidden({ name }: Policy): string {
  return `policy ${name} does not allow`;
}

function finding(
  policy: Policy,
  field: Field,
  problem: string,
  resource: Resource,
  path: Path,
  severity: Severity = 'error',
): Diagnostic {
  const related = [{ message: 'What the policy allows.', place: policy.placeOf(['spec', 'allow', field]) }];
  const args = { problem, allowed: policy.spec.allow?.[field] ?? [] };
  return raise(notAllowed, args, resource.placeOf(path), { related, severity });
}
