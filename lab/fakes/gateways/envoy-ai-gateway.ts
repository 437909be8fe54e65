// Envoy AI Gateway, as a real 1.0.0 was scraped, and as internal/metrics/genai.go and metrics_impl.go of it are written.
import { Family, type Labels } from './exposition.ts';
import type { Dialect, Meter, Served, Serving } from './meter.ts';

/** It has Go's client answer without its OpenMetrics, so it speaks Prometheus' own text to everybody. */
export const envoyAiGateway: Dialect = { start, speaksOpenMetrics: false };

/** Go prints bounds from a million on with an exponent, and labels are compared as texts. */
const TOKENS = [
  ...['1', '4', '16', '64', '256', '1024', '4096', '16384', '65536', '262144'],
  ...['1.048576e+06', '4.194304e+06', '1.6777216e+07', '6.7108864e+07'],
];
const SECONDS = Array.from({ length: 14 }, (_, power) => String((2 ** power * 10) / 1000));
const FIRST_TOKEN = [
  ...['0.001', '0.005', '0.01', '0.02', '0.04', '0.06', '0.08', '0.1', '0.25', '0.5', '0.75'],
  ...['1', '2.5', '5', '7.5', '10', '15', '20', '30', '45', '60'],
];
const NEXT_TOKEN = ['0.01', '0.025', '0.05', '0.075', '0.1', '0.15', '0.2', '0.3', '0.4', '0.5', '0.75', '1', '2.5'];

/** Its exporter adds the unit `s` to names, and leaves out `token`. */
function familiesOf() {
  const histogram = (name: string, help: string, bounds: readonly string[]) =>
    new Family({ name, help, type: 'histogram', bounds });
  return {
    tokens: histogram('gen_ai_client_token_usage', 'Tokens of a request or its answer.', TOKENS),
    duration: histogram('gen_ai_server_request_duration_seconds', 'Time until the last byte or token.', SECONDS),
    firstToken: histogram('gen_ai_server_time_to_first_token_seconds', 'Time until a first token.', FIRST_TOKEN),
    nextToken: histogram('gen_ai_server_time_per_output_token_seconds', 'Time for each token after it.', NEXT_TOKEN),
    target: new Family({ name: 'target_info', help: 'Who tells this.', type: 'gauge' }),
  };
}

/** It knows neither backend nor route by name: two gateways that serve the same models differ by nothing but their targets' labels. */
function labelsOf({ model, upstreamModel }: Serving) {
  const answered = {
    gen_ai_operation_name: 'chat',
    gen_ai_original_model: model,
    gen_ai_provider_name: 'openai',
    gen_ai_request_model: upstreamModel,
    gen_ai_response_model: upstreamModel,
    otel_scope_name: 'envoyproxy/ai-gateway',
    otel_scope_schema_url: '',
    otel_scope_version: '',
  };
  return {
    answered,
    // Of a failure it knows only that there was one; which model would have answered stays unknown, whatever was asked for.
    failed: { error_type: '_OTHER', ...answered, gen_ai_response_model: 'unknown' },
    input: { ...answered, gen_ai_token_type: 'input' },
    output: { ...answered, gen_ai_token_type: 'output' },
  } satisfies Record<string, Labels>;
}

const TARGET = {
  service_name: 'ai-gateway',
  telemetry_sdk_language: 'go',
  telemetry_sdk_name: 'opentelemetry',
  telemetry_sdk_version: '1.44.0',
};

function start(serving: Serving): Meter {
  const families = familiesOf();
  const labels = labelsOf(serving);
  families.target.set(0, TARGET, 1);
  return {
    families: Object.values(families),
    count: (served) => countIn(families, labels, served),
  };
}

function countIn(families: ReturnType<typeof familiesOf>, labels: ReturnType<typeof labelsOf>, served: Served): void {
  const { at, seconds, firstToken, inputTokens, outputTokens } = served;
  if (served.status >= 400) {
    families.duration.observe(at, labels.failed, seconds);
    return;
  }
  families.duration.observe(at, labels.answered, seconds);
  families.tokens.observe(at, labels.input, inputTokens);
  families.tokens.observe(at, labels.output, outputTokens);
  if (!served.isStreamed) return;
  families.firstToken.observe(at, labels.answered, firstToken);
  if (outputTokens > 1) families.nextToken.observe(at, labels.answered, (seconds - firstToken) / (outputTokens - 1));
}
