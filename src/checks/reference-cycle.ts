import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { referencesOf } from '../config/references.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise, type Severity } from '../diagnostics/diagnostic.ts';
import { circlesOf } from '../lib/circles.ts';
import type { Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const THROUGH = [
  '  provider: openai\n  upstreamModel: gpt-5-mini',
  '  provider: inner\n  upstreamModel: gpt-5-mini',
] as const;
const INNER = `---
apiVersion: aigw.dev/v1alpha1
kind: Provider
metadata: {name: inner}
spec: {api: openai, gateway: llm}
`;

const referenceCycle = defineDiagnostic<{ what: string; circle: string; help: string }>({
  code: 'AIGW2003',
  name: 'reference-cycle',
  severity: 'error',
  summary: 'References lead in a circle.',
  message: ({ what, circle }) => `${what}: ${circle}.`,
  help: ({ help }) => help,
  examples: {
    bad: exampleRepo(THROUGH) + INNER,
    good: exampleRepo(THROUGH) + INNER.replace('gateway: llm', 'url: https://models.example.com/v1'),
  },
});

/** A way from one node to the next; `by` names what lies between. */
interface Link {
  readonly to: string;
  readonly by?: string;
  /** Where it is written. */
  readonly resource: Resource;
  readonly path: Path;
}

/** What may not go round: the links of each node, and how to speak of it. */
interface Graph {
  readonly what: string;
  readonly help: string;
  readonly severity?: Severity;
  /** Put before the name of a node. */
  readonly noun: string;
  readonly links: ReadonlyMap<string, readonly Link[]>;
}

export const check = defineCheck({
  kinds: [referenceCycle],
  run: ({ config }) =>
    [
      chains(config),
      ...stepsOfChains(config),
      gateways(config),
      ...budgets(config),
      models(config),
      routes(config),
    ].flatMap(findingsIn),
});

function findingsIn({ what, help, noun, severity, links }: Graph): readonly Diagnostic[] {
  const circles = circlesOf(links.keys(), (node) => (links.get(node) ?? []).map(({ to }) => to));
  return circles.map((circle) => {
    const steps = circle.map((from, index) => {
      const to = circle[(index + 1) % circle.length];
      return { from, link: links.get(from)?.find((link) => link.to === to) };
    });
    const words = steps.flatMap(({ from, link }) => [`${noun} ${from}`, ...(link?.by === undefined ? [] : [link.by])]);
    const [first, ...others] = steps.flatMap(({ from, link }) => (link === undefined ? [] : [{ from, link }]));
    const related = others.map(({ from, link }) => ({
      message: `From ${noun} ${from} it goes on to ${noun} ${link.to} here.`,
      place: link.resource.placeOf(link.path),
    }));
    const text = [...words, `${noun} ${circle[0]}`].join(' → ');
    return raise(referenceCycle, { what, circle: text, help }, first?.link.resource.placeOf(first.link.path), {
      related,
      ...(severity && { severity }),
    });
  });
}

function chains(config: ResolvedConfig): Graph {
  const links = config.all('Chain').map((chain) => {
    const calls = chain.spec.steps.flatMap(({ name, chain: to }, index): readonly Link[] =>
      to === undefined ? [] : [{ to, by: `step ${name}`, resource: chain, path: ['spec', 'steps', index, 'chain'] }],
    );
    return [chain.name, calls] as const;
  });
  return {
    what: 'Chains call each other in a circle, so that no answer is ever ready',
    help: 'Let one of the steps ask a model in place of a chain.',
    noun: 'chain',
    links: new Map(links),
  };
}

function stepsOfChains(config: ResolvedConfig): readonly Graph[] {
  return config.all('Chain').map((chain) => ({
    what: `Steps of chain ${chain.name} wait for each other, so that none of them ever starts`,
    help: 'Take one of the names out of after; a step starts when all that it names there have ended.',
    noun: 'step',
    links: new Map(
      chain.spec.steps.map(({ name, after }, step) => [
        name,
        after.map((to, index) => ({ to, resource: chain, path: ['spec', 'steps', step, 'after', index] })),
      ]),
    ),
  }));
}

function gateways(config: ResolvedConfig): Graph {
  const chained = config.all('Provider').some(({ spec }) => spec.gateway !== undefined);
  const links = (chained ? gatewaysOf(config) : []).map(
    (gateway) => [gateway.name, gatewaysBehind(config, gateway)] as const,
  );
  return {
    what: 'Gateways are providers of each other, so that a request may go round for ever',
    help: 'Let the models of one of these gateways come from a provider that is no gateway of this repo.',
    severity: 'warning',
    noun: 'gateway',
    links: new Map(links),
  };
}

/** The gateways whose models a gateway uses, each with the resources that lead there. */
function gatewaysBehind(config: ResolvedConfig, gateway: Resource<'Gateway'>): readonly Link[] {
  const parents = new Map<Resource, Resource | undefined>([[gateway, undefined]]);
  const links: Link[] = [];
  for (const [resource] of parents) {
    if (resource.kind === 'Provider') links.push(...linkThrough(resource as Resource<'Provider'>, parents));
    for (const { kind, name, mention } of referencesOf(resource)) {
      const target = mention ? undefined : config.find(kind, name);
      if (target !== undefined && !parents.has(target)) parents.set(target, resource);
    }
  }
  return links;
}

function linkThrough(
  provider: Resource<'Provider'>,
  parents: ReadonlyMap<Resource, Resource | undefined>,
): readonly Link[] {
  const to = provider.spec.gateway;
  if (to === undefined) return [];
  const hops: string[] = [];
  for (let at: Resource | undefined = provider; at !== undefined; at = parents.get(at)) {
    if (at.kind !== 'Gateway') hops.unshift(`${at.kind.toLowerCase()} ${at.name}`);
  }
  return [{ to, by: hops.join(' → '), resource: provider, path: ['spec', 'gateway'] }];
}

/** Budgets act on each other within a gateway alone. */
function budgets(config: ResolvedConfig): readonly Graph[] {
  const switching = config.all('Budget').some(({ spec }) => spec.exceeded?.action === 'switch' && spec.for.models);
  return (switching ? gatewaysOf(config) : []).map((gateway) => ({
    what: `Budgets of gateway ${gateway.name} switch models in a circle, so that no model is left when they are spent`,
    help: 'Let the last of these budgets refuse requests, or switch to a model that none of them is for.',
    noun: 'model',
    links: switchesOf(reachOf(config, gateway)),
  }));
}

function switchesOf(reached: readonly Resource[]): ReadonlyMap<string, readonly Link[]> {
  const links = new Map<string, Link[]>();
  for (const resource of reached) {
    if (resource.kind !== 'Budget') continue;
    const { name, spec } = resource as Resource<'Budget'>;
    const { action, model: to } = spec.exceeded ?? {};
    if (action !== 'switch' || to === undefined) continue;
    for (const model of spec.for.models ?? []) {
      const link = { to, by: `budget ${name}`, resource, path: ['spec', 'exceeded', 'model'] };
      links.set(model, [...(links.get(model) ?? []), link]);
    }
  }
  return links;
}

/** Resources that are on their way out, each with what is to take its place. */
function replacements<K extends 'Model' | 'Route'>(
  resources: readonly Resource<K>[],
  path: Path,
  replacementOf: (resource: Resource<K>) => string | undefined,
): ReadonlyMap<string, readonly Link[]> {
  const links = resources.flatMap((resource) => {
    const to = replacementOf(resource);
    return to === undefined ? [] : [[resource.name, [{ to, resource, path }]] as const];
  });
  return new Map(links);
}

function models(config: ResolvedConfig): Graph {
  const path = ['spec', 'deprecated', 'replacement'];
  return {
    what: 'Models are to be replaced by each other',
    help: 'Name a model that stays as the replacement.',
    noun: 'model',
    links: replacements(config.all('Model'), path, ({ spec }) => spec.deprecated?.replacement),
  };
}

function routes(config: ResolvedConfig): Graph {
  const path = ['spec', 'api', 'replacement'];
  return {
    what: 'Routes are to be replaced by each other',
    help: 'Name a route that stays as the replacement.',
    noun: 'route',
    links: replacements(config.all('Route'), path, ({ spec }) => spec.api?.replacement),
  };
}
