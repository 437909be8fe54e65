// Asks a gateway what is promised of it, and tells where it does otherwise.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedCall } from '../fakes/upstream.ts';
import type { Question, Reply } from './ask.ts';
import type { GatewayUnderTest } from './gateway-under-test.ts';
import type { Expectation, Promised } from './promises/promise.ts';
import { SAMPLE } from './questions.ts';

interface Seen {
  readonly replies: readonly Reply[];
  /** Calls for models that may answer. */
  readonly calls: readonly RecordedCall[];
  /** All of them. */
  readonly all: readonly RecordedCall[];
  readonly credential: string | undefined;
}

/** What is otherwise than expected, in sentences; empty where the promise is kept. */
export async function breachesOf(gateway: GatewayUnderTest, promised: Promised): Promise<readonly string[]> {
  const first = await ask(gateway, promised);
  return first.length > 0 && mayBeTheClock(promised, first) ? await ask(gateway, promised) : first;
}

/**
 * Whether a promise may be missed once though the gateway keeps it: a window of time may have ended in between, at most once in some seconds, and
 * a machine that does something else for some milliseconds lets a time limit pass, which the gateway then says.
 */
function mayBeTheClock({ before, given, expected }: Promised, breaches: readonly string[]): boolean {
  const isTimed = expected.took !== undefined || Object.values(given).some(({ delay }) => delay !== undefined);
  const hasRunOut = breaches.some((breach) => breach.startsWith('status 408 ') || breach.startsWith('status 504 '));
  return isTimed || hasRunOut || before !== undefined;
}

async function ask(gateway: GatewayUnderTest, promised: Promised): Promise<readonly string[]> {
  await gateway.forget();
  for (const [model, behaviour] of Object.entries(promised.given)) gateway.behave(model, behaviour);
  try {
    if (promised.before !== undefined) {
      await beginOfSecond();
      const { status } = await askOnce(gateway, promised, promised.before.as);
      if (status !== 200) return [`status ${status} and not 200 before anything was spent`];
      await gateway.spend(promised.before.spent);
    }
    const begin = gateway.calls().length;
    const replies: Reply[] = [];
    for (let count = 0; count < promised.times; count++) replies.push(await askOnce(gateway, promised, promised.as));
    if (promised.expected.eventually === true) return await inTheEnd(gateway, promised);
    const seen = () => breachesIn(promised, seenBy(gateway, promised, replies, begin));
    return promised.expected.shares === undefined ? seen() : await lateCopies(seen);
  } finally {
    for (const model of Object.keys(promised.given)) gateway.behave(model, undefined);
  }
}

/** Windows of Envoy's rate limit service are whole seconds of the clock, or whole multiples: one that begins now has room for what is asked. */
async function beginOfSecond(): Promise<void> {
  await sleep(1000 - (Date.now() % 1000));
}

/** Milliseconds. */
const PATIENCE = 5000;

/** Copies for mirrors may come after the answer. */
async function lateCopies(breaches: () => readonly string[]): Promise<readonly string[]> {
  const deadline = performance.now() + PATIENCE;
  while (breaches().length > 0 && performance.now() < deadline) await sleep(100);
  return breaches();
}

async function inTheEnd(gateway: GatewayUnderTest, promised: Promised): Promise<readonly string[]> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const begin = gateway.calls().length;
    const reply = await askOnce(gateway, promised, promised.as);
    const breaches = breachesIn(promised, seenBy(gateway, promised, [reply], begin));
    if (breaches.length === 0 || performance.now() > deadline) return breaches;
    await sleep(100);
  }
}

function askOnce(gateway: GatewayUnderTest, { question }: Promised, as: Promised['as']): Promise<Reply> {
  return gateway.ask(freshly({ ...question, headers: { ...question.headers, ...gateway.credentialOf(as) } }));
}

function seenBy(gateway: GatewayUnderTest, { as, models }: Promised, replies: readonly Reply[], begin: number): Seen {
  // Gateways probe the health of their upstreams by themselves.
  const all = gateway
    .calls()
    .slice(begin)
    .filter(({ path }) => path !== '/ping');
  const credential = gateway.credentialOf(as)['authorization']?.replace('Bearer ', '');
  return { replies, calls: all.filter(({ model }) => models.includes(model)), all, credential };
}

function breachesIn({ expected }: Promised, seen: Seen): readonly string[] {
  return CHECKS.flatMap((check) => check(expected, seen));
}

/** A chat that nobody has asked before, so that no cache answers it. */
function freshly(question: Question): Question {
  if (question.body === undefined) return question;
  const text = `${SAMPLE} ${randomUUID()}`;
  const fresh = (value: unknown): unknown => {
    if (value === SAMPLE) return text;
    if (Array.isArray(value)) return value.map(fresh);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fresh(each)]));
  };
  const { messages, prompt_variables: variables, ...body } = question.body as Readonly<Record<string, unknown>>;
  const said = messages === undefined ? {} : { messages: fresh(messages) };
  const more = variables === undefined ? {} : { prompt_variables: fresh(variables) };
  return { ...question, body: { ...body, ...said, ...more } };
}

type Check = (expected: Expectation, seen: Seen) => readonly string[];

