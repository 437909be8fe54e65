// The gateway itself: its class, the proxy's deployment, its listeners, and what is done to every request that comes in.

import type { Resource } from '../../config/model.ts';
import type { GatewayListener, Resources } from '../../config/schema-types.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { parseSize } from '../../lib/quantity.ts';
import { byteQuantity, cpuQuantity } from '../quantities.ts';
import { MODEL_HEADER, PATH_HEADER } from './conditions.ts';
import { identityHeaders, identityOf } from './identity.ts';
import { mostAdded } from './matches.ts';
import { defined, objectOf, secretOf, targetOf } from './object.ts';
import { gatewayConfigObjects, loggingOf, telemetryBackends, telemetryOf } from './observability.ts';
import { orderHeader } from './order.ts';
import { fixedSecretOf } from './secrets.ts';
import type { View } from './view.ts';

const CONTROLLER = 'gateway.envoyproxy.io/gatewayclass-controller';

/** Where Envoy Gateway 1.8 runs the proxies unless its installation says otherwise (deploy type ControllerNamespace). */
const PROXY_NAMESPACE = 'envoy-gateway-system';

/** GatewayClass (unless one is given), EnvoyProxy, GatewayConfig, Gateway, ClientTrafficPolicies and the Service that callers know. */
export function gatewayObjects(view: View): readonly JsonObject[] {
  const { gateway, config } = view;
  const origin = { config, resource: gateway };
  const own = `${view.namespace}-${view.nameOf()}`;
  const className = gateway.spec.target.class ?? own.slice(0, 63).replace(/-+$/, '');
  const service = own.slice(0, 63).replace(/-+$/, '');
  const gatewayClass =
    gateway.spec.target.class === undefined
      ? [objectOf(origin, 'GatewayClass', className, { controllerName: CONTROLLER })]
      : [];
  const configs = gatewayConfigObjects(view);
  const annotations: JsonObject =
    configs.length === 0 ? {} : { 'aigateway.envoyproxy.io/gateway-config': view.nameOf() };
  const externalName = `${service}.${PROXY_NAMESPACE}.svc.cluster.local`;
  return [
    ...gatewayClass,
    ...telemetryBackends(view),
    objectOf(origin, 'EnvoyProxy', view.nameOf(), proxySpec(view, service)),
    ...configs,
    objectOf(origin, 'Gateway', view.nameOf(), gatewaySpec(view, className), annotations),
    ...gateway.spec.listeners.flatMap((listener) => listenerPolicy(view, listener)),
    objectOf(origin, 'Service', view.nameOf(), { type: 'ExternalName', externalName, sessionAffinity: 'None' }),
  ];
}

function gatewaySpec(view: View, gatewayClassName: string): JsonObject {
  return {
    gatewayClassName,
    infrastructure: { parametersRef: targetOf('EnvoyProxy', view.nameOf()) },
    listeners: view.gateway.spec.listeners.map(listenerOf),
  };
}

function listenerOf({ name, host, port, protocol, tls }: GatewayListener): JsonObject {
  return defined({
    name,
    hostname: host,
    port,
    protocol: protocol === 'https' ? 'HTTPS' : 'HTTP',
    tls: protocol === 'https' && tls ? { mode: 'Terminate', certificateRefs: [secretOf(tls.secret)] } : undefined,
    allowedRoutes: { namespaces: { from: 'Same' } },
  });
}

/** A policy for each listener, since each has its own TLS. Clients cannot set what the gateway tells itself in headers. */
function listenerPolicy(view: View, listener: GatewayListener): readonly JsonObject[] {
  const remove = [MODEL_HEADER, PATH_HEADER, ...identityHeaders(view)];
  const set = Array.from({ length: mostAdded(view) }, (_, index) => ({ name: orderHeader(index + 1), value: '1' }));
  const { tls, external } = tlsOf(view, listener);
  const spec = defined({
    targetRefs: [targetOf('Gateway', view.nameOf(), listener.name)],
    headers: { earlyRequestHeaders: defined({ set: set.length === 0 ? undefined : set, remove }) },
    tls,
  });
  const origin = { config: view.config, resource: view.gateway };
  return [...external, objectOf(origin, 'ClientTrafficPolicy', view.nameOf(listener.name), spec)];
}

