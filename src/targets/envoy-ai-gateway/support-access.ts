// What becomes of the fields of Consumer, Team, Limit and Budget.
import type { Resource } from '../../config/model.ts';
import type { SecretReference } from '../../config/schema-types.ts';
import type { SetField, Support, SupportTable } from '../target.ts';
import { approximate, asItIs, dropped, elsewhere, exact, viewAt } from './answers.ts';
import { consumerConditions, consumersOf, identityOf, isAdmitted, isUsableKey } from './identity.ts';
import { countsByRoute, countsTeams, isWindow } from './limits.ts';
import { hasDoors } from './matches.ts';
import { fixedKeyReason } from './secrets.ts';
import type { View } from './view.ts';

const NEEDS_SERVICE =
  "The rate limit service counts it in fixed windows; it has to be switched on (with Redis) in EnvoyGateway's configuration, or nothing is limited.";
const scaled = (field: SetField): Support =>
  isWindow(String(field.value))
    ? exact
    : approximate(
        'Envoy counts by the second, minute, hour, day, month (30 days) or year; the rate is scaled to the longest that fits.',
      );

export const accessSupport: SupportTable = {
  Consumer: exact,
  'Consumer.team': (field) =>
    countsTeams(viewAt(field))
      ? exact
      : elsewhere('It says who pays; no limit or budget of this gateway counts by team.'),
  'Consumer.auth.name': elsewhere('It names the way for people and overlays.'),
  'Consumer.auth.apiKey': (field) => keySupport(field),
  'Consumer.auth.jwt': (field) =>
    hasDoors(viewAt(field))
      ? approximate(
          'Tokens and keys are told apart by their form: a key of three parts with dots between them is taken for a token.',
        )
      : exact,
  'Consumer.auth.mtls': (field) =>
    identityOf(viewAt(field)).certificates.length > 0
      ? approximate(
          'The listener lets in the certificates of all consumers; behind it, one cannot be told from another.',
        )
      : dropped('A certificate is checked by the listener, and then a key or token is asked for all the same.'),
  'Consumer.models': approximate(
    'It is decided by route: a consumer may use one if it may use every model that can answer there, fallbacks included.',
  ),
  Team: exact,
  'Team.contact': elsewhere('It is for people.'),
  'Team.members': elsewhere('Promotions ask for their approval.'),
  'Team.costCentre': elsewhere('Reports use it.'),
};

function keySupport(field: SetField): Support {
  const reference = field.value as unknown as SecretReference;
  const view = viewAt(field);
  if (!isAdmitted(view, field.resource)) return exact;
  if (isUsableKey(view, field.resource.name, reference)) return exact;
  if (!('secret' in reference)) return dropped(fixedKeyReason(reference, field.resource.name));
  return dropped(
    `Another consumer's key is called \`${reference.key}\` too, and Envoy Gateway takes only one of them; name the keys after the consumers, or give the environment a secrets.store.`,
  );
}

const answer = (status: Support): SupportTable[string] => status;
const refusal = dropped(
  'Envoy answers with status 429 and no text; replacing its answers would also make it read bodies before it knows who sent them.',
);
const status = ({ value }: SetField): Support => (value === 429 ? asItIs : refusal);

export const limitSupport: SupportTable = {
  Limit: exact,
  'Limit.for.each': shareSupport,
  'Limit.for.consumers': membersSupport,
  'Limit.for.models': approximate(
    'Requests are counted by the model that the client asks for, tokens by the one that answers.',
  ),
  'Limit.allow': approximate(NEEDS_SERVICE),
  'Limit.allow.per': scaled,
  'Limit.allow.burst': dropped('Counting by windows knows no burst.'),
  'Limit.concurrency': concurrencySupport,
  'Limit.exceeded.status': status,
  'Limit.exceeded.message': answer(refusal),
  Budget: exact,
  'Budget.for.each': shareSupport,
  'Budget.for.consumers': membersSupport,
  'Budget.limit': approximate(
    `${NEEDS_SERVICE} Money is counted when an answer is complete, so the last one may exceed the amount.`,
  ),
  'Budget.limit.per': (field) => {
    if (!isWindow(String(field.value))) return scaled(field);
    return approximate(
      'Windows begin at multiples of their length since 1970 and a month has 30 days, whatever the calendar says.',
    );
  },
  'Budget.warn': elsewhere('Warnings come from the environment that watches the costs.'),
  'Budget.exceeded.action': ({ value }) => {
    if (value === 'switch')
      return dropped('Envoy AI Gateway cannot change to another model once an allowance is used up.');
    return value === 'refuse' ? asItIs : exact;
  },
  'Budget.exceeded.model': dropped('Envoy AI Gateway cannot change to another model once an allowance is used up.'),
  'Budget.exceeded.status': status,
  'Budget.exceeded.message': answer(refusal),
};

