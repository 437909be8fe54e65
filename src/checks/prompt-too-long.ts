import { examplePrompt } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { type ModelCall, modelCallsOf } from '../config/model-calls.ts';
import { answerTokens, type PromptSize, promptSizeOf } from '../config/prompt-size.ts';
import type { ModelSpec } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, type Related, raise } from '../diagnostics/diagnostic.ts';
import { numberText } from '../lib/number-text.ts';
import { type CheckContext, defineCheck } from './check.ts';

const promptOf = (question: number) => `version: "1"
mode: replace
variables: {question: {from: user, maxTokens: ${question}}}
messages: [{role: user, text: "Question: {{question}}"}]`;

/** A part of what a model must take in, or give out, for one request. */
interface Term {
  readonly words: string;
  readonly tokens: number;
}

interface Arguments {
  readonly what: string;
  readonly terms: readonly Term[];
  readonly bound: { readonly words: string; readonly tokens: number };
  readonly estimated: boolean;
}

const promptTooLong = defineDiagnostic<Arguments>({
  code: 'AIGW2044',
  name: 'prompt-too-long',
  severity: 'error',
  summary:
    'A prompt, with its variables, its context and the answer, can be longer than a model or its own limit allows.',
  message: ({ what, terms, bound, estimated }) => {
    const parts = terms.map(({ words, tokens }) => `${numberText(tokens)} for ${words}`).join(' + ');
    return `${what} can take ${estimated ? 'about ' : ''}${numberText(sumOf(terms))} tokens, more than ${bound.words} of ${numberText(bound.tokens)}: ${parts}.`;
  },
  help: ({ terms, bound }) => {
    const largest = terms.toSorted((a, b) => b.tokens - a.tokens)[0];
    const over = sumOf(terms) - bound.tokens;
    return `It is ${numberText(over)} too many: lower what is allowed for ${largest?.words}, or choose a model with more room.`;
  },
  examples: { bad: examplePrompt(promptOf(120_000)), good: examplePrompt(promptOf(100_000)) },
});

export const check = defineCheck({
  kinds: [promptTooLong],
  run: async (context) => {
    const { config } = context;
    const scene: Scene = { config, count: countingOnce(context), sizes: new Map() };
    const findings: Diagnostic[] = [];
    for (const route of config.all('Route')) findings.push(...(await findingsOf(scene, route)));
    return findings;
  },
});

type Route = Resource<'Route'>;
type Tokenizer = ModelSpec['tokenizer'];
type Count = (text: string, tokenizer: Tokenizer) => Promise<number>;

interface Scene {
  readonly config: ResolvedConfig;
  readonly count: Count;
  readonly sizes: Map<string, PromptSize | undefined>;
}

/** Texts come again with every model and every route. */
function countingOnce({ countTokens }: CheckContext): Count {
  const counts = new Map<string, Promise<number>>();
  return (text, tokenizer) => {
    const key = `${tokenizer} ${text}`;
    const count = counts.get(key) ?? countTokens(text, tokenizer);
    counts.set(key, count);
    return count;
  };
}

/** One call of a model, and what of it is known without counting. */
interface Request {
  readonly call: ModelCall;
  readonly size: PromptSize | undefined;
  /** Everything but the fixed text. */
  readonly terms: readonly Term[];
}

async function findingsOf(scene: Scene, route: Route): Promise<readonly Diagnostic[]> {
  const requests = modelCallsOf(scene.config, route).map((call) => requestOf(scene, route, call));
  const findings: Diagnostic[] = [];
  for (const request of requests) {
    findings.push(...(await overWindow(scene, request, route, requests)), ...(await overOwnLimit(scene, request)));
  }
  return findings;
}

function requestOf({ config, sizes }: Scene, route: Route, call: ModelCall): Request {
  const { prompt } = call;
  const context = route.spec.context === undefined ? undefined : config.find('ContextPolicy', route.spec.context);
  const key = `${prompt?.name} ${context?.name}`;
  const size = sizes.has(key) || prompt === undefined ? sizes.get(key) : promptSizeOf(config, prompt, context);
  sizes.set(key, size);
  const takesContext = call.role !== 'step' || size?.variables.some(({ fromContext }) => fromContext) === true;
  const budget = takesContext ? context?.spec.budget.tokens : undefined;
  const variables = (size?.variables ?? []).flatMap(({ name, tokens = 0, fromContext }): readonly Term[] =>
    fromContext && budget !== undefined ? [] : [{ words: name, tokens }],
  );
  const own = call.role !== 'step' && prompt?.spec.mode !== 'replace' ? (longestInput(route) ?? 0) : 0;
  const terms = [
    ...variables,
    { words: `the context ${context?.name}`, tokens: budget ?? 0 },
    { words: "the client's own input", tokens: own },
    { words: 'the answer', tokens: roomForAnswer(call.model) },
  ];
  return { call, size, terms: terms.filter(({ tokens }) => tokens > 0) };
}

