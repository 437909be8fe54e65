// Who a gateway's consumers are, as far as Envoy Gateway can tell them apart.
//
// Facts, read in the sources of Envoy Gateway 1.8.1 (which Envoy AI Gateway 1.0 and 1.1 are built on) and seen in a standalone 1.0.0:
// keys are checked by a filter that knows no "or": with apiKeyAuth on a route, a request without a key is refused even if it has
// a valid token. Both filters run before the model is known, on the route that matches a request without a model.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { ConsumerAuthJwt, SecretReference } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { type ExternalValue, externalSecretOf } from '../external-secret.ts';
import { storeSourceOf } from '../secrets.ts';
import type { HeaderCondition } from './conditions.ts';
import { digestOf } from './object.ts';
import type { View } from './view.ts';

/** Set by the gateway once a key has been accepted; removed from what clients send. */
export const CONSUMER_HEADER = 'x-aigw-consumer';

/** A consumer with an API key: the Secret that holds it, and the key's name there, which is the client's id for Envoy. */
export interface KeyHolder {
  readonly consumer: Resource<'Consumer'>;
  readonly clientId: string;
  readonly secret: string;
}

export interface TokenProvider {
  readonly name: string;
  readonly jwt: ConsumerAuthJwt;
}

/** A consumer with a signed token: all of the claims must hold, each with one of its values. */
export interface TokenHolder {
  readonly consumer: Resource<'Consumer'>;
  readonly provider: TokenProvider;
  readonly claims: Readonly<Record<string, readonly string[]>>;
}

/** A consumer with a client certificate; Envoy Gateway checks it against the listener and forgets who it was. */
export interface CertificateHolder {
  readonly consumer: Resource<'Consumer'>;
  readonly subject: string;
}

export interface Identity {
  readonly keys: readonly KeyHolder[];
  readonly tokens: readonly TokenHolder[];
  readonly providers: readonly TokenProvider[];
  /** Used where no consumer has a key or a token. */
  readonly certificates: readonly CertificateHolder[];
  /** Fills the Secret of the gateway's keys, where a store has them. */
  readonly external: JsonObject | undefined;
}

const identities = new WeakMap<View, Identity>();

/** The ways in which a gateway's consumers prove who they are. */
export function identityOf(view: View): Identity {
  const known = identities.get(view);
  if (known !== undefined) return known;
  const identity = makeIdentity(view);
  identities.set(view, identity);
  return identity;
}

const admitted = new WeakMap<View, ReadonlySet<Resource<'Consumer'>>>();

function admittedTo(view: View): ReadonlySet<Resource<'Consumer'>> {
  const { config, gateway } = view;
  const known =
    admitted.get(view) ?? new Set(gateway.spec.consumers.flatMap((name) => config.find('Consumer', name) ?? []));
  admitted.set(view, known);
  return known;
}

/** The consumers that a gateway lists and that exist. */
export function consumersOf(view: View): readonly Resource<'Consumer'>[] {
  return [...admittedTo(view)];
}

/** Whether a gateway lists a consumer. */
export function isAdmitted(view: View, consumer: Resource): boolean {
  return admittedTo(view).has(consumer as Resource<'Consumer'>);
}

function makeIdentity(view: View): Identity {
  const ways = consumersOf(view).flatMap((consumer) => (consumer.spec.auth ?? []).map((way) => ({ consumer, way })));
  const { keys, external } = keysOf(
    view,
    ways.flatMap(({ consumer, way: { apiKey } }) => (apiKey === undefined ? [] : { consumer, reference: apiKey })),
  );
  const providers = new Map<string, TokenProvider>();
  const tokens = ways.flatMap(({ consumer, way: { jwt } }): readonly TokenHolder[] => {
    if (jwt === undefined) return [];
    const id = digestOf(JSON.stringify([jwt.issuer, jwt.jwks, [...jwt.audiences].sort()]));
    const provider = providers.get(id) ?? { name: `tokens-${id}`, jwt };
    providers.set(id, provider);
    const claims = Object.keys(jwt.claims ?? {}).length === 0 ? { iss: [jwt.issuer] } : (jwt.claims ?? {});
    return [{ consumer, provider, claims }];
  });
  const certificates = ways.flatMap(({ consumer, way: { mtls } }) =>
    mtls === undefined ? [] : [{ consumer, subject: mtls.subject }],
  );
  const isKeyless = keys.length === 0 && tokens.length === 0;
  return { keys, tokens, providers: [...providers.values()], certificates: isKeyless ? certificates : [], external };
}

