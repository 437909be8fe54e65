import type { Resource } from '../../../config/model.ts';
import type { RouteFallback, RouteRetry } from '../../../config/schema-types.ts';
import type { SetField, Support, SupportTable } from '../../target.ts';
import { cacheOf, sharesCache } from '../cache.ts';
import { opens } from '../deployment.ts';
import { groupsOf } from '../groups.ts';
import { largestRequest, rateParams } from '../limits.ts';
import { wayOf } from '../prompts.ts';
import { affinityOf, isLimited } from '../router.ts';
import { approximate, dropped, elsewhere, exact, exactUnless, withoutEffect } from './answers.ts';
import { namedBudgets, routeLimits } from './limits.ts';

const BY_NAME = 'it chooses by the name of the model alone; the route takes every request for its names.';
const SINGLE_NAME = 'it knows names, and beginnings of names; this alternative takes no request.';
const BODY = 'it has no words for changes of what passes through.';
/** The fields of routes. */
export const routeSupport: SupportTable = {
  'Route.match': exact,
  'Route.match.host': dropped(BY_NAME),
  'Route.match.path': dropped(BY_NAME),
  'Route.match.method': dropped(BY_NAME),
  'Route.match.headers': dropped(BY_NAME),
  'Route.match.model': exact,
  'Route.match.model.regex': dropped(SINGLE_NAME),
  'Route.match.model.present': exactUnless([false], dropped(SINGLE_NAME)),
  'Route.match.consumers': dropped(`${BY_NAME} Use the route's own consumers.`),
  'Route.match.input.tokens.min': dropped(
    'it can tell an input that is too long for a route, not one that is too short.',
  ),
  'Route.match.input.tokens.max': approximate(
    "longer inputs go to the next route that answers to the name; tokens are those of the messages, by LiteLLM's own tokenizer. For names that end in *, the length is not looked at.",
  ),
  'Route.match.input.characters': dropped('it counts tokens, not characters; use input.tokens.'),
  'Route.match.input.type': dropped(BY_NAME),
  'Route.match.parameters': dropped(BY_NAME),
  'Route.consumers': approximate(
    "only the keys of these consumers name the route's models; keys live in LiteLLM's database, see litellm-access.json.",
  ),
  'Route.api': exact,
  'Route.api.version': elsewhere('it is part of no request; aigw validate looks at it.'),
  'Route.api.deprecated': dropped('it adds no notice to answers.'),
  'Route.api.sunset': elsewhere('aigw validate tells when the day has come.'),
  'Route.api.replacement': elsewhere('aigw validate tells of it.'),
  'Route.request': exact,
  'Route.request.schema': dropped('it checks bodies against its own schemas alone.'),
  'Route.request.maxSize': sizeSupport,
  'Route.request.headers': dropped(BODY),
  'Route.request.body': dropped(`${BODY} A model's parameters can be fixed or forbidden.`),
  'Route.request.rewritePrefix': dropped('its paths are those of its own API.'),
  'Route.response': dropped(BODY),
  'Route.response.schema': dropped('it checks no answers.'),
  'Route.requires': elsewhere('aigw validate looks at it.'),
  'Route.prompt': promptSupport,
  'Route.context': dropped('it remembers nothing of a conversation; the application has to send the context along.'),
  'Route.guardrails': exact,
  'Route.cache': cacheSupport,
  'Route.limits': routeLimits,
  'Route.budgets': namedBudgets(['route', 'model'], exact),
  'Route.backends': exact,
  'Route.backends.chain': dropped('it calls one model for one request; this backend is left out.'),
  'Route.backends.prompt': promptSupport,
  'Route.balance': exactUnless(
    ['least-cost', 'least-busy', 'least-latency'],
    approximate('fallback tiers are still split by weight, and each pod goes by what it has seen itself.'),
  ),
  'Route.sticky': exact,
  'Route.sticky.by': stickySupport,
  'Route.sticky.name': stickySupport,
  'Route.sticky.ttl': approximate('it has one time for all routes, and takes the longest.'),
  'Route.mirror': exact,
  'Route.mirror.percent': exactUnless0(
    approximate('each backend stands twice in its list, with and without copies, at its share of the weight.'),
  ),
  'Route.fallback': exact,
  'Route.fallback.when': fallbackSupport,
  'Route.fallback.tiers': tierSupport,
  'Route.retry': exact,
  'Route.retry.attempts': patternRetry,
  'Route.retry.when': retrySupport,
  'Route.retry.perTry': exact,
  'Route.retry.backoff': approximate(
    'the whole proxy waits by one schedule, and only where a single deployment is left to try: the shortest first and the longest last wait of all routes.',
  ),
  'Route.timeout': exact,
  'Route.timeout.connect': dropped('it has no time for the connection alone.'),
  'Route.timeout.firstToken': silenceSupport,
  'Route.timeout.idle': silenceSupport,
  'Route.timeout.total': totalSupport,
  'Route.circuitBreaker': exact,
  'Route.circuitBreaker.failures': approximate(
    'errors of one kind are counted within the time of the cooldown, in a row or not; a refused connection counts as a server error.',
  ),
  'Route.circuitBreaker.errorPercent': percentSupport,
  'Route.circuitBreaker.minimumRequests': approximate('it has one number for all routes, and takes the smallest.'),
  'Route.circuitBreaker.window': dropped('it counts within the current minute.'),
  'Route.circuitBreaker.cooldown': cooldownSupport,
  'Route.circuitBreaker.maxConcurrent': approximate(
    'split among the backends by weight, and each pod has as many for itself.',
  ),
  'Route.rollout': elsewhere('aigw moves the weights, file by file.'),
};

