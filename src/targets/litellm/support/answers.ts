import type { Json } from '../../../lib/json.ts';
import type { SetField, Support, SupportRule } from '../../target.ts';

export const exact: Support = { status: 'exact' };

export function approximate(reason: string): Support {
  return { status: 'approximate', reason };
}

/** `emulation` says how it is done where `onUnsupported` asks for that. */
export function dropped(reason: string, emulation?: string): Support {
  return { status: 'dropped', reason, ...(emulation === undefined ? {} : { emulation }) };
}

export function elsewhere(reason: string): Support {
  return { status: 'elsewhere', reason };
}

/** `support` where the value is one of these, exact elsewhere. */
export function exactUnless(values: readonly Json[], support: Support): SupportRule {
  return ({ value }) => (values.includes(value) ? support : exact);
}

/** `support` where a list has one of these, exact elsewhere. */
export function exactWithout(items: readonly Json[], support: Support): SupportRule {
  return ({ value }) => (Array.isArray(value) && value.some((item: Json) => items.includes(item)) ? support : exact);
}

/** Whether several pods run without a Redis in which they could count together. */
export function countsInEachPod({ config, gateway }: Pick<SetField, 'config' | 'gateway'>): boolean {
  const { replicas } = gateway.spec.workload ?? {};
  const several = Math.max(replicas?.min ?? 1, replicas?.max ?? 1) > 1;
  const stores = gateway.spec.routes.flatMap((name) => {
    const cache = config.find('Route', name)?.spec.cache;
    return cache === undefined ? [] : [config.find('Cache', cache)?.spec.store?.type];
  });
  return several && stores[0] !== 'redis';
}

/** Something that is spoken of at another field, without which this one does nothing. */
export function withoutEffect(because: string): Support {
  return approximate(`it has no effect: ${because}.`);
}

export const KEYS = "kept in LiteLLM's database, by the calls in litellm-access.json";

export const MONITORING = 'the monitoring system does it, from what LiteLLM measures.';

/** What is said of numbers that are counted by each pod for itself. */
export const EACH_POD =
  'each pod counts for itself, since no route has a cache in Redis where they could count together';
