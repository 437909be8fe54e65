import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { KINDS } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { formatPath, type Json, type JsonObject, type Path } from '../lib/json.ts';
import { walkCollections } from '../lib/json-walk.ts';
import { defineCheck } from './check.ts';

const LISTENERS = '  listeners: [{name: http, port: 4000, protocol: http}]';

const contradictoryBounds = defineDiagnostic<{ lower: string; upper: string; owner: string }>({
  code: 'AIGW2026',
  name: 'contradictory-bounds',
  severity: 'error',
  summary: 'A lower bound is above the upper bound beside it.',
  message: ({ lower, upper, owner }) => `${lower} of ${owner} is above ${upper}, so no value keeps both.`,
  help: () => 'Swap the two, or leave one of them out.',
  examples: {
    bad: exampleRepo([LISTENERS, `${LISTENERS}\n  workload: {replicas: {min: 5, max: 2}}`]),
    good: exampleRepo([LISTENERS, `${LISTENERS}\n  workload: {replicas: {min: 2, max: 5}}`]),
  },
});

/** Pairs of fields that bound the same value from below and from above. */
const BOUNDS = [
  ['min', 'max'],
  ['output', 'window'],
] as const;

export const check = defineCheck({
  kinds: [contradictoryBounds],
  byResource: true,
  run: ({ config }) =>
    KINDS.flatMap((kind) => config.all(kind)).flatMap((resource) =>
      boundsIn(resource.spec as unknown as Json).map(([path, lower, upper]) => findingOn(resource, path, lower, upper)),
    ),
});

type Bounds = readonly [path: Path, lower: string, upper: string];

/** Maps whose bounds contradict each other. What a route matches is told as a route that never matches. */
function boundsIn(root: Json): readonly Bounds[] {
  const found: Bounds[] = [];
  const look = (value: object, path: Path) => {
    for (const [lower, upper] of BOUNDS) {
      if (isAbove(value as JsonObject, lower, upper)) found.push([[...path], lower, upper]);
    }
  };
  walkCollections(root, ['spec'], look, isForeign);
  return found;
}

/** Of other programs, or looked at elsewhere. */
function isForeign(path: Path, key: string | number): boolean {
  return (path.length === 1 && (key === 'targets' || key === 'match')) || (path.at(-1) === 'body' && key === 'set');
}

function isAbove(value: JsonObject, lower: string, upper: string): boolean {
  const [low, high] = [value[lower], value[upper]];
  return typeof low === 'number' && typeof high === 'number' && low > high;
}

function findingOn(resource: Resource, path: Path, lower: string, upper: string): Diagnostic {
  const args = {
    lower: formatPath([...path.slice(1), lower]),
    upper: formatPath([...path.slice(1), upper]),
    owner: `${resource.kind.toLowerCase()} ${resource.name}`,
  };
  const related = [{ message: 'The upper bound.', place: resource.placeOf([...path, upper]) }];
  return raise(contradictoryBounds, args, resource.placeOf([...path, lower]), { related });
}
