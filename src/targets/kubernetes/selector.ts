import type { JsonObject } from '../../lib/json.ts';
import type { Workload } from '../target.ts';

/** The labels by which Services, policies and budgets find a workload's pods. They never change, as selectors cannot. */
export function selectorOf(workload: Workload): JsonObject {
  return { 'app.kubernetes.io/name': workload.name };
}
