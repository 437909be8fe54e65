import type { Check, CountTokens } from '../checks/check.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import type { ConfigRepo } from '../config/repo.ts';
import { checkExpressions } from '../config/schema-expressions.ts';
import { KINDS, type Kind } from '../config/schema-types.ts';
import { gatewaysOf } from '../config/traffic.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { targetFindings } from '../targets/findings.ts';
import type { Target } from '../targets/target.ts';

export interface ValidationInput {
  readonly repo: ConfigRepo;
  /** The environments to look at. */
  readonly environments: readonly string[];
  /** The texts of the files that the repo's resources name. */
  readonly files: ReadonlyMap<string, string>;
  readonly checks: readonly Check[];
  readonly targets: readonly Target[];
  /** YYYY-MM-DD in UTC. */
  readonly today: string;
  readonly countTokens: CountTokens;
}

/**
 * Every fault of a repo: what reading and assembling told, then each check and each gateway's target in each environment.
 * A finding may stand there once for each environment; one that only counts where it holds everywhere, only then.
 */
export async function validate(input: ValidationInput): Promise<readonly Diagnostic[]> {
  const configs = input.environments.flatMap((environment) => input.repo.resolve(environment, input.files) ?? []);
  const fresh = freshOf(configs);
  const found: Diagnostic[] = [...input.repo.diagnostics];
  for (const config of fresh) found.push(...(await checkExpressions(KINDS.flatMap((kind) => config.all(kind)))));
  for (const check of input.checks) {
    const perEnvironment: (readonly Diagnostic[])[] = [];
    for (const config of check.byResource === true ? fresh : configs)
      perEnvironment.push(await check.run({ ...input, config }));
    found.push(...(check.everywhere === true ? inAll(perEnvironment) : perEnvironment.flat()));
  }
  for (const config of configs) found.push(...gatewayFindings(input.targets, config));
  return found;
}

/** Each config with those resources alone that none before it has. */
function freshOf(configs: readonly ResolvedConfig[]): readonly ResolvedConfig[] {
  const seen = new Set<Resource>();
  return configs.map((config) => {
    const all = new Map(KINDS.map((kind) => [kind, config.all(kind).filter((resource) => !seen.has(resource))]));
    for (const resources of all.values()) for (const resource of resources) seen.add(resource);
    return { ...config, all: <K extends Kind>(kind: K) => (all.get(kind) ?? []) as unknown as readonly Resource<K>[] };
  });
}

function gatewayFindings(targets: readonly Target[], config: ResolvedConfig): readonly Diagnostic[] {
  return gatewaysOf(config).flatMap((gateway) => {
    const target = targets.find(({ id }) => id === gateway.spec.target.type);
    return target === undefined ? [] : targetFindings(target, config, gateway);
  });
}

function inAll(perEnvironment: readonly (readonly Diagnostic[])[]): readonly Diagnostic[] {
  const [first = [], ...others] = perEnvironment;
  const known = others.map((findings) => new Set(findings.map(identityOf)));
  return first.filter((finding) => known.every((identities) => identities.has(identityOf(finding))));
}

function identityOf({ kind, message, place }: Diagnostic): string {
  return JSON.stringify([kind.code, place?.source.path, place?.span.start, place?.span.end, message]);
}
