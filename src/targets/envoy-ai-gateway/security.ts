// Who may call a gateway and each of its routes: SecurityPolicies that refuse everybody whom no rule lets in.
//
// Authentication happens on the route that matches a request before its model is known, so every route of a gateway asks for the same proof;
// authorization happens on the route that finally answers. Where consumers come with keys and with tokens, two "doors"
// ask each request for the one that it carries (see identity.ts).
//
// Rules stand in every policy, even where a key alone would do: when a Secret is missing, Envoy Gateway 1.8.1 leaves the check of keys out
// and keeps the rest (seen in a standalone Envoy AI Gateway 1.0.0). Nobody has an id then, and nobody gets in.
import type { Json, JsonObject } from '../../lib/json.ts';
import { headerMatchOf } from './conditions.ts';
import { CONSUMER_HEADER, claimHeader, consumersOf, type Identity, identityOf, type TokenHolder } from './identity.ts';
import { doorConditions, gatewayOrder, hasDoors } from './matches.ts';
import { defined, objectOf, secretOf, targetOf } from './object.ts';
import { addedConditions } from './order.ts';
import type { RouteView, View } from './view.ts';

/** Names of the consumers that may use a route: those that the route allows and that may use every model which can answer there. */
export function allowedOn(view: View, { route, answerers }: RouteView): readonly string[] {
  const { consumers } = route.spec;
  return consumersOf(view)
    .filter(({ name }) => consumers === undefined || consumers.includes(name))
    .filter(({ spec }) => answerers.every(({ model }) => spec.models.includes('*') || spec.models.includes(model.name)))
    .map(({ name }) => name);
}

/** The gateway's own policy, those of routes that fewer consumers may use, and the doors. */
export function securityObjects(view: View): readonly JsonObject[] {
  const { gateway, config } = view;
  const name = view.nameOf();
  const everybody = consumersOf(view).map((consumer) => consumer.name);
  const { keys, external } = identityOf(view);
  const way = keys.length > 0 ? 'keys' : 'tokens';
  const own = objectOf({ config, resource: gateway }, 'SecurityPolicy', name, {
    targetRefs: [targetOf('Gateway', name)],
    ...authenticationOf(view, way),
    authorization: authorizationOf(view, everybody, way),
  });
  return [
    ...(external === undefined ? [] : [external]),
    own,
    ...view.routes.flatMap((route) => routePolicy(view, route, everybody)),
    ...doorsOf(view),
  ];
}

type Way = 'keys' | 'tokens' | 'both';

/** A plain route's policy lies beside it, since it is matched once. */
function routePolicy(view: View, route: RouteView, everybody: readonly string[]): readonly JsonObject[] {
  if (route.form !== 'models') return [];
  const allowed = allowedOn(view, route);
  if (!hasDoors(view) && allowed.length === everybody.length) return [];
  return [policyOf(view, route, route.name, allowed, hasDoors(view) ? 'both' : wayOf(view))];
}

/** A policy for a route: the proof that the gateway asks for, and who of those that prove themselves may pass. */
export function policyOf(
  view: View,
  { route }: RouteView,
  name: string,
  allowed: readonly string[],
  way: Way,
): JsonObject {
  return objectOf({ config: view.config, resource: route }, 'SecurityPolicy', name, {
    targetRefs: [targetOf('HTTPRoute', name)],
    ...authenticationOf(view, way),
    authorization: authorizationOf(view, allowed, way),
  });
}

/** The one way of a gateway that has one. */
export function wayOf(view: View): 'keys' | 'tokens' {
  return identityOf(view).keys.length > 0 ? 'keys' : 'tokens';
}

/** With `both`, the request has been through a door; tokens are named again because rules may only speak of what their policy checks. */
function authenticationOf(view: View, way: Way): JsonObject {
  const identity = identityOf(view);
  return defined({
    apiKeyAuth: way === 'keys' ? keyAuthentication(view, identity) : undefined,
    jwt: way === 'keys' ? undefined : tokenAuthentication(identity),
  });
}

/** The key is taken out of the request, and the consumer's id put into a header that every later step can read. */
function keyAuthentication({ gateway }: View, { keys }: Identity): JsonObject | undefined {
  if (keys.length === 0) return undefined;
  return {
    credentialRefs: [...new Set(keys.map(({ secret }) => secret))].map(secretOf),
    extractFrom: [{ headers: [gateway.spec.apiKeyHeader] }],
    forwardClientIDHeader: CONSUMER_HEADER,
    sanitize: true,
  };
}

