// What a config promises of a gateway, as a table: under these circumstances, this question, asked so, gets this. Derived from the resolved
// config alone, so that every gateway of every repo is asked on whichever target.
import type { Resource } from '../../src/config/model.ts';
import { consumersOf, modelsOf, routesOf } from '../../src/config/traffic.ts';
import { parseDuration } from '../../src/lib/quantity.ts';
import { shortfallsOf } from '../../src/targets/support.ts';
import type { Target } from '../../src/targets/target.ts';
import type { Behaviour } from '../fakes/upstream.ts';
import type { Question } from './ask.ts';
import type { GatewaySource } from './gateway-under-test.ts';
import { questionsOf } from './questions.ts';

type Route = Resource<'Route'>;

export interface Promised {
  /** The route, and what is promised of it. */
  readonly name: string;
  /** How upstreams behave, by the model that they are asked for. */
  readonly given: Readonly<Record<string, Behaviour>>;
  readonly question: Question;
  readonly as: Resource<'Consumer'> | 'stranger' | 'nobody';
  /** How often it is asked. */
  readonly times: number;
  readonly expected: Expectation;
  /** The names of all models that may answer; upstreams are asked for others beside, by guardrails, caches and mirrors. */
  readonly models: readonly string[];
  /** Whether it can only be asked where consumers are told apart. */
  readonly apart?: boolean;
}

export interface Expectation {
  /** The statuses that will do. */
  readonly status: readonly number[];
  /** Which of the route's models upstreams are asked for, in order. */
  readonly asked?: readonly string[];
  /** The models one of which has answered. */
  readonly answeredBy?: readonly string[];
  /** Percent of the questions by the model that answers. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Milliseconds. */
  readonly took?: { readonly min: number; readonly max: number };
  /** Within the reply's body. */
  readonly body?: string;
  /** Of the reply. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields that the upstream must not find in its body, and headers that it must not get. */
  readonly withheld?: { readonly fields: readonly string[]; readonly headers: readonly string[] };
}

/** Everything that is promised of a gateway, but for what its target says that it cannot do. */
export function promisesOf(source: GatewaySource, target: Target): readonly Promised[] {
  const { config, gateway } = source;
  const shortfalls = shortfallsOf(target, config, gateway);
  return routesOf(config, gateway).flatMap(({ resource: route }) => {
    const asker = askerOf(source, route);
    if (asker === undefined) return [];
    const isExcused = ({ field, exactly }: Row) =>
      shortfalls.some(
        ({ field: { resource, name }, support }) =>
          resource === route &&
          (exactly === true || support.status === 'dropped') &&
          (name === field || name.startsWith(`${field}.`)),
      );
    return questionsOf(config, route).flatMap((question) =>
      PROMISES.filter((row) => !isExcused(row)).flatMap(({ make }) =>
        make({ source, route, question, asker }).map((promised) => ({
          times: 1,
          given: {},
          question,
          as: asker,
          models: [
            ...namesOf({ source, route, question, asker }, 'backend'),
            ...namesOf({ source, route, question, asker }, 'fallback'),
          ],
          ...promised,
          name: `${route.name}, asked as ${nameOf(question)}: ${promised.name}`,
        })),
      ),
    );
  });
}

/** How upstreams know a model: by the name that the vendor gives it, which one that passes all names on does not change. */
export function upstreamNameOf({ spec, name }: Resource<'Model'>, question: Question): string {
  if (spec.upstreamModel !== '*') return spec.upstreamModel ?? name;
  return String((question.body as { readonly model?: unknown } | undefined)?.model);
}

interface Situation {
  readonly source: GatewaySource;
  readonly route: Route;
  readonly question: Question;
  readonly asker: Resource<'Consumer'>;
}

type Made = Pick<Promised, 'name' | 'expected'> & Partial<Promised>;

