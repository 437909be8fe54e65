import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const BATCH = `---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: batch}
spec: {auth: [{name: key, apiKey: {env: BATCH_KEY}}]}
`;
const NAMED = ['for: {each: consumer}', 'for: {each: consumer, consumers: [app, batch]}'] as const;

const consumerNotAdmitted = defineDiagnostic<{ consumer: string; kind: string; name: string; gateways: string }>({
  code: 'AIGW2014',
  name: 'consumer-not-admitted',
  severity: 'warning',
  summary: 'A consumer is named where no gateway lets it in.',
  message: ({ consumer, kind, name, gateways }) =>
    `${kind} ${name} names consumer ${consumer}, which ${gateways} not admit.`,
  help: ({ consumer }) => `Add ${consumer} to spec.consumers of the gateway, or take it out here.`,
  examples: {
    bad: exampleRepo(NAMED) + BATCH,
    good: exampleRepo(NAMED, ['  consumers: [app]\n', '  consumers: [app, batch]\n']) + BATCH,
  },
});

type Gateway = Resource<'Gateway'>;

export const check = defineCheck({
  kinds: [consumerNotAdmitted],
  run: ({ config }) => [...usersOf(config)].flatMap(([resource, gateways]) => findingsOn(config, resource, gateways)),
});

/** Each resource that names consumers, with the gateways that it acts in. */
function usersOf(config: ResolvedConfig): ReadonlyMap<Resource, readonly Gateway[]> {
  const users = new Map<Resource, Gateway[]>();
  for (const gateway of gatewaysOf(config)) {
    for (const resource of reachOf(config, gateway)) {
      if (namesIn(resource).length === 0) continue;
      const known = users.get(resource);
      if (known === undefined) users.set(resource, [gateway]);
      else known.push(gateway);
    }
  }
  return users;
}

function findingsOn(config: ResolvedConfig, resource: Resource, gateways: readonly Gateway[]): readonly Diagnostic[] {
  const admitted = new Set(gateways.flatMap(({ spec }) => spec.consumers));
  if (admitted.size === 0) return [];
  const related = () =>
    gateways.map((gateway) => ({
      message: `Gateway ${gateway.name} admits these.`,
      place: gateway.placeOf(['spec', 'consumers']),
    }));
  const words = `gateway${gateways.length === 1 ? '' : 's'} ${gateways.map(({ name }) => name).join(' and ')} ${gateways.length === 1 ? 'does' : 'do'}`;
  return namesIn(resource).flatMap(({ names, path, selects }) => {
    // A route of which nobody is admitted is told as one that never serves a request.
    if (selects && !names.some((name) => admitted.has(name))) return [];
    return names.flatMap((consumer, index) => {
      if (admitted.has(consumer) || config.find('Consumer', consumer) === undefined) return [];
      const args = { consumer, kind: resource.kind, name: resource.name, gateways: words };
      return [raise(consumerNotAdmitted, args, resource.placeOf([...path, index]), { related: related() })];
    });
  });
}

interface Names {
  readonly names: readonly string[];
  readonly path: Path;
  /** They decide which requests a route serves. */
  readonly selects: boolean;
}

/** The lists in which a resource names consumers. */
function namesIn(resource: Resource): readonly Names[] {
  const list = (names: readonly string[] | undefined, path: Path, selects = false) =>
    names === undefined ? [] : [{ names, path, selects }];
  if (resource.kind === 'Route') {
    const { consumers, match = [] } = (resource as Resource<'Route'>).spec;
    return [
      ...list(consumers, ['spec', 'consumers'], true),
      ...match.flatMap((one, index) => list(one.consumers, ['spec', 'match', index, 'consumers'], true)),
    ];
  }
  if (resource.kind === 'Limit' || resource.kind === 'Budget') {
    return list((resource as Resource<'Limit' | 'Budget'>).spec.for.consumers, ['spec', 'for', 'consumers']);
  }
  if (resource.kind !== 'ToolServer') return [];
  const { access = [] } = (resource as Resource<'ToolServer'>).spec;
  return access.flatMap(({ consumers }, index) => list(consumers, ['spec', 'access', index, 'consumers']));
}
