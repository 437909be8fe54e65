// What comes back.
import type { Made, Row, Situation } from './promise.ts';
import { apiOf, asking, isChat, modelsIn } from './situation.ts';

export const answers: readonly Row[] = [
  {
    fields: ['Route.response.headers'],
    make: ({ route }) => {
      const headers = route.spec.response?.headers?.set ?? {};
      if (Object.keys(headers).length === 0) return [];
      return [{ name: 'sets headers of answers', expected: { status: [200], headers } }];
    },
  },
  { fields: ['Route.api.deprecated', 'Route.api.sunset'], make: announces },
  { fields: ['Model.capabilities'], make: streams },
];

/** In the words of RFC 9745 and RFC 8594. */
function announces({ route }: Situation): readonly Made[] {
  const { deprecated, sunset } = route.spec.api ?? {};
  const headers = {
    ...(deprecated === undefined ? {} : { deprecation: `@${Date.parse(deprecated) / 1000}` }),
    ...(sunset === undefined ? {} : { sunset: new Date(sunset).toUTCString() }),
  };
  if (Object.keys(headers).length === 0) return [];
  return [{ name: 'tells of its end', expected: { status: [200], headers } }];
}

/** Only where the upstream streams in the form that clients get: the fakes do so for this protocol. */
function streams(situation: Situation): readonly Made[] {
  const [primary] = modelsIn(situation, 'backend');
  if (!isChat(situation) || primary === undefined || apiOf(situation, primary.model) !== 'openai') return [];
  const question = asking(situation, { stream: true });
  return [{ name: 'streams', question, expected: { status: [200], body: ['data: [DONE]'] } }];
}
