import type { ResolvedConfig, Resource } from './model.ts';

/** The policies that hold in an environment. */
export function policiesIn(config: ResolvedConfig): readonly Resource<'Policy'>[] {
  return config.all('Policy').filter(({ spec }) => spec.environments?.includes(config.environment) ?? true);
}
