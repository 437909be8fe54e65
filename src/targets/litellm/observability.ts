import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Scene } from './deployment.ts';
import { CALLBACK } from './prompt-callback.ts';
import { callbackPrompts } from './prompts.ts';

const LEVELS = { error: 'ERROR', warn: 'WARNING', info: 'INFO', debug: 'DEBUG' } as const;

/** litellm_settings for metrics, logs and traces. Prompts and answers stay out of the logs unless they are asked for in full. */
export function observabilitySettings({ config, gateway, groups }: Scene): JsonObject {
  const { metrics, logs, traces } = observabilityOf(config, gateway)?.spec ?? {};
  const otel = traces !== undefined || logs?.sink === 'otlp';
  const prompts = callbackPrompts(config, groups).length > 0;
  return {
    callbacks: [
      ...(prompts ? [CALLBACK] : []),
      ...(metrics?.enabled === false ? [] : ['prometheus']),
      ...(otel ? ['otel'] : []),
    ],
    json_logs: true,
    turn_off_message_logging: logs?.payloads !== 'full',
  };
}

/** Environment variables of the same purpose, as the OpenTelemetry SDK reads them too. */
export function observabilityVariables(config: ResolvedConfig, gateway: Resource<'Gateway'>): Record<string, string> {
  const { logs, traces } = observabilityOf(config, gateway)?.spec ?? {};
  const level = { LITELLM_LOG: LEVELS[logs?.level ?? 'info'] };
  if (traces === undefined) return level;
  return {
    ...level,
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: traces.protocol === 'grpc' ? 'grpc' : 'http/protobuf',
    OTEL_SERVICE_NAME: gateway.name,
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(traces.samplePercent / 100),
  };
}

export function observabilityOf(
  config: ResolvedConfig,
  { spec: { observability } }: Resource<'Gateway'>,
): Resource<'Observability'> | undefined {
  return observability === undefined ? undefined : config.find('Observability', observability);
}
