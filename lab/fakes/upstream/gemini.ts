// Gemini's protocol, as of AI Studio and Vertex AI.
import { MESSAGE, type Protocol, piecesOf, retryAfter, type Said } from './protocol.ts';

export const gemini: Protocol = {
  owns: (path) => /:(?:streamG|g)enerateContent$/.test(path),
  answer: ({ path }, said) => {
    if (!path.endsWith(':streamGenerateContent')) return { json: content(said, said.text) };
    return { events: piecesOf(said.text).map((text) => `data: ${JSON.stringify(content(said, text))}\n\n`) };
  },
  failure: (status, error) => ({ error: error ?? { code: status, message: MESSAGE, status: kindOf(status) } }),
  allowance: retryAfter,
};

const KINDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

function kindOf(status: number): string {
  return KINDS[status] ?? 'INTERNAL';
}

/** Of a stream, each piece is whole in itself and brings the usage. */
function content({ model, usage: { input, output }, isRefused }: Said, text: string): unknown {
  const finishReason = isRefused ? 'SAFETY' : 'STOP';
  return {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason, index: 0 }],
    usageMetadata: { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output },
    modelVersion: model,
  };
}
