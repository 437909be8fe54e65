import { examplePrompt } from '../config/example-repo.ts';
import { holdersOf, limitsHeldBy, type Metering, meteringOf } from '../config/metering.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import type { ModelCall } from '../config/model-calls.ts';
import { promptSizeOf } from '../config/prompt-size.ts';
import type { Rate } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Path } from '../lib/json.ts';
import { numberText } from '../lib/number-text.ts';
import { type CheckContext, defineCheck } from './check.ts';

const PROMPT = `version: "1"
messages: [{role: system, text: "You answer for the customers of a shop for outdoor equipment, kindly and in one sentence."}]`;
const EXAMPLE = examplePrompt(PROMPT);

interface Arguments {
  readonly rate: Rate;
  /** Who allows it, in words. */
  readonly allower: string;
  readonly route: string;
  /** What a request takes, in words. */
  readonly taking: string;
  readonly least: number;
  readonly most: number;
}

const limitBelowRequest = defineDiagnostic<Arguments>({
  code: 'AIGW2054',
  name: 'limit-below-request',
  severity: 'error',
  summary: 'A limit allows fewer tokens in its window than a single request takes.',
  message: ({ rate, allower, route, taking, least, most }) => {
    const allowed = `${allower} allows ${numberText(allowedBy(rate))} ${rate.count === 'input' ? 'input tokens' : 'tokens'} per ${rate.per}`;
    return least > allowedBy(rate)
      ? `${allowed}, but ${taking} has at least ${numberText(least)}: no request of route ${route} can ever pass.`
      : `${allowed}, but ${taking} can have ${numberText(most)}: the longest requests of route ${route} never pass.`;
  },
  help: ({ least, most, rate }) =>
    `Allow at least ${numberText(Math.max(least, most))} tokens, choose a window longer than ${rate.per}, or shorten the prompt.`,
  examples: {
    bad: EXAMPLE.replace('{requests: 600, per: 1m}', '{tokens: 10, per: 1m}'),
    good: EXAMPLE.replace('{requests: 600, per: 1m}', '{tokens: 10000, per: 1m}'),
  },
});

export const check = defineCheck({
  kinds: [limitBelowRequest],
  run: async (context) => {
    const findings: Diagnostic[] = [];
    const requests = requestsIn(context.config, meteringOf(context.config));
    for (const bound of boundsIn(context.config, meteringOf(context.config), requests)) {
      for (const request of bound.requests) {
        if (request.longest > allowedBy(bound.rate)) findings.push(...(await findingsOf(context, bound, request)));
      }
    }
    return findings;
  },
});

type Route = Resource<'Route'>;
type Limit = Resource<'Limit'>;

/** A token rate, and the requests that it holds for. */
interface Bound {
  readonly rate: Rate;
  readonly resource: Resource;
  readonly path: Path;
  readonly allower: string;
  readonly requests: readonly Request[];
}

/** A call of a model, and what is known of its length. */
interface Request {
  readonly route: Route;
  readonly call: ModelCall;
  /** The text that is always there. */
  readonly text: string;
  /** Tokens that are always there besides. */
  readonly least: number;
  /** Tokens that may come on top. */
  readonly more: number;
  /** No request has more tokens than this: a token has at least one byte, so most texts need not be counted. */
  readonly longest: number;
}

function requestsIn(config: ResolvedConfig, { callsOf }: Metering): ReadonlyMap<Route, readonly Request[]> {
  return new Map(
    config.all('Route').map((route) => [route, callsOf(route).flatMap((call) => requestOf(config, route, call) ?? [])]),
  );
}

