import type { ResolvedConfig } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import { metadataOf } from '../objects.ts';
import type { Workload } from '../target.ts';
import { selectorOf } from './selector.ts';

/** True where a scaler decides the number of pods, and the Deployment must not. */
export function isScaled(workload: Workload): boolean {
  return workload.scaling !== undefined && mostPods(workload) > workload.replicas.min;
}

function mostPods({ replicas }: Workload): number {
  return replicas.max ?? replicas.min;
}

/** A HorizontalPodAutoscaler for processor and memory; KEDA's ScaledObject for anything that Prometheus measures. */
export function scalerOf(config: ResolvedConfig, workload: Workload): JsonObject | undefined {
  if (workload.scaling === undefined || !isScaled(workload)) return undefined;
  const { by, target, query, server } = workload.scaling;
  const metadata = metadataOf(config, workload.resource, workload.name);
  if (by !== 'prometheus') return autoscaler(metadata, workload, by, target);
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name },
      minReplicaCount: workload.replicas.min,
      maxReplicaCount: mostPods(workload),
      triggers: [
        {
          type: 'prometheus',
          metricType: 'AverageValue',
          metadata: { serverAddress: server ?? '', query: query ?? '', threshold: String(target) },
        },
      ],
    },
  };
}

function autoscaler(metadata: JsonObject, workload: Workload, by: string, target: number): JsonObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name },
      minReplicas: workload.replicas.min,
      maxReplicas: mostPods(workload),
      metrics: [
        {
          type: 'Resource',
          resource: { name: by, target: { type: 'Utilization', averageUtilization: Math.round(target) } },
        },
      ],
    },
  };
}

/** Drains take one pod at a time. A single pod gets no budget: it would block every drain. */
export function disruptionBudgetOf(config: ResolvedConfig, workload: Workload): JsonObject | undefined {
  if (workload.replicas.min < 2) return undefined;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(config, workload.resource, workload.name),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(workload) } },
  };
}