/** The most tokens that a client's input can have where every match of the route says so. */
function longestInput({ spec: { match = [] } }: Route): number | undefined {
  const bounds = match.map(({ input }) => input?.tokens?.max);
  const known = bounds.filter((bound) => bound !== undefined);
  return known.length === 0 || known.length < bounds.length ? undefined : Math.max(...known);
}

/** The room kept for the answer. An output as large as the window says that prompt and answer share it. */
function roomForAnswer(model: Resource<'Model'>): number {
  const answer = answerTokens(model) ?? 0;
  return answer >= (model.spec.context?.window ?? 0) ? 0 : answer;
}

async function overWindow(
  { config, count }: Scene,
  { call, size, terms }: Request,
  route: Route,
  requests: readonly Request[],
): Promise<readonly Diagnostic[]> {
  const { model, from, path, prompt } = call;
  const window = model.spec.context?.window;
  const context = route.spec.context === undefined ? undefined : config.find('ContextPolicy', route.spec.context);
  if (window === undefined || (prompt === undefined && context === undefined)) return [];
  const all = await withText({ size, terms }, window, model, count);
  if (all === undefined) return [];
  const what = `${prompt === undefined ? `The context of route ${route.name}` : `Prompt ${prompt.name}`}, sent to model ${model.name},`;
  const bound = { words: 'its window', tokens: window };
  const args = { what, terms: all, bound, estimated: model.spec.tokenizer === 'estimate' };
  const severity = call.role === 'mirror' || isCaught(route, call, requests) ? 'warning' : 'error';
  const related: Related[] = [
    { message: `The window of ${model.name}.`, place: model.placeOf(['spec', 'context', 'window']) },
    ...(context === undefined
      ? []
      : [{ message: 'The room of the context.', place: context.placeOf(['spec', 'budget', 'tokens']) }]),
  ];
  return [
    raise(promptTooLong, args, from.placeOf(prompt === undefined ? ['spec', 'context'] : path), {
      severity,
      related,
    }),
  ];
}

/** All terms, where their sum is above `bound`. A token has at least one byte, so most texts need not be counted. */
async function withText(
  { size, terms }: Pick<Request, 'size' | 'terms'>,
  bound: number,
  model: Resource<'Model'>,
  count: Count,
): Promise<readonly Term[] | undefined> {
  const text = size?.text ?? '';
  if (sumOf(terms) + Buffer.byteLength(text) <= bound) return undefined;
  const all = [{ words: 'the fixed text', tokens: await count(text, model.spec.tokenizer) }, ...terms];
  const filled = all.filter(({ tokens }) => tokens > 0);
  return sumOf(filled) > bound ? filled : undefined;
}

/** What is too long for a model falls back to one with more room. */
function isCaught({ spec }: Route, call: ModelCall, requests: readonly Request[]): boolean {
  if (spec.fallback?.when.includes('context-too-long') !== true) return false;
  const window = call.model.spec.context?.window ?? 0;
  return requests.some(
    ({ call: { role, tier, model } }) =>
      role === 'fallback' && tier > call.tier && (model.spec.context?.window ?? Number.POSITIVE_INFINITY) > window,
  );
}

/** The prompt's own limit, which holds whatever the model. */
async function overOwnLimit({ count }: Scene, { call, size }: Request): Promise<readonly Diagnostic[]> {
  const { prompt, model } = call;
  const limit = prompt?.spec.maxTokens;
  if (prompt === undefined || limit === undefined || size === undefined) return [];
  const terms = size.variables.flatMap(({ name, tokens }) => (tokens === undefined ? [] : [{ words: name, tokens }]));
  const all = await withText({ size, terms }, limit, model, count);
  if (all === undefined) return [];
  const bound = { words: 'its own maxTokens', tokens: limit };
  const args = { what: `Prompt ${prompt.name}`, terms: all, bound, estimated: model.spec.tokenizer === 'estimate' };
  const fits = sumOf(all) - sumOf(terms) <= limit;
  return [raise(promptTooLong, args, prompt.placeOf(['spec', 'maxTokens']), { severity: fits ? 'warning' : 'error' })];
}

function sumOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { tokens }) => sum + tokens, 0);
}
