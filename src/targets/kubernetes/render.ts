// The Kubernetes target: the objects that run the containers which an environment itself must run, and the ExternalSecrets behind every
// reference. It takes workloads from the other targets and knows nothing of what runs in them.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { RenderedFile, Workload } from '../target.ts';
import { modelWorkloads } from './models.ts';
import { ingressOf, networkPolicyOf } from './network.ts';
import { configMapOf, deploymentOf, serviceAccountOf, serviceOf } from './pods.ts';
import { disruptionBudgetOf, scalerOf } from './scaling.ts';
import { externalSecrets } from './secrets.ts';

export interface KubernetesInput {
  readonly config: ResolvedConfig;
  /** Every resource that the environment's gateways put to use. */
  readonly reached: readonly Resource[];
  /** What the gateways' targets want to have run. */
  readonly workloads: readonly Workload[];
}

/** One file for each workload, and one for the secrets of all. */
export function renderKubernetes({ config, reached, workloads }: KubernetesInput): readonly RenderedFile[] {
  const all = [...workloads, ...modelWorkloads(reached)];
  const files = all.map((workload) => ({
    path: `${workload.name}/kubernetes.yaml`,
    content: { kind: 'objects' as const, objects: objectsOf(config, workload, all) },
    sources: [workload.resource],
  }));
  const secrets = externalSecrets(config, reached, all);
  return secrets === undefined ? files : [...files, secrets];
}

function objectsOf(config: ResolvedConfig, workload: Workload, all: readonly Workload[]): readonly JsonObject[] {
  return [
    serviceAccountOf(config, workload),
    configMapOf(config, workload),
    serviceOf(config, workload),
    deploymentOf(config, workload),
    scalerOf(config, workload),
    disruptionBudgetOf(config, workload),
    networkPolicyOf(config, workload, all),
    ingressOf(config, workload),
  ].filter((object) => object !== undefined);
}