function tlsOf(
  view: View,
  { name, protocol, tls }: GatewayListener,
): { tls: JsonObject | undefined; external: readonly JsonObject[] } {
  if (protocol !== 'https' || tls === undefined) return { tls: undefined, external: [] };
  const authority = tls.clientCa && fixedSecretOf(view.config, tls.clientCa, 'ca.crt', view.nameOf(name, 'client-ca'));
  const clientValidation =
    authority &&
    defined({
      mode: 'RequireAndVerify',
      caCertificateRefs: [secretOf(authority.name)],
      subjectAltNames: subjectsOf(view),
    });
  return {
    tls: defined({ minVersion: tls.minVersion, clientValidation }),
    external: authority?.external === undefined ? [] : [authority.external],
  };
}

/** The certificates that consumers may come with, where certificates are how they prove who they are. */
function subjectsOf(view: View): JsonObject | undefined {
  const { certificates } = identityOf(view);
  if (certificates.length === 0) return undefined;
  const subjects = certificates.map(({ subject }) => subject);
  const group = (accepts: (subject: string) => boolean): Json[] | undefined => {
    const found = subjects.filter(accepts).map((value) => ({ type: 'Exact', value }));
    return found.length === 0 ? undefined : found;
  };
  const isUri = (subject: string): boolean => subject.includes('://');
  const isMail = (subject: string): boolean => !isUri(subject) && subject.includes('@');
  return defined({
    uris: group(isUri),
    emailAddresses: group(isMail),
    dnsNames: group((subject) => !isUri(subject) && !isMail(subject)),
  });
}

/** Inside the cluster alone, unless the gateway's own settings for this target open it. */
function proxySpec(view: View, service: string): JsonObject {
  const { workload } = view.gateway.spec;
  const envoyService = { name: service, type: 'ClusterIP', externalTrafficPolicy: 'Local' };
  const container = defined({
    image: workload?.image,
    resources: workload?.resources && resourcesOf(workload.resources),
  });
  const scaler = scalerOf(workload);
  const envoyDeployment = defined({
    replicas: scaler === undefined ? workload?.replicas?.min : undefined,
    container: Object.keys(container).length === 0 ? undefined : container,
  });
  const { min = 1 } = workload?.replicas ?? {};
  return {
    logging: loggingOf(view),
    provider: {
      type: 'Kubernetes',
      kubernetes: defined({
        envoyDeployment: Object.keys(envoyDeployment).length === 0 ? undefined : envoyDeployment,
        envoyHpa: scaler,
        envoyPDB: min > 1 ? { maxUnavailable: 1 } : undefined,
        envoyService,
      }),
    },
    telemetry: telemetryOf(view),
  };
}

function resourcesOf({ cpu, memory }: Resources): JsonObject {
  const quantity = memory === undefined ? undefined : byteQuantity(parseSize(memory));
  return defined({
    requests: defined({ cpu: cpu === undefined ? undefined : cpuQuantity(cpu), memory: quantity }),
    limits: quantity === undefined ? undefined : { memory: quantity },
  });
}

function scalerOf(workload: Resource<'Gateway'>['spec']['workload']): JsonObject | undefined {
  const { min = 1, max = min } = workload?.replicas ?? {};
  const { scaling } = workload ?? {};
  if (scaling === undefined || scaling.by === 'prometheus' || max <= min) return undefined;
  const target = { type: 'Utilization', averageUtilization: Math.round(scaling.target) };
  return {
    minReplicas: min,
    maxReplicas: max,
    metrics: [{ type: 'Resource', resource: { name: scaling.by, target } }],
  };
}
