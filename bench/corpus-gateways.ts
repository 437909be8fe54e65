import type { SourceText } from '../src/diagnostics/source.ts';
import { documentOf } from './corpus-product.ts';

/** What runs the gateways of a repo, and how many there are. */
export interface GatewaysShape {
  readonly target: { readonly type: 'litellm' | 'envoy-ai-gateway'; readonly version: string };
  readonly gateways: number;
  /** Of each gateway. */
  readonly routes: number;
}

const environments = ['dev', 'staging', 'prod'];
const modelsPerGateway = 20;

/** A repo to render: gateways of one target, each with models, consumers, a limit and routes of its own; three environments. */
export function gatewayTexts(shape: GatewaysShape): readonly SourceText[] {
  const names = Array.from({ length: shape.gateways }, (_, index) => `gateway-${index}`);
  return [rootText(), ...names.map((name) => ({ path: `${name}.yaml`, text: documentsOf(name, shape).join('---\n') }))];
}

function rootText(): SourceText {
  const documents = [
    documentOf('Repository', 'name: gateways', `  environments: [${environments.join(', ')}]\n`),
    ...environments.map((name) =>
      documentOf('Environment', `name: ${name}`, `  namespace: ai-${name}\n  secrets: {store: company-secrets}\n`),
    ),
    documentOf(
      'Provider',
      'name: vendor',
      '  api: openai\n  url: https://api.vendor.example.com/v1\n  credential: {secret: vendor, key: apiKey}\n',
    ),
  ];
  return { path: 'aigw.yaml', text: documents.join('---\n') };
}

function documentsOf(name: string, shape: GatewaysShape): readonly string[] {
  const routes = Array.from({ length: shape.routes }, (_, index) => index);
  const models = Array.from({ length: modelsPerGateway }, (_, index) => `${name}-model-${index}`);
  const consumers = ['app', 'job', 'people'].map((who) => `${name}-${who}`);
  return [
    gatewayOf(name, shape, consumers),
    ...environments.map((environment) => overlayOf(name, environment)),
    documentOf('Limit', `name: ${name}`, '  for: {each: consumer}\n  allow: [{requests: 600, per: 1m}]\n'),
    ...consumers.map((consumer) => consumerOf(consumer, models)),
    ...models.map(modelOf),
    ...routes.map((index) => routeOf(name, index, models, shape)),
  ];
}

function gatewayOf(name: string, { target, routes }: GatewaysShape, consumers: readonly string[]): string {
  const listener =
    target.type === 'litellm'
      ? '{name: internal, port: 4000, protocol: http}'
      : `{name: public, host: ${name}.example.com, port: 443, tls: {secret: ${name}-tls}}`;
  const spec = `  target: {type: ${target.type}, version: "${target.version}"}
  listeners: [${listener}]
  consumers: [${consumers.join(', ')}]
  limits: [${name}]
  routes:
${Array.from({ length: routes }, (_, index) => `    - ${name}-route-${index}\n`).join('')}`;
  return documentOf('Gateway', `name: ${name}`, spec);
}

function overlayOf(name: string, environment: string): string {
  const replicas = 1 + environments.indexOf(environment);
  return documentOf(
    'Gateway',
    `name: ${name}, environment: ${environment}`,
    `  workload: {replicas: {min: ${replicas}, max: ${replicas * 2}}, scaling: {by: cpu, target: 65}}\n`,
  );
}

function consumerOf(name: string, models: readonly string[]): string {
  const spec = `  auth: [{name: key, apiKey: {secret: ${name}-key, key: apiKey}}]\n  models: [${models.join(', ')}]\n`;
  return documentOf('Consumer', `name: ${name}`, spec);
}

function modelOf(name: string): string {
  const spec = `  provider: vendor
  upstreamModel: ${name}-2026-11
  context: {window: 128000, output: 16000}
  capabilities: [chat, tools, streaming]
  price: {currency: USD, input: 1.25, output: 10}
`;
  return documentOf('Model', `name: ${name}`, spec);
}

function routeOf(name: string, index: number, models: readonly string[], { target }: GatewaysShape): string {
  const [first, second, last] = [0, 1, 2].map((step) => models[(index + step) % models.length]);
  const timeout = target.type === 'litellm' ? '{firstToken: 5s}' : '{connect: 1s, total: 1m}';
  const spec = `  match: [{model: ${name}-topic-${index}}]
  backends: [{name: stable, model: ${first}, weight: 90}, {name: next, model: ${second}, weight: 10}]
  fallback: {tiers: [[{model: ${last}}]]}
  retry: {attempts: 2, perTry: 20s}
  timeout: ${timeout}
`;
  return documentOf('Route', `name: ${name}-route-${index}`, spec);
}
