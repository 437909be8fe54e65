// Bedrock: Converse, and its guardrails. Streams are left out: they are binary.
import { MESSAGE, type Protocol, retryAfter, type Said } from './protocol.ts';

export const bedrock: Protocol = {
  owns: (path) => path.includes('/converse') || path.includes('/guardrail/'),
  answer: ({ path }, said) => ({ json: path.includes('/guardrail/') ? verdict(said) : converse(said) }),
  failure: (_, error) => error ?? { message: MESSAGE },
  allowance: retryAfter,
};

function converse({ text, usage: { input, output }, isRefused }: Said): unknown {
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: isRefused ? 'content_filtered' : 'end_turn',
    usage: { inputTokens: input, outputTokens: output, totalTokens: input + output },
    metrics: { latencyMs: 1 },
  };
}

function verdict({ isRefused }: Said): unknown {
  if (!isRefused) return { action: 'NONE', outputs: [], assessments: [] };
  const topics = [{ name: 'lab', type: 'DENY', action: 'BLOCKED' }];
  return {
    action: 'GUARDRAIL_INTERVENED',
    outputs: [{ text: 'held back' }],
    assessments: [{ topicPolicy: { topics } }],
  };
}
