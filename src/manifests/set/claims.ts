import { at, type Cursor, items, textAt } from '../semantics/cursor.ts';
import { aiGateway, type Inventory, type SetObject } from './inventory.ts';
import type { RelationProblem } from './relation.ts';

/** What one object claims for itself alone: a workload to scale, a backend to give credentials for. */
interface Claim {
  readonly object: SetObject;
  readonly at: Cursor;
  /** Two claims of one text are one too many. */
  readonly key: string;
  readonly refusal: (first: SetObject) => string;
}

/** Claims that an earlier object of the set has made already. */
export function claimProblems(inventory: Inventory): RelationProblem[] {
  const first = new Map<string, SetObject>();
  return inventory.objects.flatMap(claimsOf).flatMap(({ object, at: place, key, refusal }) => {
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, object);
    return earlier === undefined || earlier === object ? [] : [{ object, at: place, message: refusal(earlier) }];
  });
}

function claimsOf(object: SetObject): Claim[] {
  switch (`${object.group} ${object.kind}`) {
    case 'autoscaling HorizontalPodAutoscaler':
    case 'keda.sh ScaledObject':
      return [scalerClaim(object)];
    case `${aiGateway} BackendSecurityPolicy`:
      return items(object.cursor, 'spec', 'targetRefs').map((target) => credentialClaim(object, target));
    default:
      return [];
  }
}

/** Two scalers of one workload undo each other's work. */
function scalerClaim(object: SetObject): Claim {
  const target = at(object.cursor, 'spec', 'scaleTargetRef');
  const workload = nameOf(target, 'Deployment');
  return {
    object,
    at: target,
    key: `scale\n${object.namespace}\n${workload}`,
    refusal: (first) => `The ${workload} is scaled by the ${first.kind} ${first.name} already.`,
  };
}

/** The controller refuses a backend that two policies give credentials for. */
function credentialClaim(object: SetObject, target: Cursor): Claim {
  const backend = nameOf(target, 'AIServiceBackend');
  return {
    object,
    at: target,
    key: `credentials\n${object.namespace}\n${backend}`,
    refusal: (first) => `The ${backend} has the BackendSecurityPolicy ${first.name} already; it takes one.`,
  };
}

function nameOf(target: Cursor, kind: string): string {
  return `${textAt(target, 'kind') ?? kind} ${textAt(target, 'name') ?? ''}`;
}
