// Presidio, which finds personal data and takes it out: here, addresses of mail.
import { MESSAGE, type Protocol, retryAfter } from './protocol.ts';

export const presidio: Protocol = {
  owns: (path) => path.endsWith('/analyze') || path.endsWith('/anonymize'),
  answer: ({ path, body }) => {
    const text = String(body['text'] ?? '');
    return { json: path.endsWith('/analyze') ? analyze(text) : anonymize(text) };
  },
  failure: (_, error) => error ?? { error: MESSAGE },
  allowance: retryAfter,
};

const EMAIL = /[a-z0-9.]+@[a-z0-9.]+\.[a-z]+/g;

function analyze(text: string): unknown {
  return [...text.matchAll(EMAIL)].map(({ 0: found, index }) => ({
    entity_type: 'EMAIL_ADDRESS',
    start: index,
    end: index + found.length,
    score: 0.99,
  }));
}

function anonymize(text: string): unknown {
  const replacement = '<EMAIL_ADDRESS>';
  const items = [...text.matchAll(EMAIL)].map(({ index }) => ({
    start: index,
    end: index + replacement.length,
    entity_type: 'EMAIL_ADDRESS',
    text: replacement,
    operator: 'replace',
  }));
  return { text: text.replace(EMAIL, replacement), items };
}
