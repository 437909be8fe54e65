// What a request costs, in tokens or in money, as Envoy AI Gateway counts it when the answer is complete: a whole number under a key of
// the request's metadata, which rate limits then take off an allowance.
//
// Facts of v1.0.0 and v1.1.0: in CEL, `backend` is `NAMESPACE/NAME/route/…` of the AIServiceBackend that answered (the API's
// description says `NAME.NAMESPACE`); input_tokens holds the cached ones and those written to the cache; token counts are unsigned.
import type { Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import { digestOf } from './object.ts';
import { type RouteView, serviceName, type View } from './view.ts';

export const METADATA_NAMESPACE = 'io.envoy.ai_gateway';

/** An entry of `llmRequestCosts`, which depends on the route only by the models that answer there. */
export interface Cost {
  readonly key: string;
  /** Of money alone. */
  readonly currency: string | undefined;
  readonly costOf: (route: RouteView) => JsonObject;
}

type Counted = 'total' | 'input' | 'output';

const TOKEN_TYPES = { total: 'TotalToken', input: 'InputToken', output: 'OutputToken' } as const;

/** Tokens of every answer, or of the answers of some models alone. */
export function tokenCost(view: View, counted: Counted, models: readonly string[] | undefined): Cost {
  const plain = `aigw_${counted}_tokens`;
  if (models === undefined)
    return { key: plain, currency: undefined, costOf: () => ({ metadataKey: plain, type: TOKEN_TYPES[counted] }) };
  const key = `${plain}_${digestOf(models.join(' '))}`;
  const terms = (route: RouteView): readonly Term[] =>
    chosen(route, models).map((model) => ({ model, expression: `${counted}_tokens` }));
  return { key, currency: undefined, costOf: (route) => celCost(view, key, terms(route)) };
}

/**
 * Money in parts of its currency: `scale` parts make one. Models with another currency or without a price cost nothing, which a check
 * of the config says.
 */
export function moneyCost(view: View, currency: string, scale: number, models: readonly string[] | undefined): Cost {
  const suffix = models === undefined ? '' : `_${digestOf(models.join(' '))}`;
  const key = `aigw_${currency.toLowerCase()}_${Math.round(Math.log10(scale))}${suffix}`;
  const terms = (route: RouteView): readonly Term[] =>
    chosen(route, models).flatMap((model) => {
      const expression = priceExpression(model, currency, scale);
      return expression === undefined ? [] : [{ model, expression }];
    });
  return { key, currency, costOf: (route) => celCost(view, key, terms(route)) };
}

interface Term {
  readonly model: Resource<'Model'>;
  readonly expression: string;
}

function chosen({ answerers }: RouteView, models: readonly string[] | undefined): readonly Resource<'Model'>[] {
  const unique = [...new Set(answerers.map(({ model }) => model))];
  return unique.filter(({ name }) => models === undefined || models.includes(name));
}

function celCost(view: View, key: string, terms: readonly Term[]): JsonObject {
  const cel = terms.reduceRight(
    (otherwise, { model, expression }) =>
      `backend.startsWith("${view.namespace}/${serviceName(view, model)}/") ? ${expression} : ${otherwise}`,
    '0u',
  );
  return { metadataKey: key, type: 'CEL', cel };
}

/** Parts of a currency for an answer, rounded down; prices are per million tokens. */
function priceExpression({ spec: { price } }: Resource<'Model'>, currency: string, scale: number): string | undefined {
  if (price === undefined || price.currency !== currency) return undefined;
  const { input = 0, output = 0, cachedInput = input, cacheWrite = input, reasoning = output, request = 0 } = price;
  const perToken = scale / 1_000_000;
  const sum = [
    ['input_tokens', input],
    ['cached_input_tokens', cachedInput - input],
    ['cache_creation_input_tokens', cacheWrite - input],
    ['output_tokens', output],
    ['reasoning_tokens', reasoning - output],
  ] as const;
  const parts = sum
    .filter(([, amount]) => amount !== 0)
    .map(([tokens, amount]) => `double(${tokens}) * ${double(amount * perToken)}`);
  const all = request === 0 ? parts : [...parts, double(request * scale)];
  return all.length === 0 ? undefined : `uint(${all.join(' + ')})`;
}

/** A number as CEL's double, without the noise of binary fractions. */
function double(value: number): string {
  const text = String(Number(value.toPrecision(12)));
  return /[.e]/.test(text) ? text : `${text}.0`;
}