interface Row {
  /** The field of the route that it comes from: where the target drops it, nothing is promised. */
  readonly field: string;
  /** Nor where it is expressed only nearly. */
  readonly exactly?: true;
  readonly make: (situation: Situation) => readonly Made[];
}

const PROMISES: readonly Row[] = [
  { field: 'match', make: reaches },
  { field: 'backends.weight', make: splits },
  { field: 'consumers', make: refuses },
  { field: 'request.body', make: withholdsFields },
  { field: 'request.headers', make: withholdsHeaders },
  { field: 'response.headers', make: setsHeaders },
  { field: 'requires', make: streams },
  { field: 'timeout.total', make: endsInTime },
  { field: 'retry', exactly: true, make: triesAgain },
  { field: 'fallback', make: fallsBack },
];

function reaches(situation: Situation): readonly Made[] {
  const answeredBy = namesOf(situation, 'backend');
  return [{ name: 'reaches its model', expected: { status: [200], answeredBy } }];
}

function splits(situation: Situation): readonly Made[] {
  const shares = new Map<string, number>();
  for (const { name, weight } of modelsIn(situation, 'backend')) shares.set(name, (shares.get(name) ?? 0) + weight);
  if (shares.size < 2) return [];
  return [{ name: 'splits by weight', times: 300, expected: { status: [200], shares: Object.fromEntries(shares) } }];
}

function refuses({ source: { config, gateway }, route }: Situation): readonly Made[] {
  // LiteLLM says 400 to a key that it would have to look up in a database which the lab does not run.
  const refusal = { status: [400, 401, 403], asked: [] };
  const others = consumersOf(config, gateway).filter(({ name }) => route.spec.consumers?.includes(name) === false);
  return [
    { name: 'refuses whoever shows no credential', as: 'nobody', expected: refusal },
    { name: 'refuses whoever shows an unknown one', as: 'stranger', expected: refusal },
    ...others.map((other) => ({
      name: `refuses ${other.name}, whom it does not admit`,
      as: other,
      apart: true,
      expected: { status: [401, 403, 404], asked: [] },
    })),
  ];
}

function withholdsFields({ route, question }: Situation): readonly Made[] {
  const fields = route.spec.request?.body?.remove ?? [];
  if (fields.length === 0 || question.body === undefined) return [];
  const body = { ...(question.body as object), ...Object.fromEntries(fields.map((field) => [field, sampleOf(field)])) };
  const withheld = { fields, headers: [] };
  return [
    { name: 'takes fields out of bodies', question: { ...question, body }, expected: { status: [200], withheld } },
  ];
}

/** A vendor refuses metadata that is no map of texts, and a user who is no text. */
function sampleOf(field: string): unknown {
  return field === 'metadata' ? { lab: 'hello' } : 'hello';
}

function withholdsHeaders({ route, question }: Situation): readonly Made[] {
  const headers = route.spec.request?.headers?.remove ?? [];
  // The credential is a header of every question; others are added.
  const added = Object.fromEntries(headers.filter((name) => name !== 'authorization').map((name) => [name, 'hello']));
  if (headers.length === 0) return [];
  const asked = { ...question, headers: { ...question.headers, ...added } };
  return [
    { name: 'takes headers away', question: asked, expected: { status: [200], withheld: { fields: [], headers } } },
  ];
}

function setsHeaders({ route }: Situation): readonly Made[] {
  const headers = route.spec.response?.headers?.set ?? {};
  if (Object.keys(headers).length === 0) return [];
  return [{ name: 'sets headers of answers', expected: { status: [200], headers } }];
}

/** Only where the upstream streams in the form that clients get: the fakes do so for this protocol. */
function streams({ source: { config }, route, question }: Situation): readonly Made[] {
  const apis = modelsOf(config, route).map(({ model }) => config.find('Provider', model.spec.provider ?? '')?.spec.api);
  if (!question.path.endsWith('/chat/completions') || apis[0] !== 'openai') return [];
  const body = { ...(question.body as object), stream: true };
  return [{ name: 'streams', question: { ...question, body }, expected: { status: [200], body: 'data: [DONE]' } }];
}

