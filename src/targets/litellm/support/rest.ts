import type { Resource } from '../../../config/model.ts';
import { isObject } from '../../../lib/json.ts';
import type { SetField, Support, SupportTable } from '../../target.ts';
import { canKeep } from '../cache.ts';
import { approximate, dropped, elsewhere, exact, exactUnless, KEYS, MONITORING, withoutEffect } from './answers.ts';

/** The fields of caches, tool servers, observability, chains and rollouts. */
export const restSupport: SupportTable = {
  'Cache.type': ({ resource }) =>
    canKeep(resource as Resource<'Cache'>)
      ? exact
      : dropped('it looks for questions that mean the same in Redis alone; set store.type: redis.'),
  'Cache.ttl': exact,
  'Cache.key': keySupport,
  'Cache.semantic': ({ resource }) => semanticSupport(resource as Resource<'Cache'>),
  'Cache.semantic.lastMessages': approximate('it compares the text of all messages.'),
  'Cache.store': storeSupport,
  'Cache.store.tls': tlsSupport,
  'Cache.maxSize': dropped('it keeps answers of any size.'),
  'Cache.bypass': dropped(
    'a client goes past the cache by a field of the body, cache: {no-cache: true}, and by no header.',
  ),
  'Cache.invalidate': exact,

  'ToolServer.transport': exact,
  'ToolServer.url': exact,
  'ToolServer.credential': exact,
  'ToolServer.prefix': approximate("it puts a name and a hyphen before each tool's name, and no other sign."),
  'ToolServer.tools': exact,
  'ToolServer.access': approximate(`${KEYS}.`),
  'ToolServer.access.scopes': dropped('it does not look at the scopes of tokens.'),
  'ToolServer.timeout': exact,

  'Observability.metrics': exact,
  'Observability.metrics.labels': dropped('it makes no labels of request headers.'),
  'Observability.logs': exact,
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

function semanticSupport(cache: Resource<'Cache'>): Support {
  if (cache.spec.type !== 'semantic') return withoutEffect('this cache is for the same question alone');
  return canKeep(cache) ? exact : withoutEffect('it keeps no such cache');
}

function storeSupport({ resource, value }: SetField): Support {
  const { type, host } = (resource as Resource<'Cache'>).spec.store ?? { type: 'memory' };
  if (type === 'redis') return host === undefined ? dropped('it needs the host of a Redis; nothing is kept.') : exact;
  return isObject(value) && Object.keys(value).some((key) => key !== 'type')
    ? withoutEffect('it keeps answers in its own memory')
    : exact;
}

function tlsSupport({ resource, value }: SetField): Support {
  const { type, store } = (resource as Resource<'Cache'>).spec;
  if (store?.type !== 'redis') return withoutEffect('it keeps answers in its own memory');
  return value === true && type === 'semantic'
    ? dropped('it connects to Redis without TLS when it looks for questions that mean the same.')
    : exact;
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
