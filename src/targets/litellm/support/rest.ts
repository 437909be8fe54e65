import type { Resource } from '../../../config/model.ts';
import type { Rate } from '../../../config/schema-types.ts';
import type { SetField, Support, SupportTable } from '../../target.ts';
import { budgetDuration, exceededStatus } from '../budgets.ts';
import { canKeep } from '../cache.ts';
import { perMinute } from '../limits.ts';
import { approximate, countsInEachPod, dropped, EACH_POD, elsewhere, exact, exactUnless } from './answers.ts';

const KEYS = "kept in LiteLLM's database, by the calls in litellm-access.json.";
const MONITORING = 'the monitoring system does it, from what LiteLLM measures.';

/** The fields of limits, budgets, caches, tool servers, observability, chains and rollouts. */
export const restSupport: SupportTable = {
  'Limit.for.each': limitSupport,
  'Limit.for.consumers': approximate(KEYS),
  'Limit.for.models': approximate('it holds for the names of routes all of whose models are among these.'),
  'Limit.allow.requests': exact,
  'Limit.allow.tokens': exact,
  'Limit.allow.count': countSupport,
  'Limit.allow.per': windowSupport,
  'Limit.allow.burst': dropped('it counts by the minute and knows no bursts.'),
  'Limit.concurrency': concurrencySupport,
  'Limit.exceeded.status': ({ value }) => (value === 429 ? exact : dropped('it answers with 429.')),
  'Limit.exceeded.message': dropped('it answers in its own words.'),

  'Budget.for.each': budgetSupport,
  'Budget.for.consumers': approximate(KEYS),
  'Budget.for.models': exact,
  'Budget.limit.amount': exact,
  'Budget.limit.currency': ({ value }) =>
    value === 'USD' ? exact : approximate('it has no currencies: amounts are counted as they are, and called dollars.'),
  'Budget.limit.per': ({ value }) =>
    budgetDuration(String(value)) === undefined ? dropped('it knows no window of years.') : exact,
  'Budget.warn.percent': warnSupport,
  'Budget.warn.notify': elsewhere(MONITORING),
  'Budget.exceeded.action': actionSupport,
  'Budget.exceeded.model': approximate('it answers after all fallback tiers, for any error that they leave.'),
  'Budget.exceeded.status': statusSupport,
  'Budget.exceeded.message': dropped('it answers in its own words.'),

  'Cache.type': ({ resource }) =>
    canKeep(resource as Resource<'Cache'>)
      ? exact
      : dropped('it looks for questions that mean the same in Redis alone; set store.type: redis.'),
  'Cache.ttl': exact,
  'Cache.key': keySupport,
  'Cache.semantic.threshold': exact,
  'Cache.semantic.model': exact,
  'Cache.semantic.lastMessages': approximate('it compares the text of all messages.'),
  'Cache.store': exact,
  'Cache.store.tls': ({ resource, value }) =>
    value === true && (resource as Resource<'Cache'>).spec.type === 'semantic'
      ? dropped('it connects to Redis without TLS when it looks for questions that mean the same.')
      : exact,
  'Cache.maxSize': dropped('it keeps answers of any size.'),
  'Cache.bypass': dropped(
    'a client goes past the cache by a field of the body, cache: {no-cache: true}, and by no header.',
  ),
  'Cache.invalidate': exact,

  'ToolServer.transport': exact,
  'ToolServer.url': exact,
  'ToolServer.credential': exact,
  'ToolServer.prefix': approximate("it puts a name and a hyphen before each tool's name, and no other sign."),
  'ToolServer.tools.allow': exact,
  'ToolServer.tools.deny': exact,
  'ToolServer.access': approximate(KEYS),
  'ToolServer.access.scopes': dropped('it does not look at the scopes of tokens.'),
  'ToolServer.timeout': exact,

  'Observability.metrics.enabled': exact,
  'Observability.metrics.labels': dropped('it makes no labels of request headers.'),
  'Observability.logs.level': exact,
  'Observability.logs.payloads': exactUnless(
    ['redacted'],
    approximate('it cannot write them masked, and leaves them out altogether.'),
  ),
  'Observability.logs.sink': exactUnless(
    ['loki', 'elasticsearch', 'splunk', 'otlp'],
    elsewhere("it writes to its standard output as JSON; the cluster's collector ships that."),
  ),
  'Observability.logs.url': elsewhere("the cluster's collector ships what LiteLLM writes to its standard output."),
  'Observability.logs.credential': elsewhere(
    "the cluster's collector ships what LiteLLM writes to its standard output.",
  ),
  'Observability.traces': exact,
  'Observability.objectives': elsewhere(MONITORING),
  'Observability.alerts': elsewhere(MONITORING),
  'Observability.dashboards': elsewhere(MONITORING),
  'Observability.costBy': elsewhere(MONITORING),

  Chain: dropped('it calls one model for one request.'),
  ContextPolicy: dropped('it remembers nothing of a conversation; the application has to send the context along.'),
  Rollout: elsewhere('aigw moves the weights, file by file.'),
};

