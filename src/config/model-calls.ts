// The calls of models that a request can cause, chains and fallbacks included.
import type { Path } from '../lib/json.ts';
import { oncePer } from '../lib/once-per.ts';
import type { ResolvedConfig, Resource } from './model.ts';

/** A call of a model that a request of a route can cause. */
export interface ModelCall {
  readonly model: Resource<'Model'>;
  readonly role: 'backend' | 'step' | 'fallback' | 'mirror' | 'switch';
  /** The route, or the chain behind it, that names the model. */
  readonly from: Resource<'Route'> | Resource<'Chain'>;
  /** Where the model, or the prompt if there is one, is named in `from`. */
  readonly path: Path;
  /** The prompt around the request. */
  readonly prompt: Resource<'Prompt'> | undefined;
  /** 0 for what answers at first, then the number of the fallback tier. */
  readonly tier: number;
}

/**
 * Every call that a request of the route can cause: backends, the steps of their chains, fallback tiers, mirrors, and what
 * the route's budgets switch to. A chain counts once. Unknown names are left out.
 */
export const modelCallsOf = oncePer((config: ResolvedConfig, route: Resource<'Route'>): readonly ModelCall[] => {
  const { spec } = route;
  const call = callsFrom(config, route);
  const chains = (spec.backends ?? []).flatMap(({ chain }) => chain ?? []);
  const switches = spec.budgets.flatMap((name) => {
    const { action, model } = config.find('Budget', name)?.spec.exceeded ?? {};
    return action === 'switch' && model !== undefined ? [model] : [];
  });
  return [
    ...(spec.backends ?? []).flatMap(({ model, prompt }, index) => {
      const path: Path = ['spec', 'backends', index];
      return prompt === undefined
        ? call('backend', { model, path: [...path, 'model'], prompt: spec.prompt })
        : call('backend', { model, path: [...path, 'prompt'], prompt, own: true });
    }),
    ...chainCalls(config, chains),
    ...(spec.fallback?.tiers ?? []).flatMap((tier, index) =>
      tier.flatMap(({ model }, place) => {
        const path: Path = ['spec', 'fallback', 'tiers', index, place, 'model'];
        return call('fallback', { model, path, prompt: spec.prompt, tier: index + 1 });
      }),
    ),
    ...(spec.mirror ?? []).flatMap(({ model }, index) =>
      call('mirror', { model, path: ['spec', 'mirror', index, 'model'], prompt: spec.prompt }),
    ),
    ...switches.flatMap((model) => call('switch', { model, path: ['spec', 'budgets'], prompt: spec.prompt })),
  ];
});

interface Named {
  readonly model: string | undefined;
  readonly path: Path;
  readonly prompt: string | undefined;
  /** The path leads to a prompt of the call's own, not to the model. */
  readonly own?: boolean;
  readonly tier?: number;
}

function callsFrom(config: ResolvedConfig, from: ModelCall['from']) {
  return (
    role: ModelCall['role'],
    { model: name, path, prompt, own = false, tier = 0 }: Named,
  ): readonly ModelCall[] => {
    const model = name === undefined ? undefined : config.find('Model', name);
    if (model === undefined) return [];
    const found = prompt === undefined ? undefined : config.find('Prompt', prompt);
    const place = found === undefined || own ? path : ['spec', 'prompt'];
    return [{ model, role, from, path: place, prompt: found, tier }];
  };
}

function chainCalls(config: ResolvedConfig, names: readonly string[]): readonly ModelCall[] {
  const seen = new Set(names);
  const calls: ModelCall[] = [];
  for (const name of seen) {
    const chain = config.find('Chain', name);
    if (chain === undefined) continue;
    for (const [index, step] of chain.spec.steps.entries()) {
      const path: Path = ['spec', 'steps', index, step.prompt === undefined ? 'model' : 'prompt'];
      calls.push(...callsFrom(config, chain)('step', { model: step.model, path, prompt: step.prompt, own: true }));
      if (step.chain !== undefined) seen.add(step.chain);
    }
  }
  return calls;
}
