import type { Resource } from '../../config/model.ts';
import { parseDuration } from '../../lib/quantity.ts';
import type { Workload } from '../target.ts';

/** The containers of the models that this environment serves itself. */
export function modelWorkloads(reached: readonly Resource[]): readonly Workload[] {
  return reached
    .filter((resource): resource is Resource<'Model'> => resource.kind === 'Model')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((model) => (model.spec.serving === undefined ? [] : [workloadOf(model, model.spec.serving)]));
}

type Serving = NonNullable<Resource<'Model'>['spec']['serving']>;

function workloadOf(model: Resource<'Model'>, serving: Serving): Workload {
  return {
    name: model.name,
    role: 'model',
    resource: model,
    image: serving.image,
    args: serving.args,
    env: { ...versionOf(model), ...serving.env },
    files: {},
    writable: ['/tmp'],
    ports: [{ name: 'http', port: serving.port }],
    probes: {
      liveness: serving.health,
      readiness: serving.health,
      startupSeconds: Math.ceil(parseDuration(serving.startup) / 1000),
    },
    replicas: serving.replicas ?? { min: 1 },
    resources: serving.resources ?? {},
    ...(serving.scaling === undefined ? {} : { scaling: serving.scaling }),
    callers: ['gateways'],
    calls: [],
  };
}

/** What the container needs to load the very version that was promoted. */
function versionOf({ spec }: Resource<'Model'>): Record<string, string> {
  return {
    ...(spec.registry === undefined ? {} : { MODEL_NAME: spec.registry }),
    ...(spec.version === undefined ? {} : { MODEL_VERSION: spec.version }),
    ...(spec.digest === undefined ? {} : { MODEL_DIGEST: spec.digest }),
  };
}
