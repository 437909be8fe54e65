import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { KINDS } from '../config/schema-types.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { isObject, type Json, type Path } from '../lib/json.ts';
import { walkCollections } from '../lib/json-walk.ts';
import { defineCheck } from './check.ts';

const MAIN = 'backends: [{name: main, model: large, weight: 100}]';

const duplicateName = defineDiagnostic<{ problem: string; remedy: string }>({
  code: 'AIGW2017',
  name: 'duplicate-name-in-list',
  severity: 'error',
  summary: 'A name that must be unique stands twice: in a list whose items have names, or among the names of models.',
  message: ({ problem }) => problem,
  help: ({ remedy }) => remedy,
  examples: {
    bad: exampleRepo([
      MAIN,
      'backends: [{name: main, model: large, weight: 90}, {name: main, model: small, weight: 10}]',
    ]),
    good: exampleRepo([
      MAIN,
      'backends: [{name: main, model: large, weight: 90}, {name: trial, model: small, weight: 10}]',
    ]),
  },
});

export const check = defineCheck({
  kinds: [duplicateName],
  run: ({ config }) => [
    ...KINDS.flatMap((kind) => config.all(kind)).flatMap(repeatedIn),
    ...gatewaysOf(config).flatMap((gateway) => aliases(config, gateway)),
  ],
});

const known = new WeakMap<Resource, readonly Diagnostic[]>();

/** Worked out once for a resource that environments share. */
function repeatedIn(resource: Resource): readonly Diagnostic[] {
  const findings =
    known.get(resource) ??
    listsIn(resource.written['spec']).flatMap(([path, names]) => repeated(resource, path, names));
  known.set(resource, findings);
  return findings;
}

/** A list whose items have names, and those names. */
type NamedList = readonly [path: Path, names: readonly unknown[]];

/** The lists below a spec whose items have names. Values in words of other programs are left alone. */
function listsIn(spec: Json | undefined): readonly NamedList[] {
  const found: NamedList[] = [];
  const look = (value: Json, path: Path) => {
    if (!Array.isArray(value)) return;
    const names = (value as readonly Json[]).map((item) => (isObject(item) ? item['name'] : undefined));
    if (names.length > 1 && names.some((name) => name !== undefined)) found.push([[...path], names]);
  };
  walkCollections(spec, ['spec'], look, isForeign);
  return found;
}

function isForeign(path: Path, step: string | number): boolean {
  return (path.length === 1 && step === 'targets') || (path.at(-1) === 'body' && step === 'set');
}

function repeated(resource: Resource, path: Path, names: readonly unknown[]): readonly Diagnostic[] {
  const first = new Map<unknown, number>();
  return names.flatMap((name, index) => {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    if (earlier === undefined || typeof name !== 'string') return [];
    const args = {
      problem: `${resource.kind} ${resource.name} has two entries named ${name} in ${path
        .filter((step) => typeof step === 'string')
        .slice(1)
        .join('.')}.`,
      remedy: 'Give each entry a name of its own; overlays and metrics tell entries by their names.',
    };
    const related = [{ message: 'The first one.', place: resource.placeOf([...path, earlier, 'name']) }];
    return [raise(duplicateName, args, resource.placeOf([...path, index, 'name']), { related })];
  });
}

/** Names by which clients ask for the models of a gateway, where two models have the same. */
function aliases(config: ResolvedConfig, gateway: Resource<'Gateway'>): readonly Diagnostic[] {
  const models = reachOf(config, gateway).filter((one): one is Resource<'Model'> => one.kind === 'Model');
  const owners = new Map(models.map((model) => [model.name, { model, path: ['metadata', 'name'] as Path }]));
  return models.flatMap((model) =>
    model.spec.aliases.flatMap((alias, index) => {
      const path = ['spec', 'aliases', index];
      const owner = owners.get(alias);
      if (owner === undefined) owners.set(alias, { model, path });
      if (owner === undefined || owner.model === model) return [];
      const args = {
        problem: `${alias} is an alias of model ${model.name} and a name of model ${owner.model.name}, and one gateway has both.`,
        remedy: `Take the alias away from one of them: nobody can tell which one a request for ${alias} means.`,
      };
      const related = [
        { message: `It is a name of ${owner.model.name} here.`, place: owner.model.placeOf(owner.path) },
        { message: `Gateway ${gateway.name} has both.`, place: gateway.placeOf(['metadata', 'name']) },
      ];
      return [raise(duplicateName, args, model.placeOf(path), { related })];
    }),
  );
}