interface KeyReference {
  readonly consumer: Resource<'Consumer'>;
  readonly reference: SecretReference;
}

/**
 * Where a store has a key, it goes into the gateway's own Secret under the consumer's name. Other keys stay in their Secret, under their own
 * name; one whose name another consumer's key bears already is left out, since Envoy Gateway takes the first of two and drops the other.
 */
function keysOf(
  view: View,
  references: readonly KeyReference[],
): { keys: KeyHolder[]; external: JsonObject | undefined } {
  const ownSecret = view.nameOf('consumer-keys');
  const values = new Map<string, ExternalValue[]>();
  const keys = new Map<string, KeyHolder>();
  for (const { consumer, reference } of references) {
    const source = storeSourceOf(view.config, reference);
    const place = placeOfKey(view.config, consumer.name, reference, keys);
    if (place === undefined || keys.has(place.clientId)) continue;
    keys.set(place.clientId, { consumer, clientId: place.clientId, secret: place.secret ?? ownSecret });
    if (source === undefined) continue;
    const ofStore = values.get(source.store) ?? [];
    ofStore.push({ key: place.clientId, remote: source.remote });
    values.set(source.store, ofStore);
  }
  const [first] = values;
  const external = first === undefined ? undefined : externalSecretOf(view.config, ownSecret, first[0], first[1]);
  return { keys: [...keys.values()], external };
}

/** `secret` is undefined for the gateway's own. A consumer's second key bears a number. */
function placeOfKey(
  config: ResolvedConfig,
  consumer: string,
  reference: SecretReference,
  taken: ReadonlyMap<string, KeyHolder>,
): { clientId: string; secret: string | undefined } | undefined {
  if (storeSourceOf(config, reference) !== undefined) {
    let number = 1;
    let clientId = consumer;
    while (taken.has(clientId)) clientId = `${consumer}.${++number}`;
    return { clientId, secret: undefined };
  }
  return 'secret' in reference ? { clientId: reference.key, secret: reference.secret } : undefined;
}

/** Whether a reference to an API key can be used on this gateway. */
export function isUsableKey(view: View, consumer: string, reference: SecretReference): boolean {
  const place = placeOfKey(view.config, consumer, reference, new Map());
  if (place === undefined) return false;
  if (place.secret === undefined) return true;
  return identityOf(view).keys.some(
    (key) => key.consumer.name === consumer && key.clientId === place.clientId && key.secret === place.secret,
  );
}

/** The header that carries a claim of a checked token. Providers are told apart where there are several. */
export function claimHeader({ providers }: Identity, { name }: TokenProvider, claim: string): string {
  const plain = claim.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return providers.length === 1 ? `x-aigw-claim-${plain}` : `x-aigw-claim-${name.slice('tokens-'.length)}-${plain}`;
}

/** All headers that the gateway alone may set to tell who asks. */
export function identityHeaders(view: View): readonly string[] {
  const identity = identityOf(view);
  const claims = identity.tokens.flatMap(({ provider, claims }) =>
    Object.keys(claims).map((claim) => claimHeader(identity, provider, claim)),
  );
  return [...new Set([...(identity.keys.length === 0 ? [] : [CONSUMER_HEADER]), ...claims.toSorted()])];
}

/** Alternatives, each a set of header conditions that holds for requests of one or more of the named consumers. */
export function consumerConditions(view: View, names: readonly string[]): readonly (readonly HeaderCondition[])[] {
  const identity = identityOf(view);
  const ids = identity.keys.filter(({ consumer }) => names.includes(consumer.name)).map(({ clientId }) => clientId);
  const keys = ids.length === 0 ? [] : [[{ name: CONSUMER_HEADER, test: { kind: 'words' as const, words: ids } }]];
  const tokens = identity.tokens
    .filter(({ consumer }) => names.includes(consumer.name))
    .map(({ provider, claims }) =>
      Object.entries(claims).map(([claim, words]) => ({
        name: claimHeader(identity, provider, claim),
        test: { kind: 'words' as const, words },
      })),
    );
  return [...keys, ...tokens];
}
