// Cohere's embeddings.
import { embed, inputsOf } from './embedding.ts';
import { MESSAGE, type Protocol, retryAfter } from './protocol.ts';

export const cohere: Protocol = {
  owns: (path) => path.endsWith('/v2/embed'),
  answer: ({ body }, { usage: { input } }) => {
    const texts = inputsOf(body['texts']);
    const embeddings = { float: texts.map((text) => embed(text)) };
    return { json: { id: 'embed-1', texts, embeddings, meta: { billed_units: { input_tokens: input } } } };
  },
  failure: (_, error) => error ?? { message: MESSAGE },
  allowance: retryAfter,
};