const CHECKS: readonly Check[] = [
  ({ status }, { replies }) =>
    replies
      .filter((reply) => !status.includes(reply.status))
      .slice(0, 1)
      .map((reply) => `status ${reply.status} and not ${status.join(' or ')}: ${reply.body.slice(0, 300)}`),
  ({ asked }, { calls }) => {
    const models = calls.map(({ model }) => model);
    if (asked === undefined || models.join() === asked.join()) return [];
    return [`upstreams were asked for [${models.join(', ')}] and not for [${asked.join(', ')}]`];
  },
  ({ unasked = [] }, { calls }) =>
    calls.filter(({ model }) => unasked.includes(model)).map(({ model }) => `upstreams were asked for ${model}`),
  ({ answeredBy }, { calls }) => {
    const last = calls.at(-1)?.model ?? 'nobody';
    return answeredBy === undefined || answeredBy.includes(last)
      ? []
      : [`${last} answered and not ${answeredBy.join(' or ')}`];
  },
  ({ shares }, { all, replies }) =>
    Object.entries(shares ?? {}).flatMap(([model, percent]) =>
      shareBreach(model, percent, { count: replies.length, hits: all.filter((call) => call.model === model).length }),
    ),
  ({ took }, { replies }) =>
    replies
      .filter((reply) => took !== undefined && (reply.took < took.min || reply.took > took.max))
      .map((reply) => `it took ${Math.round(reply.took)} ms and not ${took?.min} to ${took?.max}`),
  ({ body = [] }, { replies }) =>
    body
      .filter((text) => !replies.every((reply) => reply.body.includes(text)))
      .map((text) => `no answer has ${text}: ${replies[0]?.body.slice(0, 300)}`),
  ({ headers }, { replies }) =>
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      replies[0]?.headers[name] === value ? [] : [`${name} is ${replies[0]?.headers[name]} and not ${value}`],
    ),
  ({ sent }, { calls }) => (sent === undefined ? [] : calls.flatMap((call) => missingIn(call, sent))),
  ({ withheld }, { calls, credential }) =>
    withheld === undefined ? [] : calls.flatMap((call) => leakedIn(call, withheld, credential)),
  ({ keys }, { all }) => (keys === undefined ? [] : all.flatMap((call) => misplacedIn(call, keys))),
];

function missingIn(
  { path, body }: RecordedCall,
  { path: prefix = '', fields = {}, texts = [[]] }: NonNullable<Expectation['sent']>,
): readonly string[] {
  const said = wordsIn(body);
  const missing = texts.map((all) => all.filter((text) => !said.includes(text)));
  return [
    ...(path.startsWith(prefix) ? [] : [`the upstream was asked for ${path}`]),
    ...Object.entries(fields)
      .filter(([name, value]) => JSON.stringify(body[name]) !== JSON.stringify(value))
      .map(
        ([name, value]) => `the upstream got ${name} ${JSON.stringify(body[name])} and not ${JSON.stringify(value)}`,
      ),
    ...(missing.some((none) => none.length === 0) ? [] : [`the upstream did not get: ${missing[0]?.join(' | ')}`]),
  ];
}

/** All texts in a value, one after the other. */
function wordsIn(value: unknown): string {
  if (typeof value === 'string') return `${value}\n`;
  return typeof value === 'object' && value !== null ? Object.values(value).map(wordsIn).join('') : '';
}

function leakedIn(
  { headers, body }: RecordedCall,
  { fields = [], headers: names = [], texts = [], credential: isSecret }: NonNullable<Expectation['withheld']>,
  credential: string | undefined,
): readonly string[] {
  const all = JSON.stringify(headers) + wordsIn(body);
  const secrets = isSecret === true && credential !== undefined ? [credential] : [];
  return [
    ...fields.filter((field) => field in body).map((field) => `the upstream got ${field}`),
    ...names.filter((name) => name in headers).map((name) => `the upstream got ${name}: ${headers[name]}`),
    ...[...texts, ...secrets].filter((text) => all.includes(text)).map((text) => `the upstream got ${text}`),
  ];
}

function misplacedIn({ model, headers }: RecordedCall, keys: Readonly<Record<string, string>>): readonly string[] {
  const shown = JSON.stringify(headers);
  const own = keys[model];
  return [
    ...(own !== undefined && !shown.includes(own) ? [`${model} did not get ${own}`] : []),
    ...new Set(Object.values(keys).filter((key) => key !== own && shown.includes(key))),
  ].map((text) => (text.startsWith(model) ? text : `${model || 'somebody'} got ${text}`));
}

/** Of the chances that a right gateway is taken for a wrong one, the largest. */
const FALSE_ALARM = 1e-6;

function shareBreach(
  model: string,
  percent: number,
  { count, hits }: { readonly count: number; readonly hits: number },
): readonly string[] {
  const share = percent / 100;
  const isFewer = hits < count * share;
  const rarity = isFewer ? chanceOfAtMost(hits, count, share) : chanceOfAtMost(count - hits, count, 1 - share);
  return rarity * 2 > FALSE_ALARM ? [] : [`${model} got ${hits} of ${count}, which is not ${percent} percent`];
}

/** Of the binomial distribution; summed up by logarithms, since its terms are too small for numbers. */
function chanceOfAtMost(hits: number, count: number, share: number): number {
  if (share <= 0 || hits >= count) return 1;
  if (share >= 1) return 0;
  let term = count * Math.log(1 - share);
  let chance = Math.exp(term);
  for (let k = 1; k <= hits; k++) {
    term += Math.log((count - k + 1) / k) + Math.log(share / (1 - share));
    chance += Math.exp(term);
  }
  return Math.min(1, chance);
}
