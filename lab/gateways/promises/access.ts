// Who may ask.
import { consumersOf } from '../../../src/config/traffic.ts';
import type { Made, Row, Situation } from './promise.ts';
import { isChat } from './situation.ts';

export const access: readonly Row[] = [
  {
    fields: ['Gateway.consumers', 'Consumer.auth'],
    make: () => {
      // LiteLLM says 400 to a key that it would have to look up in a database which the lab does not run.
      const refusal = { status: [400, 401, 403], asked: [] };
      return [
        { name: 'refuses whoever shows no credential', as: 'nobody', expected: refusal },
        { name: 'refuses whoever shows an unknown one', as: 'stranger', expected: refusal },
      ];
    },
  },
  { fields: ['Route.consumers', 'Consumer.models'], needs: 'consumers', make: refusesOthers },
  {
    fields: ['Route.consumers', 'Consumer.models'],
    needs: 'consumers',
    make: ({ others }) =>
      others.map((other) => ({
        name: `admits ${other.name} as well`,
        of: other,
        as: other,
        expected: { status: [200] },
      })),
  },
  {
    fields: ['Consumer.auth'],
    make: (situation) =>
      isChat(situation)
        ? [{ name: "keeps the caller's credential", expected: { status: [200], withheld: { credential: true } } }]
        : [],
  },
];

function refusesOthers({ source: { config, gateway }, asker, others }: Situation): readonly Made[] {
  return consumersOf(config, gateway)
    .filter((consumer) => consumer !== asker && !others.includes(consumer))
    .map((consumer) => ({
      name: `refuses ${consumer.name}, whom it does not admit`,
      of: consumer,
      as: consumer,
      expected: { status: [401, 403, 404], asked: [] },
    }));
}
