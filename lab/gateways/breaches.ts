// Asks a gateway what is promised of it, and tells where it does otherwise.
import { randomUUID } from 'node:crypto';
import type { RecordedCall } from '../fakes/upstream.ts';
import type { Question, Reply } from './ask.ts';
import type { GatewayUnderTest } from './gateway-under-test.ts';
import type { Expectation, Promised } from './promises.ts';
import { SAMPLE } from './questions.ts';

interface Seen {
  readonly replies: readonly Reply[];
  /** Calls for models that may answer. */
  readonly calls: readonly RecordedCall[];
}

/** What is otherwise than expected, in sentences; empty where the promise is kept. */
export async function breachesOf(gateway: GatewayUnderTest, promised: Promised): Promise<readonly string[]> {
  gateway.forget();
  for (const [model, behaviour] of Object.entries(promised.given)) gateway.behave(model, behaviour);
  try {
    const replies: Reply[] = [];
    for (let count = 0; count < promised.times; count++)
      replies.push(await gateway.ask(freshly(promised.question), promised.as));
    const calls = gateway.calls().filter(({ model, path }) => promised.models.includes(model) && path !== '/ping');
    return CHECKS.flatMap((check) => check(promised.expected, { replies, calls }));
  } finally {
    for (const model of Object.keys(promised.given)) gateway.behave(model, undefined);
  }
}

/** A chat that nobody has asked before, so that no cache answers it: where a prompt takes the place of messages, its variables differ. */
function freshly(question: Question): Question {
  const { messages, prompt_variables: variables, ...body } = (question.body ?? {}) as Readonly<Record<string, unknown>>;
  if (messages === undefined) return question;
  const text = `hello ${randomUUID()}`;
  const fresh = Object.entries((variables ?? {}) as object).map(([name, value]) => {
    const isSample = value === SAMPLE || (Array.isArray(value) && value[0] === SAMPLE);
    return [name, isSample ? (Array.isArray(value) ? [text] : text) : value];
  });
  const more = variables === undefined ? {} : { prompt_variables: Object.fromEntries(fresh) };
  return { ...question, body: { ...body, messages: [{ role: 'user', content: text }], ...more } };
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
  ({ answeredBy }, { calls }) => {
    const last = calls.at(-1)?.model ?? 'nobody';
    return answeredBy === undefined || answeredBy.includes(last)
      ? []
      : [`${last} answered and not ${answeredBy.join(' or ')}`];
  },
  ({ shares }, { calls }) =>
    Object.entries(shares ?? {}).flatMap(([model, percent]) => shareBreach(model, percent, calls)),
  ({ took }, { replies }) =>
    replies
      .filter((reply) => took !== undefined && (reply.took < took.min || reply.took > took.max))
      .map((reply) => `it took ${Math.round(reply.took)} ms and not ${took?.min} to ${took?.max}`),
  ({ body }, { replies }) =>
    body === undefined || replies.every((reply) => reply.body.includes(body))
      ? []
      : [`no answer has ${body}: ${replies[0]?.body.slice(0, 300)}`],
  ({ headers }, { replies }) =>
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      replies[0]?.headers[name] === value ? [] : [`${name} is ${replies[0]?.headers[name]} and not ${value}`],
    ),
  ({ withheld }, { calls }) =>
    calls.flatMap((call) => [
      ...(withheld?.fields ?? []).filter((field) => field in call.body).map((field) => `the upstream got ${field}`),
      ...(withheld?.headers ?? [])
        .filter((name) => name in call.headers)
        .map((name) => `the upstream got ${name}: ${call.headers[name]}`),
    ]),
];

/** Beyond five standard deviations of the binomial distribution, one run of a million would be by chance. */
const DEVIATIONS = 5;

function shareBreach(model: string, percent: number, calls: readonly RecordedCall[]): readonly string[] {
  const [share, count] = [percent / 100, calls.length];
  const hits = calls.filter((call) => call.model === model).length;
  const bound = DEVIATIONS * Math.sqrt(count * share * (1 - share));
  return Math.abs(hits - count * share) <= bound + 1
    ? []
    : [`${model} got ${hits} of ${count}, which is not ${percent} percent`];
}
