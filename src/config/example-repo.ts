// The repo that the examples of diagnostics start from: small, complete, without a finding.

/** Replaces parts of the example repo's text; a part that is not there is a fault of the example. */
export function exampleRepo(...edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the example repo does not contain ${JSON.stringify(from)}`);
    return text.replace(from, () => to);
  }, EXAMPLE);
}

/** The example repo with a prompt around its route, named answer; `spec` is the prompt's, in YAML. What its target cannot do is let pass. */
export function examplePrompt(spec: string): string {
  const prompt = `apiVersion: aigw.dev/v1alpha1\nkind: Prompt\nmetadata: {name: answer}\nspec:\n${spec.replace(/^/gm, '  ')}\n  onUnsupported: warn`;
  return `${exampleRepo(['  backends:', '  prompt: answer\n  backends:'])}---\n${prompt}\n`;
}

/** The example repo with a budget on its gateway, named spending; `spec` is the budget's, in YAML. */
export function exampleBudget(spec: string, ...edits: readonly (readonly [from: string, to: string])[]): string {
  const budget = `apiVersion: aigw.dev/v1alpha1\nkind: Budget\nmetadata: {name: spending}\nspec:\n${spec.replace(/^/gm, '  ')}`;
  return `${exampleRepo(['  limits: [fair-share]', '  limits: [fair-share]\n  budgets: [spending]'], ...edits)}---\n${budget}\n`;
}

const EXAMPLE = `apiVersion: aigw.dev/v1alpha1
kind: Repository
metadata: {name: example}
spec: {environments: [dev, prod]}
---
apiVersion: aigw.dev/v1alpha1
kind: Provider
metadata: {name: openai}
spec: {api: openai, url: https://api.openai.com/v1, credential: {env: OPENAI_API_KEY}}
---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: large}
spec:
  provider: openai
  upstreamModel: gpt-5.1
  context: {window: 128000, output: 16000}
  capabilities: [chat, tools, streaming]
  price: {currency: USD, input: 1.25, output: 10}
---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: small}
spec:
  provider: openai
  upstreamModel: gpt-5-mini
  context: {window: 128000, output: 16000}
  capabilities: [chat, tools, streaming]
  price: {currency: USD, input: 0.25, output: 2}
---
apiVersion: aigw.dev/v1alpha1
kind: Limit
metadata: {name: fair-share}
spec:
  for: {each: consumer}
  allow: [{requests: 600, per: 1m}]
  onUnsupported: warn
---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: app}
spec:
  auth: [{name: key, apiKey: {env: APP_KEY}}]
  models: [large, small]
---
apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: chat}
spec:
  match: [{model: large}]
  backends: [{name: main, model: large, weight: 100}]
  fallback:
    tiers: [[{model: small}]]
---
apiVersion: aigw.dev/v1alpha1
kind: Gateway
metadata: {name: llm}
spec:
  target: {type: litellm, version: "1.106"}
  listeners: [{name: http, port: 4000, protocol: http}]
  routes: [chat]
  consumers: [app]
  limits: [fair-share]
`;
