// What the real gateways count of a request: names, labels and buckets.
import { Family, type Labels } from './exposition.ts';

/** A request that a gateway has answered. */
export interface Served {
  readonly model: string;
  readonly status: number;
  /** Seconds until the whole answer was there, and until its first token. */
  readonly seconds: number;
  readonly firstToken: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars. */
  readonly cost: number;
}

export interface Meter {
  readonly families: readonly Family[];
  readonly count: (served: Served) => void;
}

export type Dialect = 'envoy-ai-gateway' | 'litellm';

export const METERS: Readonly<Record<Dialect, () => Meter>> = {
  'envoy-ai-gateway': envoyMeter,
  litellm: litellmMeter,
};

/** Read in internal/metrics/genai.go of Envoy AI Gateway 1.0.0; its exporter adds the unit `s` to names and leaves `token` out. */
function envoyMeter(): Meter {
  const tokens = new Family(
    'gen_ai_client_token_usage',
    'Number of tokens processed.',
    Array.from({ length: 14 }, (_, power) => 4 ** power),
  );
  const latency = new Family(
    'gen_ai_server_request_duration_seconds',
    'Time until the last byte or token.',
    Array.from({ length: 14 }, (_, power) => Number((0.01 * 2 ** power).toFixed(2))),
  );
  const firstToken = new Family(
    'gen_ai_server_time_to_first_token_seconds',
    'Time until the first token of a streamed answer.',
    [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60],
  );
  return {
    families: [tokens, latency, firstToken],
    count: ({ model, status, seconds, firstToken: first, inputTokens, outputTokens }) => {
      const labels: Labels = {
        gen_ai_operation_name: 'chat',
        gen_ai_provider_name: 'openai',
        gen_ai_original_model: model,
        gen_ai_request_model: model,
        gen_ai_response_model: model,
      };
      // It knows of failures alone that there was one, and counts no tokens then.
      latency.observe(status < 400 ? labels : { ...labels, error_type: '_OTHER' }, seconds);
      if (status >= 400) return;
      firstToken.observe(labels, first);
      tokens.observe({ ...labels, gen_ai_token_type: 'input' }, inputTokens);
      tokens.observe({ ...labels, gen_ai_token_type: 'output' }, outputTokens);
    },
  };
}

/** Read in types/integrations/prometheus.py of LiteLLM 1.106.2; the labels that say who asked are the same for all here. */
function litellmMeter(): Meter {
  const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 420, 600];
  const requests = new Family('litellm_proxy_total_requests_metric', 'Requests to the proxy.');
  const failures = new Family('litellm_proxy_failed_requests_metric', 'Requests to the proxy that failed.');
  const latency = new Family('litellm_request_total_latency_metric', 'Seconds of a request.', bounds);
  const input = new Family('litellm_input_tokens_metric', 'Tokens of requests.');
  const output = new Family('litellm_output_tokens_metric', 'Tokens of answers.');
  const spend = new Family('litellm_spend_metric', 'Dollars spent.');
  return {
    families: [requests, failures, latency, input, output, spend],
    count: ({ model, status, seconds, inputTokens, outputTokens, cost }) => {
      const who = {
        end_user: 'None',
        hashed_api_key: 'lab',
        api_key_alias: 'lab',
        team: 'lab',
        team_alias: 'lab',
        user: 'lab',
      };
      const common = { ...who, requested_model: model, model_id: `${model}/only`, api_provider: 'openai' };
      requests.add({ ...common, status_code: String(status), route: '/v1/chat/completions' });
      if (status >= 400) {
        failures.add({ ...common, exception_status: String(status), exception_class: 'Openai.InternalServerError' });
        return;
      }
      latency.observe({ ...common, model, model_group: model }, seconds);
      input.add({ ...common, model }, inputTokens);
      output.add({ ...common, model }, outputTokens);
      spend.add({ ...common, model }, cost);
    },
  };
}
