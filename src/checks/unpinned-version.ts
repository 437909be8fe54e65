import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const UPSTREAM = '  upstreamModel: gpt-5-mini\n';
const DIGEST = '0f5c2d9a6b7e8f1c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829304';

const unpinnedVersion = defineDiagnostic<{ model: string; environment: string; missing: string }>({
  code: 'AIGW2020',
  name: 'unpinned-version',
  severity: 'error',
  summary: 'An environment runs a registered model without saying which version of it.',
  message: ({ model, environment, missing }) => `Model ${model} has no ${missing} in environment ${environment}.`,
  help: ({ model, environment }) =>
    `Run aigw promote, which pins version and digest in environments/${environment}/${model}.yaml, or write both there as strings.`,
  examples: {
    bad: exampleRepo([UPSTREAM, '  registry: answers\n']),
    good: exampleRepo([UPSTREAM, `  registry: answers\n  version: "3"\n  digest: sha256:${DIGEST}\n`]),
  },
});

export const check = defineCheck({
  kinds: [unpinnedVersion],
  run: ({ config }) => {
    const reached = new Set(gatewaysOf(config).flatMap((gateway) => reachOf(config, gateway)));
    const registered = [...reached].filter(
      (one): one is Resource<'Model'> => one.kind === 'Model' && (one as Resource<'Model'>).spec.registry !== undefined,
    );
    return registered.flatMap((model) => {
      const { version, digest } = model.spec;
      const missing = version === undefined ? 'version' : 'digest';
      if (version !== undefined && digest !== undefined) return [];
      const args = { model: model.name, environment: config.environment, missing };
      // Without a digest, somebody may replace what a version holds.
      const severity = version === undefined ? 'error' : 'warning';
      return [raise(unpinnedVersion, args, model.placeOf(['metadata', 'name']), { severity })];
    });
  },
});
