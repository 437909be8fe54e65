// OpenAI's protocol, which Azure, Mistral, vLLM and others speak too: chats, older completions, responses, embeddings and moderation.
import { embed, inputsOf } from './embedding.ts';
import { type Answer, type Asked, MESSAGE, type Protocol, piecesOf, type Said, type Usage } from './protocol.ts';

/** Whatever nobody else claims is taken for a chat. */
export const openai: Protocol = {
  owns: () => true,
  answer: (asked, said) => {
    const { path, method } = asked;
    if (method === 'GET' && path.endsWith('/models')) return { json: models(asked) };
    if (path.endsWith('/moderations')) return { json: moderation(asked, said) };
    if (path.includes('/embeddings')) return { json: embeddings(asked, said) };
    if (path.endsWith('/responses')) return response(asked, said);
    if (/(?<!chat|fim)\/completions$/.test(path)) return completion(asked, said, LEGACY);
    return completion(asked, said, CHAT);
  },
  failure: (status, error) => ({ error: error ?? { message: MESSAGE, param: null, ...kindOf(status) } }),
  allowance: ({ calls, left, wait }) => ({
    'x-ratelimit-limit-requests': String(calls),
    'x-ratelimit-remaining-requests': String(Math.max(0, left)),
    'x-ratelimit-reset-requests': `${wait}s`,
    ...(left < 0 ? { 'retry-after': String(wait) } : {}),
  }),
};

function kindOf(status: number): { readonly type: string; readonly code: string | null } {
  if (status === 401) return { type: 'invalid_request_error', code: 'invalid_api_key' };
  if (status === 404) return { type: 'invalid_request_error', code: 'model_not_found' };
  if (status === 429) return { type: 'requests', code: 'rate_limit_exceeded' };
  return { type: status < 500 ? 'invalid_request_error' : 'server_error', code: null };
}

/** The two forms in which a completion comes. */
interface Form {
  readonly id: string;
  readonly object: string;
  readonly chunk: string;
  readonly whole: (text: string) => object;
  readonly piece: (text: string) => object;
  /** What the last piece has in place of a text. */
  readonly last: object;
}

const CHAT: Form = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  chunk: 'chat.completion.chunk',
  whole: (content) => ({ message: { role: 'assistant', content } }),
  piece: (content) => ({ delta: { role: 'assistant', content } }),
  last: { delta: {} },
};

const LEGACY: Form = {
  id: 'cmpl-1',
  object: 'text_completion',
  chunk: 'text_completion',
  whole: (text) => ({ text, logprobs: null }),
  piece: (text) => ({ text, logprobs: null }),
  last: { text: '', logprobs: null },
};

/** A stream has a piece for the usage at its end where it is asked for. */
function completion({ body }: Asked, { model, text, usage, isRefused }: Said, form: Form): Answer {
  const { id, object, chunk } = form;
  const finish = isRefused ? 'content_filter' : 'stop';
  const choice = (part: object, finish_reason: string | null) => ({ index: 0, ...part, finish_reason });
  if (body['stream'] !== true) {
    const choices = [choice(form.whole(text), finish)];
    return { json: { id, object, created: 1, model, choices, usage: usageOf(usage) } };
  }
  const event = (part: object) => `data: ${JSON.stringify({ id, object: chunk, created: 1, model, ...part })}\n\n`;
  const { include_usage } = (body['stream_options'] ?? {}) as { readonly include_usage?: boolean };
  return {
    events: [
      ...piecesOf(text).map((piece) => event({ choices: [choice(form.piece(piece), null)] })),
      event({ choices: [choice(form.last, finish)] }),
      ...(include_usage === true ? [event({ choices: [], usage: usageOf(usage) })] : []),
      'data: [DONE]\n\n',
    ],
  };
}

function usageOf({ input, output }: Usage): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

/** The events of a stream are numbered, and the last one brings the whole with its usage. */
function response({ body }: Asked, { model, text, usage: { input, output }, isRefused }: Said): Answer {
  const content = isRefused ? { type: 'refusal', refusal: text } : { type: 'output_text', text, annotations: [] };
  const message = { type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content: [content] };
  const usage = { input_tokens: input, output_tokens: output, total_tokens: input + output };
  const head = { id: 'resp_1', object: 'response', created_at: 1, model };
  const whole = { ...head, status: 'completed', output: [message], usage };
  if (body['stream'] !== true) return { json: whole };
  const place = { item_id: message.id, output_index: 0, content_index: 0 };
  const events: readonly object[] = [
    { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { ...message, status: 'in_progress', content: [] } },
    ...piecesOf(text).map((delta) => ({ type: 'response.output_text.delta', ...place, delta })),
    { type: 'response.output_text.done', ...place, text },
    { type: 'response.output_item.done', output_index: 0, item: message },
    { type: 'response.completed', response: whole },
  ];
  return { events: events.map(numbered) };
}

function numbered(event: object, sequence_number: number): string {
  const { type } = event as { readonly type: string };
  return `event: ${type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`;
}

/** As numbers, or as OpenAI's own clients ask for them: 32-bit floats, little-endian, in base64. */
function embeddings({ body }: Asked, { model, usage: { input } }: Said): unknown {
  const dimensions = typeof body['dimensions'] === 'number' ? body['dimensions'] : undefined;
  const data = inputsOf(body['input']).map((text, index) => {
    const vector = embed(text, dimensions);
    const coded = () => Buffer.from(new Float32Array(vector).buffer).toString('base64');
    return { object: 'embedding', index, embedding: body['encoding_format'] === 'base64' ? coded() : vector };
  });
  return { object: 'list', model, data, usage: { prompt_tokens: input, total_tokens: input } };
}

function moderation({ body }: Asked, { model, isRefused: flagged }: Said): unknown {
  const results = inputsOf(body['input']).map(() => ({
    flagged,
    categories: { violence: flagged },
    category_scores: { violence: flagged ? 0.99 : 0.01 },
  }));
  return { id: 'modr-1', model, results };
}

function models({ models }: Asked): unknown {
  return { object: 'list', data: models().map((id) => ({ id, object: 'model', created: 1, owned_by: 'lab' })) };
}