function routeOf({ resource }: SetField): Resource<'Route'> {
  return resource as Resource<'Route'>;
}

function hasPattern(route: Resource<'Route'>): boolean {
  return (route.spec.match ?? [{}]).some(
    ({ model }) => model === undefined || (typeof model === 'object' && !('regex' in model)),
  );
}

function exactUnless0(support: Support): (field: SetField) => Support {
  return ({ value }) => (value === 100 ? exact : support);
}

function promptSupport({ config, value }: SetField): Support {
  const prompt = config.find('Prompt', String(value));
  if (prompt === undefined || wayOf(prompt) === 'callback') return exact;
  return wayOf(prompt) === undefined
    ? withoutEffect(`the prompt ${prompt.name} is left out`)
    : approximate(
        'it stands before chat completions, not before what is asked by /v1/responses or /v1/messages; a client that sends litellm_system_prompt of its own gets that in its place.',
      );
}

function sizeSupport({ config, gateway }: SetField): Support {
  if (gateway.spec.target.edition === 'oss')
    return dropped('its limit on the size of requests belongs to the enterprise edition.');
  return Object.keys(largestRequest({ config, gateway })).length === 0
    ? dropped('its limit holds for all routes, and one of them has none.')
    : approximate('it has one limit for all routes, in whole mebibytes, and takes the largest.');
}

function cacheSupport({ config, gateway, value }: SetField): Support {
  const first = cacheOf(config, gateway);
  const own = config.find('Cache', String(value));
  if (first === undefined || own === undefined || sharesCache(first, own)) return exact;
  return dropped(`it has one cache, and that is ${first.name}, which is kept in another way.`);
}

function stickySupport(field: SetField): Support {
  const affinity = affinityOf(routeOf(field));
  if (affinity === undefined)
    return dropped(
      'it can keep consumers together, and conversations told by a header like x-session-id; nothing else.',
    );
  return affinity === 'session_affinity'
    ? approximate(
        'a conversation is told by the header x-session-id, or one like it, of at least eight letters, digits, hyphens and underscores.',
      )
    : exact;
}

function fallbackSupport(field: SetField): Support {
  const when = field.value as unknown as RouteFallback['when'];
  const special = when.filter((trigger) => trigger === 'context-too-long' || trigger === 'content-refused');
  if (special.length > 0 && hasPattern(routeOf(field))) {
    return dropped(`for names that end in *, it cannot fall back on ${special.join(' or ')}; name the models.`);
  }
  const wanted = ['error', 'timeout', 'rate-limited'].every((trigger) => when.some((each) => each === trigger));
  if (special.length === when.length) return exact;
  return approximate(
    wanted
      ? 'it falls back on any error, those of a faulty request included.'
      : 'it makes no difference between errors, timeouts, spent limits and spent budgets, and falls back on any.',
  );
}

function tierSupport(field: SetField): Support {
  return hasPattern(routeOf(field))
    ? approximate('for names that end in *, tiers stand in the same group and are told apart by their order.')
    : exact;
}

function patternRetry(field: SetField): Support {
  return hasPattern(routeOf(field))
    ? approximate('for names that end in *, the first such route decides for all of them.')
    : exact;
}

function retrySupport(field: SetField): Support {
  const when = field.value as unknown as RouteRetry['when'];
  const [connect, server] = [when.includes('connect'), when.includes('5xx')];
  const reasons = [
    ...(connect === server && !when.includes('conflict')
      ? []
      : [
          'it makes no difference between a refused connection, a server error and a conflict, and tries again after each of them.',
        ]),
    ...(when.includes('rate-limited') && wouldWait(field)
      ? [
          'it would wait a minute before it tries a single backend again that has a rate of its own, so there it does not try again after a 429.',
        ]
      : []),
  ];
  return reasons.length === 0 ? exact : approximate(reasons.join(' '));
}

/** Whether one of a route's groups has a single deployment, with a rate of its own. */
function wouldWait({ config, gateway, resource }: SetField): boolean {
  return groupsOf(config, gateway).some((group) => {
    const [only, ...more] = group.deployments;
    if (group.route !== resource || only === undefined || more.length > 0) return false;
    return isLimited(rateParams({ config, gateway }, group, only));
  });
}

function silenceSupport({ resource, value }: SetField): Support {
  const { firstToken, idle } = (resource as Resource<'Route'>).spec.timeout ?? {};
  if (firstToken !== undefined && idle !== undefined && firstToken !== idle) {
    return approximate('it has one time for every silence of a streamed answer, and takes the longer of the two.');
  }
  return approximate(
    idle === value && firstToken === undefined
      ? 'it has one time for every silence of a streamed answer: it holds before the first token too.'
      : 'it has one time for every silence of a streamed answer: it holds between two tokens too.',
  );
}

function totalSupport({ resource }: SetField): Support {
  const { retry, fallback } = (resource as Resource<'Route'>).spec;
  if (retry?.perTry !== undefined)
    return dropped('it has a time for each try, which is perTry, and none for all of them together.');
  return retry === undefined && fallback === undefined
    ? approximate('a streamed answer may take longer, as long as it does not fall silent.')
    : approximate('it holds for each try, not for all of them together; a streamed answer may take longer.');
}

function cooldownSupport(field: SetField): Support {
  const breaker = routeOf(field).spec.circuitBreaker;
  return breaker !== undefined && opens(breaker) ? exact : withoutEffect('without failures to count, it never opens');
}

function percentSupport(): Support {
  return approximate(
    'it has one share for all routes, takes the smallest, and looks at groups of several backends alone.',
  );
}