function limitSupport(field: SetField): Support {
  const { spec } = field.resource as Resource<'Limit'>;
  const pods = countsInEachPod(field) ? ` Besides, ${EACH_POD}.` : '';
  switch (spec.for.each) {
    case 'source-ip':
      return dropped('it does not count by address.');
    case 'gateway':
      return spec.allow === undefined ? exact : dropped('for the whole proxy it limits requests in flight alone.');
    case 'model':
    case 'route':
      return approximate(`split among a route's backends by weight; each fallback tier counts for itself.${pods}`);
    case 'consumer':
    case 'team':
      return approximate(`${KEYS}${pods}`);
  }
}

function countSupport({ resource, value }: SetField): Support {
  const { each } = (resource as Resource<'Limit'>).spec.for;
  if (value === 'total' || each === 'model' || each === 'route') return exact;
  return approximate('for keys and teams it counts input and output together.');
}

function windowSupport({ resource, path, value }: SetField): Support {
  const { spec } = resource as Resource<'Limit'>;
  const index = path.find((step) => typeof step === 'number');
  const rate: Rate | undefined = typeof index === 'number' ? spec.allow?.[index] : undefined;
  if (value === '1m') return exact;
  if (rate !== undefined && perMinute(rate) !== undefined) return approximate('counted by the minute.');
  const daily =
    value === '1d' && rate?.tokens !== undefined && (spec.for.each === 'consumer' || spec.for.each === 'team');
  return daily ? exact : dropped('it counts by the minute; tokens of a key or team also by the day.');
}

function concurrencySupport({ resource }: SetField): Support {
  const { each } = (resource as Resource<'Limit'>).spec.for;
  if (each === 'consumer') return approximate(KEYS);
  if (each === 'team') return dropped('it limits requests in flight for keys, not for teams.');
  return each === 'gateway'
    ? exact
    : approximate('split among the backends by weight, and each pod has as many for itself.');
}

function budgetSupport(field: SetField): Support {
  const { each } = (field.resource as Resource<'Budget'>).spec.for;
  const pods = countsInEachPod(field) ? ` Besides, ${EACH_POD}.` : '';
  if (each === 'model' || each === 'route') {
    return approximate(
      `split among a route's backends by weight; each fallback tier has the whole amount for itself.${pods}`,
    );
  }
  return each === 'gateway'
    ? approximate("the spending of all keys is added up in LiteLLM's database.")
    : approximate(KEYS);
}

function warnSupport({ resource }: SetField): Support {
  const { each } = (resource as Resource<'Budget'>).spec.for;
  return each === 'consumer' || each === 'team' ? approximate(KEYS) : elsewhere(MONITORING);
}

function actionSupport({ resource, value }: SetField): Support {
  const { each } = (resource as Resource<'Budget'>).spec.for;
  if (value === 'alert') return elsewhere(MONITORING);
  if (value === 'refuse') return exact;
  return each === 'model' || each === 'route'
    ? approximate('when the purse of every backend is empty, the request falls back.')
    : dropped(
        'it switches to another model when a backend’s purse is empty, not when that of a key, a team or the whole proxy is.',
      );
}

function statusSupport({ config, gateway, resource, value }: SetField): Support {
  const { each } = (resource as Resource<'Budget'>).spec.for;
  if (each === 'model' || each === 'route') return value === 429 ? exact : dropped('it answers with 429.');
  const status = exceededStatus({ config, gateway });
  return value === status
    ? exact
    : dropped(`it has one status for all budgets of consumers, teams and gateways, and that is ${status}.`);
}

function keySupport(field: SetField): Support {
  const key = Array.isArray(field.value) ? field.value.map(String) : [];
  const semantic = (field.resource as Resource<'Cache'>).spec.type === 'semantic';
  if (key.includes('headers')) return dropped('it does not look at headers.');
  const personal = key.includes('consumer') || key.includes('team');
  if (personal && !semantic) return dropped('it shares kept answers among all who ask.');
  const usual = ['model', 'messages', 'parameters'].every((part) => key.includes(part));
  if (semantic)
    return personal && usual
      ? exact
      : approximate('answers that mean the same are kept for each key apart, and for equal parameters.');
  return usual ? exact : approximate('model, messages and parameters must all be equal.');
}
