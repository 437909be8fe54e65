// What a provider grants us for a model: a QuotaPolicy before its AIServiceBackend.
import type { Resource } from '../../config/model.ts';
import type { Rate } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { parseDuration } from '../../lib/quantity.ts';
import { objectOf, targetOf } from './object.ts';
import { overrideOf } from './upstream.ts';
import { modelsOf, serviceName, type View } from './view.ts';

const DURATIONS = ['1d', '1h', '1m', '1s'] as const;

/**
 * The rate that is kept: QuotaPolicy has one allowance for a model, and a model is known to it by the name that the gateway puts in place
 * of the client's.
 */
export function keptQuota({ spec }: Resource<'Model'>): Rate | undefined {
  return spec.upstreamModel === '*' ? undefined : spec.quota?.[0];
}

/** A policy for each model with a quota. */
export function quotaObjects(view: View): readonly JsonObject[] {
  return modelsOf(view, 'models').flatMap(({ model }) => {
    const rate = keptQuota(model);
    const modelName = overrideOf(model);
    if (rate === undefined || modelName === undefined) return [];
    const name = serviceName(view, model);
    const quota = { mode: 'Shared', costExpression: expressionOf(rate), defaultBucket: bucketOf(rate) };
    const spec = { targetRefs: [targetOf('AIServiceBackend', name)], perModelQuotas: [{ modelName, quota }] };
    return [objectOf({ config: view.config, resource: model }, 'QuotaPolicy', name, spec)];
  });
}

function expressionOf({ tokens, count }: Rate): string {
  return tokens === undefined ? '1u' : `${count}_tokens`;
}

/** In the longest window there is that fits in the wanted one. */
function bucketOf({ tokens, requests, per }: Rate): JsonObject {
  const window = parseDuration(per);
  const duration = DURATIONS.find((text) => parseDuration(text) <= window) ?? '1s';
  const amount = tokens ?? requests ?? 1;
  return { limit: Math.max(1, Math.floor((amount * parseDuration(duration)) / window)), duration };
}