function requestOf(config: ResolvedConfig, route: Route, call: ModelCall): Request | undefined {
  const { role, prompt } = call;
  const context = route.spec.context === undefined ? undefined : config.find('ContextPolicy', route.spec.context);
  const size = prompt === undefined ? { text: '', variables: [] } : promptSizeOf(config, prompt, context);
  if (size === undefined) return undefined;
  const own = role !== 'step' && prompt?.spec.mode !== 'replace';
  const mins = (route.spec.match ?? []).map(({ input }) => input?.tokens?.min ?? 0);
  const least = own && mins.length > 0 ? Math.min(...mins) : 0;
  const more = size.variables.reduce((sum, { tokens = 0 }) => sum + tokens, 0);
  return { route, call, text: size.text, least, more, longest: Buffer.byteLength(size.text) + least + more };
}

function boundsIn(
  config: ResolvedConfig,
  metering: Metering,
  byRoute: ReadonlyMap<Route, readonly Request[]>,
): readonly Bound[] {
  const all = [...byRoute.values()].flat();
  const byModel = Map.groupBy(all, ({ call }) => call.model);
  const longest = all.reduce((most, request) => Math.max(most, request.longest), 0);
  const limits = [...routesByLimit(config, metering, longest)].flatMap(([limit, routes]) => {
    const { models } = limit.spec.for;
    const requests = [...routes].flatMap((route) => byRoute.get(route) ?? []);
    const held = requests.filter(({ call }) => models?.includes(call.model.name) ?? true);
    return boundsOf(limit, `Limit ${limit.name}`, ['spec', 'allow'], limit.spec.allow, held);
  });
  const quotas = config.all('Model').flatMap((model) => {
    const allower = `The quota of model ${model.name}`;
    return boundsOf(model, allower, ['spec', 'quota'], model.spec.quota, byModel.get(model) ?? []);
  });
  return [...limits, ...quotas];
}

function boundsOf(
  resource: Resource,
  allower: string,
  path: Path,
  rates: readonly Rate[] = [],
  requests: readonly Request[] = [],
): readonly Bound[] {
  return rates.flatMap((rate, index) =>
    isBounding(rate) ? [{ rate, resource, path: [...path, index, 'tokens'], allower, requests }] : [],
  );
}

function isBounding({ tokens, count }: Rate): boolean {
  return tokens !== undefined && count !== 'output';
}

/** The routes whose requests are counted by each limit that the longest request may not fit, whoever is held to it. */
function routesByLimit(
  config: ResolvedConfig,
  { trafficOf }: Metering,
  longest: number,
): ReadonlyMap<Limit, ReadonlySet<Route>> {
  const lists = new Map<Limit, Set<readonly Route[]>>();
  for (const holder of holdersOf(config)) {
    for (const { resource: limit } of limitsHeldBy(config, holder)) {
      if (limit.spec.allow?.some((rate) => isBounding(rate) && allowedBy(rate) < longest) !== true) continue;
      lists.set(limit, (lists.get(limit) ?? new Set()).add(trafficOf(holder).routes));
    }
  }
  return new Map([...lists].map(([limit, routes]) => [limit, new Set([...routes].flat())]));
}

async function findingsOf(
  { countTokens }: CheckContext,
  { rate, resource, path, allower }: Bound,
  { route, call, text, least, more }: Request,
): Promise<readonly Diagnostic[]> {
  const { prompt, model, from, path: callPath } = call;
  const allowed = allowedBy(rate);
  const fixed = text === '' ? least : least + (await countTokens(text, model.spec.tokenizer));
  const most = fixed + more;
  if (most <= allowed) return [];
  const taking = prompt === undefined ? 'a request' : `prompt ${prompt.name}`;
  const args = { rate, allower, route: route.name, taking, least: fixed, most };
  const place = prompt === undefined ? route.placeOf(['spec', 'match']) : from.placeOf(callPath);
  return [
    raise(limitBelowRequest, args, resource.placeOf(path), {
      severity: fixed > allowed ? 'error' : 'warning',
      related: [{ message: 'What the request takes follows from this.', place }],
    }),
  ];
}

function allowedBy({ tokens = 0, burst = 0 }: Rate): number {
  return tokens + burst;
}
