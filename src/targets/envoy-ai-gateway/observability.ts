// What a gateway tells of itself: logs, metrics and traces of the proxy, and traces of Envoy AI Gateway's own process beside it.
import type { Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import { backendWithTls } from './backends.ts';
import { METADATA_NAMESPACE } from './costs.ts';
import { identityHeaders } from './identity.ts';
import { requestCostsOf } from './limits.ts';
import { defined, objectOf, targetOf } from './object.ts';
import { upstreamAt } from './upstream.ts';
import type { View } from './view.ts';

type Spec = Resource<'Observability'>['spec'];

function observabilityOf({ config, gateway }: View): Spec | undefined {
  const name = gateway.spec.observability;
  return name === undefined ? undefined : config.find('Observability', name)?.spec;
}

/** How much the proxy tells of itself; `warn` is Envoy Gateway's default. */
export function loggingOf(view: View): JsonObject {
  return { level: { default: observabilityOf(view)?.logs?.level ?? 'warn' } };
}

/** Logs of requests, metrics and traces. Prompts and answers are in none of them. */
export function telemetryOf(view: View): JsonObject {
  const spec = observabilityOf(view);
  return defined({
    accessLog: accessLogOf(view, spec),
    metrics: { prometheus: { disable: spec?.metrics?.enabled === false } },
    tracing: tracingOf(view, spec),
  });
}

function accessLogOf(view: View, spec: Spec | undefined): JsonObject {
  const sink =
    spec?.logs?.sink === 'otlp' && spec.logs.url !== undefined
      ? { type: 'OpenTelemetry', openTelemetry: { backendRefs: [collectorRef(view, 'logs', spec.logs.url)] } }
      : { type: 'File', file: { path: '/dev/stdout' } };
  return { disable: false, settings: [{ format: { type: 'JSON', json: logFields(view) }, sinks: [sink] }] };
}

/** One line for each request: who asked what of whom, how it ended, how long it took, and what it cost. */
function logFields(view: View): JsonObject {
  const metadata = (key: string): string => `%DYNAMIC_METADATA(${METADATA_NAMESPACE}:${key})%`;
  const consumers = identityHeaders(view).map((name) => [
    name.replace('x-aigw-', '').replaceAll('-', '_'),
    `%REQ(${name})%`,
  ]);
  const costs = new Set(
    view.routes.flatMap((route) => requestCostsOf(view, route)).map((cost) => String(cost['metadataKey'])),
  );
  return {
    time: '%START_TIME%',
    request_id: '%REQ(X-REQUEST-ID)%',
    method: '%REQ(:METHOD)%',
    host: '%REQ(:AUTHORITY)%',
    path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
    ...Object.fromEntries(consumers),
    requested_model: '%REQ(X-AI-EG-MODEL)%',
    upstream_model: metadata('model_name_override'),
    response_model: metadata('response_model'),
    backend: metadata('backend_name'),
    route: '%ROUTE_NAME%',
    status: '%RESPONSE_CODE%',
    status_details: '%RESPONSE_CODE_DETAILS%',
    flags: '%RESPONSE_FLAGS%',
    duration_ms: '%DURATION%',
    first_byte_ms: '%RESPONSE_DURATION%',
    attempts: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
    bytes_received: '%BYTES_RECEIVED%',
    bytes_sent: '%BYTES_SENT%',
    ...Object.fromEntries([...costs].toSorted().map((key) => [key.replace('aigw_', ''), metadata(key)])),
  };
}

/** Envoy sends spans over gRPC alone. */
function tracingOf(view: View, spec: Spec | undefined): JsonObject | undefined {
  const traces = spec?.traces;
  if (traces === undefined || traces.protocol !== 'grpc') return undefined;
  return {
    provider: {
      type: 'OpenTelemetry',
      backendRefs: [collectorRef(view, 'traces', traces.endpoint)],
      port: 4317,
      serviceName: view.nameOf(),
    },
    samplingFraction: { numerator: Math.round(traces.samplePercent * 100), denominator: 10_000 },
  };
}

function collectorRef(view: View, what: string, url: string): JsonObject {
  return { ...targetOf('Backend', view.nameOf(what)), port: upstreamAt(url).port, weight: 1 };
}

/** Where logs and traces go. */
export function telemetryBackends(view: View): readonly JsonObject[] {
  const spec = observabilityOf(view);
  const logs = spec?.logs?.sink === 'otlp' && spec.logs.url !== undefined ? [{ what: 'logs', url: spec.logs.url }] : [];
  const traces = spec?.traces?.protocol === 'grpc' ? [{ what: 'traces', url: spec.traces.endpoint }] : [];
  return [...logs, ...traces].flatMap(({ what, url }) =>
    backendWithTls(view, { name: view.nameOf(what), resource: view.gateway, upstream: upstreamAt(url) }),
  );
}

/**
 * The process that reads requests and answers has spans of its own. By default it writes prompts and answers into them (OpenInference,
 * v1.0 and v1.1), so it is told not to. Its metrics stay where Prometheus finds them.
 */
export function gatewayConfigObjects(view: View): readonly JsonObject[] {
  const traces = observabilityOf(view)?.traces;
  if (traces === undefined) return [];
  const variables = {
    OTEL_SERVICE_NAME: view.nameOf(),
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces.endpoint,
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: traces.protocol === 'grpc' ? 'grpc' : 'http/protobuf',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(traces.samplePercent / 100),
    OPENINFERENCE_HIDE_INPUTS: 'true',
    OPENINFERENCE_HIDE_OUTPUTS: 'true',
  };
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  const spec = { extProc: { kubernetes: { env } } };
  return [objectOf({ config: view.config, resource: view.gateway }, 'GatewayConfig', view.nameOf(), spec)];
}
