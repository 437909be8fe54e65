import type { JsonObject } from '../../lib/json.ts';
import type { KnownKind } from '../kind.ts';
import type { ManifestProblem } from '../problem.ts';
import { clusterRoleProblems, roleBindingProblems, roleProblems } from './access.ts';
import { type Cursor, whole } from './cursor.ts';
import { configMapProblems, secretProblems } from './data.ts';
import { mcpRouteProblems, routeProblems } from './gateways.ts';
import { metadataProblems } from './names.ts';
import { ingressProblems, networkPolicyProblems, serviceProblems } from './networking.ts';
import { nullAmounts } from './resources.ts';
import {
  autoscalerProblems,
  claimProblems,
  cronJobProblems,
  deploymentProblems,
  disruptionBudgetProblems,
  experimentProblems,
  jobProblems,
  rolloutProblems,
  statefulSetProblems,
} from './workloads.ts';

type SemanticCheck = (object: Cursor) => readonly ManifestProblem[] | Promise<readonly ManifestProblem[]>;

/** Cost expressions need CEL, which is loaded for them alone. */
async function costs(object: Cursor): Promise<readonly ManifestProblem[]> {
  const { costProblems } = await import('./cost-expressions.ts');
  return costProblems(object);
}

/** One row per kind, by group and kind; each function sees an object that its schema has found sound. */
const checks: Readonly<Record<string, readonly SemanticCheck[]>> = {
  ' ConfigMap': [configMapProblems],
  ' PersistentVolumeClaim': [claimProblems],
  ' Secret': [secretProblems],
  ' Service': [serviceProblems],
  'aigateway.envoyproxy.io AIGatewayRoute': [routeProblems, costs],
  'aigateway.envoyproxy.io GatewayConfig': [costs],
  'aigateway.envoyproxy.io MCPRoute': [mcpRouteProblems],
  'aigateway.envoyproxy.io QuotaPolicy': [costs],
  'apps Deployment': [deploymentProblems],
  'apps StatefulSet': [statefulSetProblems],
  'argoproj.io Experiment': [experimentProblems],
  'argoproj.io Rollout': [rolloutProblems],
  'autoscaling HorizontalPodAutoscaler': [autoscalerProblems],
  'batch CronJob': [cronJobProblems],
  'batch Job': [jobProblems],
  'gateway.networking.k8s.io GRPCRoute': [routeProblems],
  'gateway.networking.k8s.io HTTPRoute': [routeProblems],
  'networking.k8s.io Ingress': [ingressProblems],
  'networking.k8s.io NetworkPolicy': [networkPolicyProblems],
  'policy PodDisruptionBudget': [disruptionBudgetProblems],
  'rbac.authorization.k8s.io ClusterRole': [clusterRoleProblems],
  'rbac.authorization.k8s.io ClusterRoleBinding': [roleBindingProblems],
  'rbac.authorization.k8s.io Role': [roleProblems],
  'rbac.authorization.k8s.io RoleBinding': [roleBindingProblems],
};

/**
 * What the API server's code, the kubelet and the controllers refuse although the schema takes it.
 * @param written the object without what the API server completes it with.
 */
export async function semanticProblems(
  object: JsonObject,
  written: JsonObject,
  kind: KnownKind,
): Promise<readonly ManifestProblem[]> {
  const cursor = whole(object);
  const own = await Promise.all((checks[`${kind.group} ${kind.kind}`] ?? []).map((check) => check(cursor)));
  return [...metadataProblems(cursor, kind), ...own.flat(), ...nullAmounts(whole(written))];
}
