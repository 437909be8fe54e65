/** A project whose API definitions are derived: where they lie, what they are, and which kinds are taken. */
export interface UpstreamProject {
  /** Folder of the definitions, and name of the derived file. */
  readonly name: string;
  readonly repository: string;
  readonly release: string;
  readonly licence: 'Apache-2.0';
  readonly format: 'crd' | 'openapi';
  /** The kinds taken; absent means all that the definitions hold. */
  readonly kinds?: readonly string[];
}

const licence = 'Apache-2.0';

/** One row per project. A kind is added by naming it here, a project by a row, and running `npm run derive-schemas`. */
export const projects: readonly UpstreamProject[] = [
  {
    name: 'kubernetes',
    repository: 'kubernetes/kubernetes',
    release: 'v1.36.3',
    licence,
    format: 'openapi',
    kinds: [
      'ConfigMap',
      'ClusterRole',
      'ClusterRoleBinding',
      'CronJob',
      'Deployment',
      'HorizontalPodAutoscaler',
      'Ingress',
      'Job',
      'Namespace',
      'NetworkPolicy',
      'PersistentVolumeClaim',
      'PodDisruptionBudget',
      'Role',
      'RoleBinding',
      'Secret',
      'Service',
      'ServiceAccount',
      'StatefulSet',
    ],
  },
  { name: 'gateway-api', repository: 'kubernetes-sigs/gateway-api', release: 'v1.6.1', licence, format: 'crd' },
  { name: 'envoy-ai-gateway', repository: 'envoyproxy/ai-gateway', release: 'v1.1.0', licence, format: 'crd' },
  { name: 'envoy-gateway', repository: 'envoyproxy/gateway', release: 'v1.9.0', licence, format: 'crd' },
  { name: 'agentgateway', repository: 'agentgateway/agentgateway', release: 'v1.4.1', licence, format: 'crd' },
  {
    name: 'external-secrets',
    repository: 'external-secrets/external-secrets',
    release: 'v2.9.0',
    licence,
    format: 'crd',
  },
  { name: 'keda', repository: 'kedacore/keda', release: 'v2.20.2', licence, format: 'crd' },
  {
    name: 'inference-extension',
    repository: 'kubernetes-sigs/gateway-api-inference-extension',
    release: 'v1.6.0',
    licence,
    format: 'crd',
    kinds: ['InferencePool'],
  },
  {
    name: 'kserve',
    repository: 'kserve/kserve',
    release: 'v0.20.0',
    licence,
    format: 'crd',
    kinds: ['InferenceService', 'LLMInferenceService', 'ServingRuntime', 'ClusterServingRuntime'],
  },
  { name: 'argo-cd', repository: 'argoproj/argo-cd', release: 'v3.5.1', licence, format: 'crd' },
  {
    name: 'argo-rollouts',
    repository: 'argoproj/argo-rollouts',
    release: 'v1.9.1',
    licence,
    format: 'crd',
    kinds: ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun', 'Experiment'],
  },
  {
    name: 'argo-workflows',
    repository: 'argoproj/argo-workflows',
    release: 'v4.1.2',
    licence,
    format: 'crd',
    kinds: ['ClusterWorkflowTemplate', 'CronWorkflow', 'Workflow', 'WorkflowEventBinding', 'WorkflowTemplate'],
  },
  {
    name: 'prometheus-operator',
    repository: 'prometheus-operator/prometheus-operator',
    release: 'v0.93.0',
    licence,
    format: 'crd',
  },
];
