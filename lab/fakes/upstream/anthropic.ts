// Anthropic's protocol.
import { type Answer, type Asked, MESSAGE, type Protocol, piecesOf, type Said } from './protocol.ts';

export const anthropic: Protocol = {
  owns: (path) => /\/v1\/messages(?:\/count_tokens)?$/.test(path),
  answer: (asked, said) => {
    if (asked.path.endsWith('/count_tokens')) return { json: { input_tokens: said.usage.input } };
    return message(asked, said);
  },
  failure: (status, error) => ({ type: 'error', error: error ?? { type: kindOf(status), message: MESSAGE } }),
  allowance: ({ calls, left, wait }) => ({
    'anthropic-ratelimit-requests-limit': String(calls),
    'anthropic-ratelimit-requests-remaining': String(Math.max(0, left)),
    'anthropic-ratelimit-requests-reset': new Date(Date.now() + wait * 1000).toISOString(),
    ...(left < 0 ? { 'retry-after': String(wait) } : {}),
  }),
};

const KINDS: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

function kindOf(status: number): string {
  return KINDS[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

/** Of a stream's usage, the input's comes first, the output's last. */
function message({ body }: Asked, { model, text, usage: { input, output }, isRefused }: Said): Answer {
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model, stop_sequence: null };
  const stop_reason = isRefused ? 'refusal' : 'end_turn';
  if (body['stream'] !== true) {
    const usage = { input_tokens: input, output_tokens: output };
    return { json: { ...head, content: [{ type: 'text', text }], stop_reason, usage } };
  }
  const begun = { ...head, content: [], stop_reason: null, usage: { input_tokens: input, output_tokens: 1 } };
  const delta = { stop_reason, stop_sequence: null };
  return {
    events: [
      event('message_start', { message: begun }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      ...piecesOf(text).map((piece) =>
        event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: piece } }),
      ),
      event('content_block_stop', { index: 0 }),
      event('message_delta', { delta, usage: { output_tokens: output } }),
      event('message_stop', {}),
    ],
  };
}

function event(type: string, part: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...part })}\n\n`;
}