const BY_ROUTE =
  'Each route counts for itself: in rules that routes share, Envoy Gateway counts requests in place of tokens and money, so no rule of this gateway is shared.';

/** Whether everyone who is to have an allowance has one, for all routes together. */
function shareSupport(field: SetField): Support {
  const own = ownShareSupport(field);
  if (own.status === 'dropped' || field.value === 'route' || !isOfManyRoutes(field)) return own;
  return approximate(own.status === 'exact' ? BY_ROUTE : `${own.reason} ${BY_ROUTE}`);
}

/** Whether a limit or budget is meant for several routes together, where each counts for itself. */
function isOfManyRoutes(field: SetField): boolean {
  const view = viewAt(field);
  const { name, kind } = field.resource;
  const consumers = consumersOf(view);
  const teams = consumers.flatMap(({ spec }) => view.config.find('Team', spec.team ?? '') ?? []);
  const named = [view.gateway, ...consumers, ...teams].flatMap(({ spec }) =>
    kind === 'Limit' ? spec.limits : spec.budgets,
  );
  return countsByRoute(view) && named.includes(name);
}

function ownShareSupport(field: SetField): Support {
  const view = viewAt(field);
  const { certificates, tokens } = identityOf(view);
  if (field.value === 'consumer' && certificates.length > 0) {
    return dropped('Consumers with certificates cannot be told apart behind the listener.');
  }
  if (field.value === 'consumer' && tokens.length > 0) {
    return approximate('Consumers with tokens are told by claims, which must be plain texts here and no lists.');
  }
  if (field.value === 'team') return teamSupport(view);
  if (field.value === 'model' && field.resource.kind === 'Limit') {
    return approximate('Requests are counted by the model that the client asks for, tokens by the one that answers.');
  }
  return exact;
}

function teamSupport(view: View): Support {
  const teams = new Map<string, string[]>();
  for (const { name, spec } of consumersOf(view)) {
    if (spec.team !== undefined) teams.set(spec.team, [...(teams.get(spec.team) ?? []), name]);
  }
  const parted = [...teams].filter(([, members]) => consumerConditions(view, members).length > 1).map(([team]) => team);
  return parted.length === 0
    ? exact
    : approximate(
        `Members with keys share one allowance, and each member with a token has one: in ${parted.join(', ')}.`,
      );
}

function membersSupport(field: SetField): Support {
  const names = Array.isArray(field.value) ? field.value.map(String) : [];
  const groups = consumerConditions(viewAt(field), names);
  if (groups.length === 0) return dropped('None of them can be told apart behind the listener.');
  return groups.length === 1
    ? exact
    : approximate('Consumers with keys share what is shared, and each with a token counts alone.');
}

/** Requests under way are counted by route, so only limits that count by route can be kept. */
function concurrencySupport(field: SetField): Support {
  const { config, gateway } = field;
  const { name, spec } = field.resource as Resource<'Limit'>;
  const isPlain = spec.for.consumers === undefined && spec.for.models === undefined;
  const isByRoute = gateway.spec.limits.includes(name) && spec.for.each === 'route';
  const isOfRoute =
    gateway.spec.routes.some((route) => config.find('Route', route)?.spec.limits.includes(name)) &&
    ['route', 'gateway'].includes(spec.for.each);
  return isPlain && (isByRoute || isOfRoute)
    ? approximate('Each pod of the proxy counts for itself; the answer beyond is 503.')
    : dropped('Envoy counts the requests that are under way by route, not by who asks.');
}