/** Long ones are left out: they differ in their number alone. */
const LONGEST = 5000;

function endsInTime(situation: Situation): readonly Made[] {
  const limit = situation.route.spec.timeout?.total;
  const total = limit === undefined ? Number.POSITIVE_INFINITY : parseDuration(limit);
  if (total > LONGEST) return [];
  const given = behaving(situation, ['backend', 'fallback'], { delay: total + 3000 });
  const took = { min: total * 0.8, max: total + 2000 };
  return [{ name: 'gives up in time', given, expected: { status: [408, 500, 502, 503, 504], took } }];
}

function triesAgain(situation: Situation): readonly Made[] {
  const { retry } = situation.route.spec;
  const [primary, ...more] = modelsIn(situation, 'backend');
  if (retry === undefined || primary === undefined || more.length > 0) return [];
  const tries = retry.when.includes('5xx') ? 1 + retry.attempts : 1;
  const asked = Array.from({ length: tries }, () => primary.name);
  const [fallback] = fallbackOf(situation, 'error');
  const given = behaving(situation, ['backend'], { status: 503 });
  const name = tries === 1 ? 'does not try again after a 503' : `tries ${tries} times when upstreams say 503`;
  const expected =
    fallback === undefined ? { status: [502, 503, 500], asked } : { status: [200], asked: [...asked, fallback] };
  return [{ name, given, expected }];
}

function fallsBack(situation: Situation): readonly Made[] {
  const answeredBy = fallbackOf(situation, 'error');
  if (answeredBy.length === 0) return [];
  const status = [200];
  const expected = { status, answeredBy };
  return [
    { name: 'falls back when upstreams say 500', given: behaving(situation, ['backend'], { status: 500 }), expected },
    { name: 'falls back when upstreams hang up', given: behaving(situation, ['backend'], { drop: true }), expected },
  ];
}

function fallbackOf(situation: Situation, cause: 'error'): readonly string[] {
  if (situation.route.spec.fallback?.when.includes(cause) !== true) return [];
  const tier = situation.route.spec.fallback.tiers[0] ?? [];
  const names = new Set(tier.map(({ model }) => model));
  return modelsIn(situation, 'fallback').flatMap(({ model, name }) => (names.has(model.name) ? [name] : []));
}

function behaving(
  situation: Situation,
  roles: readonly ('backend' | 'fallback')[],
  behaviour: Behaviour,
): Readonly<Record<string, Behaviour>> {
  return Object.fromEntries(roles.flatMap((role) => namesOf(situation, role)).map((name) => [name, behaviour]));
}

function namesOf(situation: Situation, role: 'backend' | 'fallback'): readonly string[] {
  return modelsIn(situation, role).map(({ name }) => name);
}

function modelsIn({ source: { config }, route, question }: Situation, role: 'backend' | 'fallback') {
  return modelsOf(config, route)
    .filter((routed) => routed.role === role)
    .map(({ model, weight }) => ({ model, weight, name: upstreamNameOf(model, question) }));
}

/** A consumer whom the route admits, and who may use every model that may answer. */
function askerOf({ config, gateway }: GatewaySource, route: Route): Resource<'Consumer'> | undefined {
  const models = modelsOf(config, route).filter(({ role }) => role !== 'mirror');
  return consumersOf(config, gateway).find(
    ({ name, spec }) =>
      route.spec.consumers?.includes(name) !== false &&
      models.every(
        ({ model }) => spec.models === undefined || spec.models.includes('*') || spec.models.includes(model.name),
      ),
  );
}

function nameOf({ path, body }: Question): string {
  const model = (body as { readonly model?: unknown } | undefined)?.model;
  return typeof model === 'string' ? model : path;
}
