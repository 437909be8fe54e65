// LiteLLM's proxy, as a real 1.106.2 was scraped, and as integrations/prometheus.py and types/integrations/prometheus.py of it are written.
// The real one wants a key for this unless require_auth_for_metrics_endpoint is false; the fake asks for none.
import { Family, type Labels } from './exposition.ts';
import type { Dialect, Meter, Served, Serving } from './meter.ts';

export const litellm: Dialect = { start, speaksOpenMetrics: true };

/** As Python prints numbers. */
const SECONDS = [
  ...['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1.0', '2.0', '5.0', '10.0', '30.0', '60.0'],
  ...['120.0', '300.0', '420.0', '600.0'],
];
/** Those of Python's client where nobody says otherwise, as for this one histogram. */
const USUAL = [
  ...['0.005', '0.01', '0.025', '0.05', '0.075', '0.1', '0.25', '0.5', '0.75'],
  ...['1.0', '2.5', '5.0', '7.5', '10.0'],
];

function familiesOf() {
  const counter = (name: string, help: string) => new Family({ name, help, type: 'counter', isDated: true });
  const histogram = (name: string, help: string, bounds = SECONDS) =>
    new Family({ name, help, type: 'histogram', bounds, isDated: true });
  return {
    failed: counter('litellm_proxy_failed_requests_metric', 'Requests that clients saw fail.'),
    requests: counter('litellm_proxy_total_requests_metric', 'Requests of clients.'),
    duration: histogram('litellm_request_total_latency_metric', 'Seconds of a request.'),
    upstream: histogram('litellm_llm_api_latency_metric', 'Seconds of the call to the upstream.'),
    firstToken: histogram('litellm_llm_api_time_to_first_token_metric', 'Seconds until a first token.'),
    spend: counter('litellm_spend_metric', 'Dollars spent.'),
    tokens: counter('litellm_total_tokens_metric', 'Tokens of requests and answers.'),
    input: counter('litellm_input_tokens_metric', 'Tokens of requests.'),
    output: counter('litellm_output_tokens_metric', 'Tokens of answers.'),
    state: new Family({ name: 'litellm_deployment_state', help: '0 well, 1 failed lately, 2 out.', type: 'gauge' }),
    successes: counter('litellm_deployment_success_responses', 'Calls to a deployment that went well.'),
    failures: counter('litellm_deployment_failure_responses', 'Calls to a deployment that failed.'),
    calls: counter('litellm_deployment_total_requests', 'Calls to a deployment.'),
    perToken: histogram('litellm_deployment_latency_per_output_token', 'Seconds for each token of an answer.', USUAL),
    upstreamFailed: counter('litellm_llm_api_failed_requests_metric', 'Calls to an upstream that failed.'),
  };
}

type Families = ReturnType<typeof familiesOf>;

/** Whoever has the master key, which belongs to no team. */
const KEY = { hashed_api_key: 'litellm_proxy_master_key', api_key_alias: 'None' };
const TEAM = { team: 'None', team_alias: 'None' };
const ORGANISATION = { org_id: 'None', org_alias: 'None' };
const USER = { end_user: 'None', user: 'default_user_id' };
const CLIENT = { client_ip: '127.0.0.1', user_agent: 'lab' };

/** The labels of its families, which differ from one to another as told here. */
function labelsOf({ model, upstreamModel, variant }: Serving) {
  const model_id = `${model}-${variant}`;
  const served = { model_id, api_provider: 'openai', requested_model: model };
  const api_base = `http://${variant}.lab/v1`;
  const deployment = { litellm_model_name: upstreamModel, model_id, api_base, api_provider: 'openai' };
  const call = { ...deployment, ...KEY, ...TEAM, model_group: model };
  const answered = { ...KEY, ...TEAM, ...ORGANISATION, ...USER, ...served, model: upstreamModel };
  const request = { ...KEY, ...TEAM, ...ORGANISATION, ...USER, ...CLIENT, ...served, user_email: 'None', route: ROUTE };
  return {
    request,
    answered: { ...request, status_code: '200' },
    tokens: { ...answered, user_email: 'None' },
    spend: { ...answered, ...CLIENT, user_email: 'None', service_tier: 'None' },
    seconds: { ...answered, model_group: model, service_tier: 'None' },
    deployment,
    call: { ...call, ...CLIENT, requested_model: model },
    perToken: { ...call, ...ORGANISATION },
    upstreamFailed: { ...KEY, ...TEAM, ...USER, model: upstreamModel, model_id },
  } satisfies Record<string, Labels>;
}

const ROUTE = '/v1/chat/completions';

type LabelSets = ReturnType<typeof labelsOf>;

function start(serving: Serving): Meter {
  const families = familiesOf();
  const labels = labelsOf(serving);
  const count = (served: Served) => (served.status < 400 ? countSuccess : countFailure)(families, labels, served);
  return { families: Object.values(families), count };
}

function countSuccess(families: Families, labels: LabelSets, served: Served): void {
  const { at, seconds, inputTokens, outputTokens } = served;
  families.requests.add(at, labels.answered);
  families.duration.observe(at, labels.seconds, seconds);
  families.upstream.observe(at, labels.seconds, seconds);
  if (served.isStreamed) families.firstToken.observe(at, labels.seconds, served.firstToken);
  families.spend.add(at, labels.spend, served.cost);
  families.tokens.add(at, labels.tokens, inputTokens + outputTokens);
  families.input.add(at, labels.tokens, inputTokens);
  families.output.add(at, labels.tokens, outputTokens);
  families.state.set(at, labels.deployment, 0);
  families.successes.add(at, labels.call);
  families.calls.add(at, labels.call);
  // Of a stream it divides the time until its first token, not of all of them, by their number.
  const shared = served.isStreamed ? served.firstToken : seconds;
  if (outputTokens > 0) families.perToken.observe(at, labels.perToken, shared / outputTokens);
}

/** A failure has neither a duration nor tokens. */
function countFailure(families: Families, labels: LabelSets, { at, status }: Served): void {
  const exception = { exception_status: String(status), exception_class: classOf(status) };
  families.requests.add(at, { ...labels.request, status_code: String(status) });
  families.failed.add(at, { ...labels.request, ...exception });
  families.state.set(at, labels.deployment, 1);
  families.failures.add(at, { ...labels.call, ...exception });
  families.calls.add(at, labels.call);
  families.upstreamFailed.add(at, labels.upstreamFailed);
}

function classOf(status: number): string {
  return status === 429 ? 'Openai.RateLimitError' : 'Openai.InternalServerError';
}
