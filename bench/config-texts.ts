import type { SourceText } from '../src/diagnostics/source.ts';

/** Texts of small documents as config repos hold them: models, routes, limits and prompts in turn, ten to a file. */
export function configTexts(files: number): readonly SourceText[] {
  return Array.from({ length: files }, (_, index) => sourceOf(index));
}

/** How many documents each text holds. */
export const documentsPerText = 10;

function sourceOf(index: number): SourceText {
  const documents = Array.from({ length: documentsPerText }, (_, at) => documentOf(index * documentsPerText + at));
  return { path: `routes/${index}.yaml`, text: documents.join('---\n') };
}

function documentOf(id: number): string {
  const name = `item-${id}`;
  switch (id % 4) {
    case 0:
      return `# What ${name} costs is agreed until summer.
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: ${name}, team: platform}
spec:
  provider: openai
  upstreamModel: gpt-5.1
  context: {window: 400000, output: 32000}      # tokens
  capabilities: [chat, tools, streaming]
  price: {currency: USD, input: 1.25, cachedInput: 0.125, output: 10.00}
`;
    case 1:
      return `apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: ${name}}
spec:
  match:
    - {model: product, input: {tokens: {max: 2000}}}
    - model: hard-question
      consumer: support-bot
  prompt: product-answer
  context: customer-session
  backends:
    - {name: stable, model: product-expert, weight: 90}
    - {name: next, model: product-expert-2, weight: 10}
  fallback:
    when: [error, timeout, rate-limited, context-too-long]
    tiers:
      - [{model: gpt-large}]
  retry: {attempts: 2, when: [connect, 5xx, 429], backoff: {initial: 200ms, max: 5s}}
  timeout: {firstToken: 5s, total: 60s}
  limits: [per-consumer]
  rollout: careful
`;
    case 2:
      return `apiVersion: aigw.dev/v1alpha1
kind: Limit
metadata: {name: ${name}}
spec:
  for: {each: consumer}
  allow:
    - {tokens: 200000, per: 1m}
    - {requests: 600, per: 1m, burst: 60}
  concurrency: 20
  exceeded: {status: 429, message: "Your team's share is used up; ask in #ai-platform."}
`;
    default:
      return `apiVersion: aigw.dev/v1alpha1
kind: Prompt
metadata: {name: ${name}}
spec:
  version: "3"
  variables:
    question: {type: string, maxTokens: 1500, from: user}
    documents: {type: list, maxTokens: 6000, from: context}
  messages:
    - role: system
      text: |
        You answer for CognitoTech's customers, from the documents alone.
        Where they do not say, say so, and offer to ask a colleague.

        {{documents}}
    - {role: user, text: "{{question}}"}
`;
  }
}
