import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { partOf, rendered, type Specs } from './trial.ts';

function proxy(gateway: JsonObject, specs: Specs = {}) {
  return rendered({ ...specs, Gateway: { llm: gateway } }).workload;
}

describe('the proxy', () => {
  test('runs the release that its version was tried with, or what people name', () => {
    expect(proxy({}).image).toBe('ghcr.io/berriai/litellm-non_root:v1.106.2');
    expect(proxy({ target: { type: 'litellm', version: '1.106.9' } }).image).toBe(
      'ghcr.io/berriai/litellm-non_root:v1.106.9',
    );
    expect(proxy({ workload: { image: 'registry.example.com/llm:1' } }).image).toBe('registry.example.com/llm:1');
  });

  test('listens where nobody has to be root', () => {
    const at = (port: number) => proxy({ listeners: [{ name: 'http', port, protocol: 'http' }] });
    expect(at(4321).ports).toEqual([{ name: 'http', port: 4321 }]);
    expect(at(80).args).toEqual(['--config', '/etc/litellm/config.yaml', '--host', '0.0.0.0', '--port', '4000']);
  });

  test('is as large, and as many, as people say', () => {
    expect(proxy({})).toMatchObject({ replicas: { min: 1 }, resources: { cpu: 1, memory: '2GiB' } });
    const workload = { replicas: { min: 2, max: 6 }, resources: { cpu: 2 }, scaling: { by: 'cpu', target: 60 } };
    expect(proxy({ workload })).toMatchObject(workload);
  });

  test('gets each secret that its file refers to by reference, and no value', () => {
    const { env, files } = proxy({});
    expect(env).toMatchObject({
      LITELLM_MASTER_KEY: { secret: 'llm-litellm', key: 'masterKey' },
      VENDOR_KEY: { env: 'VENDOR_KEY' },
    });
    expect(files['/etc/litellm/config.yaml']).toContain('api_key: os.environ/VENDOR_KEY');
  });

  test('calls whom its models, guardrails, tools and traces need', () => {
    const { calls } = proxy(
      {
        routes: ['chat', 'cloud'],
        toolServers: ['crm'],
        guardrails: ['pii'],
        observability: 'traced',
        consumers: ['bot'],
      },
      {
        Provider: { aws: { api: 'bedrock', region: 'eu-west-1' } },
        Model: { nova: { provider: 'aws' } },
        Route: { cloud: { match: [{ model: 'cloud' }], backends: [{ name: 'main', model: 'nova', weight: 100 }] } },
        ToolServer: { crm: { url: 'https://crm.example.com:8443/mcp', tools: { allow: ['find'] } } },
        Guardrail: {
          pii: { type: 'pii', engine: { type: 'presidio', url: 'http://analyze:3000', maskUrl: 'http://mask:3000' } },
        },
        Observability: { traced: { traces: { endpoint: 'http://collector.obs.svc:4317' } } },
        Consumer: { bot: { auth: [{ name: 'key', apiKey: { env: 'BOT_KEY' } }] } },
      },
    );
    expect(calls.map(({ host, port }) => `${host}:${port}`)).toEqual([
      'analyze:3000',
      'bedrock-runtime.eu-west-1.amazonaws.com:443',
      'collector.obs.svc:4317',
      'crm.example.com:8443',
      'database.invalid:5432',
      'mask:3000',
      'vendor.example.com:443',
    ]);
  });
});

describe('what is measured and logged', () => {
  const observed = (observability: JsonObject) =>
    rendered({ Observability: { watched: observability }, Gateway: { llm: { observability: 'watched' } } });

  test('is measured, in JSON, and without what people say', () => {
    expect(partOf(rendered({}), 'litellm_settings')).toMatchObject({
      callbacks: ['prometheus'],
      json_logs: true,
      turn_off_message_logging: true,
    });
  });

  test('is as people ask for', () => {
    const result = observed({
      metrics: { enabled: false },
      logs: { level: 'debug', payloads: 'full' },
      traces: { endpoint: 'http://collector:4317', protocol: 'grpc', samplePercent: 5 },
    });
    expect(partOf(result, 'litellm_settings')).toMatchObject({ callbacks: ['otel'], turn_off_message_logging: false });
    expect(result.workload.env).toMatchObject({
      LITELLM_LOG: 'DEBUG',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_SAMPLER_ARG: '0.05',
    });
  });

  test('is told where LiteLLM cannot', () => {
    expect(observed({ logs: { payloads: 'redacted' } }).losses['Observability/watched spec.logs.payloads']).toBe(
      'approximate',
    );
    expect(observed({ logs: { sink: 'loki' } }).losses['Observability/watched spec.logs.sink']).toBe('elsewhere');
  });
});
