// Which model answers.
import type { Row, Situation } from './promise.ts';
import { asking, isChat, modelsIn, namesOf } from './situation.ts';

/** By the binomial distribution, a right gateway is then taken for a wrong one less than once in a million times; see breaches.ts. */
const MANY = 300;

export const routing: readonly Row[] = [
  {
    fields: ['Route.match', 'Route.backends.model', 'Model.upstreamModel', 'Gateway.routes'],
    make: (situation) => [
      { name: 'reaches its model', expected: { status: [200], answeredBy: namesOf(situation, 'backend') } },
    ],
  },
  { fields: ['Gateway.routes'], make: answersToNoOtherName },
  {
    fields: ['Route.backends.weight'],
    make: (situation) => {
      const shares = new Map<string, number>();
      for (const { name, weight } of modelsIn(situation, 'backend')) shares.set(name, (shares.get(name) ?? 0) + weight);
      if (shares.size < 2) return [];
      const expected = { status: [200], shares: Object.fromEntries(shares) };
      return [{ name: 'splits by weight', times: MANY, expected }];
    },
  },
  {
    fields: ['Route.mirror'],
    make: (situation) =>
      modelsIn(situation, 'mirror').map(({ name, weight }) => ({
        name: `sends copies of ${weight} percent to ${name}`,
        times: weight === 100 ? 5 : MANY,
        expected: { status: [200], shares: { [name]: weight } },
      })),
  },
];

/** Names are exact here, so that one of them with more at its end is nobody's. */
function answersToNoOtherName(situation: Situation) {
  const { model } = (situation.question.body ?? {}) as { readonly model?: string };
  if (!isChat(situation)) return [];
  const question = asking(situation, { model: `${model}-of-nobody` });
  const expected = { status: [400, 401, 403, 404], asked: [] };
  return [{ name: 'answers to no other name', question, expected }];
}