function tokenAuthentication(identity: Identity): JsonObject | undefined {
  if (identity.providers.length === 0) return undefined;
  return {
    optional: false,
    providers: identity.providers.map((provider) => {
      const own = identity.tokens.filter((holder) => holder.provider === provider);
      const claims = [...new Set(own.flatMap((holder) => Object.keys(holder.claims)))].toSorted();
      const { issuer, jwks, audiences } = provider.jwt;
      return defined({
        name: provider.name,
        issuer,
        audiences: audiences.length === 0 ? undefined : audiences,
        remoteJWKS: { uri: jwks },
        claimToHeaders: claims.map((claim) => ({ claim, header: claimHeader(identity, provider, claim) })),
      });
    }),
  };
}

/** Nobody but those whom a rule lets in. Where certificates prove who asks, the listener has let in only the right ones. */
function authorizationOf(view: View, allowed: readonly string[], way: Way): JsonObject {
  const { keys, tokens, certificates } = identityOf(view);
  const ids = keys.filter(({ consumer }) => allowed.includes(consumer.name)).map(({ clientId }) => clientId);
  const byKey: Json[] =
    ids.length === 0 || way === 'tokens'
      ? []
      : [{ name: 'keys', action: 'Allow', principal: { headers: [{ name: CONSUMER_HEADER, values: ids }] } }];
  const byToken =
    way === 'keys' ? [] : tokens.filter(({ consumer }) => allowed.includes(consumer.name)).flatMap(tokenRules);
  const isOpen = certificates.length > 0 && certificates.every(({ consumer }) => allowed.includes(consumer.name));
  return { defaultAction: isOpen ? 'Allow' : 'Deny', rules: [...byKey, ...byToken] };
}

/** A claim is a text in some tokens and a list in others; a rule knows one of the two, so there is one for each combination. */
function tokenRules({ consumer, provider, claims }: TokenHolder): readonly JsonObject[] {
  const entries = Object.entries(claims);
  const combinations = entries.reduce<readonly (readonly string[])[]>(
    (found, _) => found.flatMap((types) => ['String', 'StringArray'].map((type) => [...types, type])),
    [[]],
  );
  return combinations.map((types, number) => ({
    name: `${consumer.name}-${number + 1}`,
    action: 'Allow',
    principal: {
      jwt: {
        provider: provider.name,
        claims: entries.map(([name, values], index) => ({ name, valueType: types[index] ?? 'String', values })),
      },
    },
  }));
}

/** The first door is for tokens. Behind both, the answer to a model that no route knows. */
function doorsOf(view: View): readonly JsonObject[] {
  if (!hasDoors(view)) return [];
  const { config, gateway } = view;
  const origin = { config, resource: gateway };
  const filter = view.nameOf('unknown-model');
  const message = 'No route of this gateway takes the requested model.';
  const answer = objectOf(origin, 'HTTPRouteFilter', filter, {
    directResponse: { contentType: 'text/plain', statusCode: 404, body: { type: 'Inline', inline: message } },
  });
  const everybody = consumersOf(view).map(({ name }) => name);
  const { added } = gatewayOrder(view);
  const doors = doorConditions(view).flatMap((conditions, index): readonly JsonObject[] => {
    const way = index === 0 ? 'tokens' : 'keys';
    const name = view.nameOf('door', way);
    const [count = 0] = added[view.routes.length + index] ?? [];
    const headers = [...conditions, ...addedConditions(count)].map(headerMatchOf);
    return [
      objectOf(origin, 'HTTPRoute', name, doorSpec(view, headers, filter), { 'ai-gateway-generated': 'true' }),
      objectOf(origin, 'SecurityPolicy', name, {
        targetRefs: [targetOf('HTTPRoute', name)],
        ...authenticationOf(view, way),
        authorization: authorizationOf(view, everybody, way),
      }),
    ];
  });
  return [answer, ...doors];
}

/** The annotation makes Envoy AI Gateway (1.0, 1.1) read the model of requests that come through this HTTPRoute. */
function doorSpec(view: View, headers: readonly JsonObject[], filter: string): JsonObject {
  const { group, kind } = targetOf('Gateway', view.nameOf());
  return {
    parentRefs: [{ group: group ?? '', kind: kind ?? '', name: view.nameOf() }],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' }, headers }],
        filters: [{ type: 'ExtensionRef', extensionRef: targetOf('HTTPRouteFilter', filter) }],
      },
    ],
  };
}
