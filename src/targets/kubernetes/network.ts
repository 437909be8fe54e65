import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { reachOf } from '../../config/reach.ts';
import type { JsonObject } from '../../lib/json.ts';
import { metadataOf } from '../objects.ts';
import type { Workload } from '../target.ts';
import { selectorOf } from './selector.ts';

const DNS: JsonObject = {
  to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

/** Lets in only those who call the workload, and out only to what it calls and to DNS. */
export function networkPolicyOf(config: ResolvedConfig, workload: Workload, all: readonly Workload[]): JsonObject {
  const ports = workload.ports.map(({ port }) => ({ protocol: 'TCP', port }));
  const from = callersOf(config, workload, all);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(config, workload.resource, workload.name),
    spec: {
      podSelector: { matchLabels: selectorOf(workload) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: from.length === 0 ? [] : [{ from, ports }],
      egress: [DNS, ...egressOf(config, workload, all)],
    },
  };
}

function callersOf(config: ResolvedConfig, workload: Workload, all: readonly Workload[]): readonly JsonObject[] {
  const { ingressFrom, monitoringFrom = [] } = config.settings.spec.network ?? {};
  const clients = ingressFrom === undefined ? [{ namespaceSelector: {} }] : ingressFrom.map(namespacePeer);
  return [
    ...gatewaysCalling(config, workload).map((gateway) => gatewayPeer(config, gateway, all)),
    ...(workload.callers.includes('ingress') ? clients : []),
    ...monitoringFrom.map(namespacePeer),
  ];
}

/** The gateways that send requests to a workload: to the model that it serves, or to the gateway that it is. */
function gatewaysCalling(config: ResolvedConfig, { role, resource }: Workload): readonly Resource<'Gateway'>[] {
  return config
    .all('Gateway')
    .filter((gateway) =>
      reachOf(config, gateway).some((reached) =>
        role === 'model'
          ? reached === resource
          : reached.kind === 'Provider' && (reached as Resource<'Provider'>).spec.gateway === resource.name,
      ),
    );
}

function namespacePeer(name: string): JsonObject {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

/**
 * The pods of a gateway: our own workload, or Envoy Gateway's proxies, which its controller starts in its own namespace under these labels
 * (Envoy Gateway 1.9, `ControllerNamespace`, the default deployment mode).
 */
function gatewayPeer(config: ResolvedConfig, gateway: Resource<'Gateway'>, all: readonly Workload[]): JsonObject {
  const own = all.find(({ role, resource }) => role === 'gateway' && resource === gateway);
  if (own !== undefined) return { podSelector: { matchLabels: selectorOf(own) } };
  return {
    ...namespacePeer('envoy-gateway-system'),
    podSelector: {
      matchLabels: {
        'gateway.envoyproxy.io/owning-gateway-name': gateway.name,
        'gateway.envoyproxy.io/owning-gateway-namespace': config.settings.spec.namespace,
      },
    },
  };
}

function egressOf(config: ResolvedConfig, workload: Workload, all: readonly Workload[]): readonly JsonObject[] {
  const rules = workload.calls.map(({ host, port }) => {
    const peer = peerOf(config, host, all);
    return { to: [peer.to], ports: [{ protocol: 'TCP', port: peer.port ?? port }] };
  });
  const unique = new Map(rules.map((rule) => [JSON.stringify(rule), rule]));
  return [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

/**
 * A host inside the cluster as its pods or its namespace; any other as the whole world, since policies know addresses and
 * no names. The cloud's metadata address never belongs to it: it hands out credentials.
 */
function peerOf(config: ResolvedConfig, host: string, all: readonly Workload[]): { to: JsonObject; port?: number } {
  const [, name = '', namespace = config.settings.spec.namespace] =
    /^([a-z0-9-]+)(?:\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?)?$/.exec(host) ?? [];
  if (name === '') return { to: { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } } };
  if (namespace !== config.settings.spec.namespace) return { to: namespacePeer(namespace) };
  const own = all.find((workload) => workload.name === name);
  if (own === undefined) return { to: { podSelector: {} } };
  const port = own.ports[0]?.port;
  return { to: { podSelector: { matchLabels: selectorOf(own) } }, ...(port === undefined ? {} : { port }) };
}

/** An Ingress for each host of a gateway's https listeners, where the gateway's own process does not serve TLS. */
export function ingressOf(config: ResolvedConfig, workload: Workload): JsonObject | undefined {
  if (workload.role !== 'gateway') return undefined;
  const { listeners } = (workload.resource as Resource<'Gateway'>).spec;
  const secured = listeners.filter(({ protocol, host }) => protocol === 'https' && host !== undefined);
  if (secured.length === 0) return undefined;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadataOf(config, workload.resource, workload.name),
    spec: {
      ingressClassName: config.settings.spec.network?.ingressClass ?? 'nginx',
      tls: secured.map(({ host = '', tls }) => ({
        hosts: [host],
        ...(tls === undefined ? {} : { secretName: tls.secret }),
      })),
      rules: secured.map(({ host = '' }) => ({ host, http: { paths: [ingressPath(workload)] } })),
    },
  };
}

function ingressPath(workload: Workload): JsonObject {
  const port = { name: workload.ports[0]?.name ?? 'http' };
  return { path: '/', pathType: 'Prefix', backend: { service: { name: workload.name, port } } };
}
