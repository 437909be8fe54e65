import { type CelValue, celEnv, celUint, isCelError, parse, plan } from '@bufbuild/cel';
import type { ManifestProblem } from '../problem.ts';
import { at, type Cursor, fault, items, textAt } from './cursor.ts';

/** What Envoy AI Gateway gives a cost expression (internal/llmcostcel of v1.1.0): three texts and unsigned counts. */
const texts = ['backend', 'model', 'route_name'];
const counts = [
  'cached_input_tokens',
  'cache_creation_input_tokens',
  'input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'total_tokens',
];

const environment = celEnv();

/** The cost expressions of an AIGatewayRoute, a GatewayConfig or a QuotaPolicy. */
export function costProblems(object: Cursor): ManifestProblem[] {
  const costs = [...items(object, 'spec', 'llmRequestCosts'), ...items(object, 'spec', 'globalLLMRequestCosts')];
  const quotas = [
    at(object, 'spec', 'serviceQuota'),
    ...items(object, 'spec', 'perModelQuotas').map((quota) => at(quota, 'quota')),
  ];
  return [
    ...costs.filter((cost) => textAt(cost, 'type') === 'CEL').flatMap(celCostProblems),
    ...quotas.flatMap((quota) => expressionProblems(at(quota, 'costExpression'))),
  ];
}

function celCostProblems(cost: Cursor): ManifestProblem[] {
  if (textAt(cost, 'cel') === undefined) return [fault(cost, 'A cost of type CEL needs the field cel.')];
  return expressionProblems(at(cost, 'cel'));
}

function expressionProblems(expression: Cursor): ManifestProblem[] {
  if (typeof expression.value !== 'string') return [];
  const reason = faultOf(expression.value);
  return reason === undefined ? [] : [fault(expression, `The cost expression cannot be used: ${reason}.`)];
}

/** The controller's own test: with no tokens at all, the expression must give a whole number that is not negative. */
function faultOf(text: string): string | undefined {
  try {
    const run = plan(environment, parse(text));
    const result = run(variables(0n));
    if (isCelError(result)) return hinted(result.message);
    const typed = run(variables(1n));
    if (isCelError(typed) && typed.message.includes('overload')) return hinted(typed.message);
    return resultFault(result);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function resultFault(result: CelValue): string | undefined {
  if (typeof result === 'bigint') return result < 0n ? `its value is negative (${result})` : undefined;
  const isUnsigned =
    typeof result === 'object' && result !== null && 'value' in result && typeof result.value === 'bigint';
  return isUnsigned ? undefined : 'its value is not a whole number';
}

function hinted(message: string): string {
  if (message.includes('overload'))
    return `${message}; token counts are unsigned, so a number beside them needs a "u", as in 2u`;
  const known = [...texts, ...counts].sort().join(', ');
  return message.includes('unresolved') ? `it names something that is not there; there are ${known}` : message;
}

function variables(count: bigint): Record<string, CelValue> {
  return Object.fromEntries([
    ...texts.map((name) => [name, 'dummy'] as const),
    ...counts.map((name) => [name, celUint(count)] as const),
  ]);
}
