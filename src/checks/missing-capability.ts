import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { countsModel, modelsOf, switchesByRoute } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, type Related, raise } from '../diagnostics/diagnostic.ts';
import type { Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const REQUIRES = ['  match: [{model: large}]', '  match: [{model: large}]\n  requires: [chat, vision]'] as const;

const missingCapability = defineDiagnostic<{ model: string; missing: string; asker: string; has: string }>({
  code: 'AIGW2008',
  name: 'missing-capability',
  severity: 'error',
  summary: 'A model lacks a capability that is asked of it where it is used.',
  message: ({ model, missing, asker }) => `Model ${model} lacks ${missing}, which ${asker} needs.`,
  help: ({ model, missing, has }) =>
    `Use a model with ${missing}, or add it to the capabilities of ${model} if it has it; said are ${has}.`,
  examples: {
    bad: exampleRepo(REQUIRES),
    good: exampleRepo(
      REQUIRES,
      ['capabilities: [chat, tools, streaming]', 'capabilities: [chat, tools, streaming, vision]'],
      ['capabilities: [chat, tools, streaming]', 'capabilities: [chat, tools, streaming, vision]'],
    ),
  },
});

type Route = Resource<'Route'>;
type Model = Resource<'Model'>;
type Capability = Model['spec']['capabilities'][number];

/** What somebody asks of models; a model with any of the capabilities fulfils it. */
interface Demand {
  readonly anyOf: readonly Capability[];
  readonly asker: string;
  readonly related: () => readonly Related[];
}

/** A model where it is used. */
interface Use {
  readonly model: Model;
  readonly resource: Resource;
  readonly path: Path;
}

export const check = defineCheck({
  kinds: [missingCapability],
  run: ({ config }) => {
    const answerersOf = answerers(config);
    const routes = config.all('Route').flatMap((route) => {
      const demands = demandsOf(route);
      return demands.length === 0 ? [] : answerersOf(route).flatMap((use) => lacks(use, demands));
    });
    return [...routes, ...helpers(config).flatMap(({ use, demand }) => lacks(use, [demand]))];
  },
});

function demandsOf(route: Route): readonly Demand[] {
  const { requires, match = [], prompt } = route.spec;
  const asked = requires.map((capability, index) => ({
    anyOf: [capability],
    asker: `route ${route.name}`,
    related: () => [{ message: `Route ${route.name} asks for it.`, place: route.placeOf(['spec', 'requires', index]) }],
  }));
  const inputs = (['image', 'audio'] as const).flatMap((type): readonly Demand[] => {
    const index = match.findIndex(({ input }) => input?.type === type);
    const capability = type === 'image' ? 'vision' : type;
    if (index === -1 || requires.includes(capability)) return [];
    const path = ['spec', 'match', index, 'input', 'type'];
    const related = () => [{ message: `Route ${route.name} takes such input.`, place: route.placeOf(path) }];
    return [{ anyOf: [capability], asker: `input of type ${type}`, related }];
  });
  const writes: Demand = {
    anyOf: ['chat', 'completion'],
    asker: `the prompt of route ${route.name}`,
    related: () => [{ message: 'This prompt is put around requests.', place: route.placeOf(['spec', 'prompt']) }],
  };
  return [...asked, ...inputs, ...(prompt === undefined ? [] : [writes])];
}

/** Whoever may answer a request of a route: backends, the last steps of chains, fallbacks, and what budgets switch to. */
function answerers(config: ResolvedConfig): (route: Route) => readonly Use[] {
  const switchesOf = switchesByRoute(config);
  return (route) => {
    const models = modelsOf(config, route).filter(({ role }) => role !== 'mirror');
    const chains = (route.spec.backends ?? []).flatMap(({ chain }) => outputOf(config, chain, new Set()));
    const switches = switchesOf(route)
      .filter(({ budget }) => models.some(({ model }) => countsModel(budget, model)))
      .map(({ budget, model }) => ({ model, resource: budget, path: ['spec', 'exceeded', 'model'] }));
    return [...models.map(({ model, path }) => ({ model, resource: route, path })), ...chains, ...switches];
  };
}

/** The model of the step whose answer is the chain's. */
function outputOf(config: ResolvedConfig, name: string | undefined, seen: Set<string>): readonly Use[] {
  const chain = name === undefined || seen.has(name) ? undefined : config.find('Chain', name);
  const index = chain?.spec.steps.findIndex((step) => step.name === chain.spec.output) ?? -1;
  const step = chain?.spec.steps[index];
  if (chain === undefined || step === undefined) return [];
  if (step.chain !== undefined) return outputOf(config, step.chain, seen.add(chain.name));
  const model = step.model === undefined ? undefined : config.find('Model', step.model);
  return model === undefined ? [] : [{ model, resource: chain, path: ['spec', 'steps', index, 'model'] }];
}

/** Models that caches and contexts use for themselves. */
function helpers(config: ResolvedConfig): readonly { readonly use: Use; readonly demand: Demand }[] {
  const helper = (
    resource: Resource,
    path: Path,
    name: string | undefined,
    anyOf: readonly Capability[],
    asker: string,
  ) => {
    const model = name === undefined ? undefined : config.find('Model', name);
    return model === undefined ? [] : [{ use: { model, resource, path }, demand: { anyOf, asker, related: () => [] } }];
  };
  const caches = config.all('Cache').flatMap((cache) => {
    const path = ['spec', 'semantic', 'model'];
    return helper(cache, path, cache.spec.semantic?.model, ['embeddings'], `semantic cache ${cache.name}`);
  });
  const contexts = config.all('ContextPolicy').flatMap((policy) =>
    policy.spec.fields.flatMap(({ name, overflow, model }, index) => {
      const path = ['spec', 'fields', index, 'model'];
      if (overflow === 'retrieve') return helper(policy, path, model, ['embeddings'], `retrieval for ${name}`);
      return helper(policy, path, model, ['chat', 'completion'], `the summary of ${name}`);
    }),
  );
  return [...caches, ...contexts];
}

function lacks({ model, resource, path }: Use, demands: readonly Demand[]): readonly Diagnostic[] {
  const { capabilities } = model.spec;
  return demands
    .filter(({ anyOf }) => !anyOf.some((capability) => capabilities.includes(capability)))
    .map(({ anyOf, asker, related }) => {
      const said = ['spec', 'capabilities'];
      const args = { model: model.name, missing: anyOf.join(' or '), asker, has: capabilities.join(', ') };
      const place = { message: `What ${model.name} can do.`, place: model.placeOf(said) };
      return raise(missingCapability, args, resource.placeOf(path), { related: [...related(), place] });
    });
}
