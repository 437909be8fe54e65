import type { Path } from '../../lib/json.ts';
import { formatPath } from '../../lib/json.ts';
import { at, type Cursor, has, items, textAt } from '../semantics/cursor.ts';
import { aiGateway, envoyGateway, externalSecrets, gatewayApi, type ObjectName, type SetObject } from './inventory.ts';
import { podReferences } from './pod-references.ts';
import { localReference, type Reference, type ReferenceDefaults, referenceAt } from './reference.ts';

const service = { group: '', kind: 'Service' };
const secret = { group: '', kind: 'Secret' };
const gateway = { group: gatewayApi, kind: 'Gateway' };

type References = (object: SetObject) => Reference[];

/** One row per kind, by group and kind: the objects that it names. */
const references: Readonly<Record<string, References>> = {
  'apps StatefulSet': (object) => localReference(at(object.cursor, 'spec'), 'serviceName', 'Service', object),
  'autoscaling HorizontalPodAutoscaler': (object) => scaled(object, 'apps'),
  'keda.sh ScaledObject': (object) => [...scaled(object, 'apps'), ...triggerReferences(object)],
  'networking.k8s.io Ingress': ingressReferences,
  'rbac.authorization.k8s.io ClusterRoleBinding': bindingReferences,
  'rbac.authorization.k8s.io RoleBinding': bindingReferences,
  [`${externalSecrets} ExternalSecret`]: (object) => storeReferences(object),
  [`${gatewayApi} Gateway`]: gatewayReferences,
  [`${gatewayApi} GRPCRoute`]: routeReferences,
  [`${gatewayApi} HTTPRoute`]: routeReferences,
  [`${gatewayApi} BackendTLSPolicy`]: (object) => [
    ...targets(object, service),
    ...items(object.cursor, 'spec', 'validation', 'caCertificateRefs').flatMap((certificate) =>
      referenceAt(certificate, object, { group: '', kind: 'ConfigMap' }),
    ),
  ],
  [`${aiGateway} AIGatewayRoute`]: (object) => [
    ...parents(object),
    ...items(object.cursor, 'spec', 'rules').flatMap((rule) =>
      all(items(rule, 'backendRefs'), object, { group: aiGateway, kind: 'AIServiceBackend' }),
    ),
  ],
  [`${aiGateway} AIServiceBackend`]: (object) =>
    referenceAt(at(object.cursor, 'spec', 'backendRef'), object, { group: envoyGateway, kind: 'Backend' }),
  [`${aiGateway} BackendSecurityPolicy`]: (object) => [
    ...targets(object, { group: aiGateway, kind: 'AIServiceBackend' }),
    ...credentialReferences(object),
  ],
  [`${aiGateway} MCPRoute`]: (object) => [
    ...parents(object),
    ...all(items(object.cursor, 'spec', 'backendRefs'), object, service),
    ...secretReferences(at(object.cursor, 'spec'), object),
  ],
  [`${aiGateway} QuotaPolicy`]: (object) => targets(object, { group: aiGateway, kind: 'AIServiceBackend' }),
  [`${envoyGateway} BackendTrafficPolicy`]: (object) => targets(object, gateway),
  [`${envoyGateway} ClientTrafficPolicy`]: (object) => targets(object, gateway),
  [`${envoyGateway} EnvoyExtensionPolicy`]: (object) => [
    ...targets(object, gateway),
    ...items(object.cursor, 'spec', 'extProc').flatMap((extension) =>
      all(items(extension, 'backendRefs'), object, service),
    ),
  ],
  [`${envoyGateway} SecurityPolicy`]: (object) => [
    ...targets(object, gateway),
    ...items(object.cursor, 'spec', 'apiKeyAuth', 'credentialRefs').flatMap((credential) =>
      referenceAt(credential, object, secret),
    ),
    ...referenceAt(at(object.cursor, 'spec', 'basicAuth', 'users'), object, secret),
    ...referenceAt(at(object.cursor, 'spec', 'oidc', 'clientSecret'), object, secret),
    ...['grpc', 'http'].flatMap((protocol) =>
      all(items(object.cursor, 'spec', 'extAuth', protocol, 'backendRefs'), object, service),
    ),
  ],
};

/** All objects that `object` names, with the place of each name. */
export function referencesOf(object: SetObject): Reference[] {
  return [...(references[`${object.group} ${object.kind}`]?.(object) ?? []), ...podReferences(object)];
}

function all(cursors: readonly Cursor[], object: SetObject, defaults: ReferenceDefaults): Reference[] {
  return cursors.flatMap((cursor) => referenceAt(cursor, object, defaults));
}

/** The policy attachment shape: one targetRef, or several. */
function targets(object: SetObject, defaults: ReferenceDefaults): Reference[] {
  const spec = at(object.cursor, 'spec');
  return all([at(spec, 'targetRef'), ...items(spec, 'targetRefs')], object, defaults);
}

function parents(object: SetObject): Reference[] {
  return all(items(object.cursor, 'spec', 'parentRefs'), object, gateway);
}

function routeReferences(object: SetObject): Reference[] {
  const rules = items(object.cursor, 'spec', 'rules');
  const filters = rules.flatMap((rule) => items(rule, 'filters'));
  return [
    ...parents(object),
    ...rules.flatMap((rule) => all(items(rule, 'backendRefs'), object, service)),
    ...all(
      filters.map((filter) => at(filter, 'requestMirror', 'backendRef')),
      object,
      service,
    ),
    ...all(
      filters.map((filter) => at(filter, 'extensionRef')),
      object,
      { group: envoyGateway, kind: 'HTTPRouteFilter' },
    ),
  ];
}

function gatewayReferences(object: SetObject): Reference[] {
  const { cursor } = object;
  const listeners = items(cursor, 'spec', 'listeners');
  const config = at(cursor, 'metadata', 'annotations', `${aiGateway}/gateway-config`);
  const gatewayClass = at(cursor, 'spec', 'gatewayClassName');
  const made: Reference[] = [];
  if (typeof config.value === 'string') {
    const to = { group: aiGateway, kind: 'GatewayConfig', namespace: object.namespace, name: config.value };
    made.push({ at: config, to });
  }
  if (typeof gatewayClass.value === 'string') {
    const to = { group: gatewayApi, kind: 'GatewayClass', namespace: '', name: gatewayClass.value };
    made.push({ at: gatewayClass, to, mayBeOutside: true });
  }
  return [
    ...made,
    ...referenceAt(at(cursor, 'spec', 'infrastructure', 'parametersRef'), object, {
      group: envoyGateway,
      kind: 'EnvoyProxy',
    }),
    ...listeners.flatMap((listener) => all(items(listener, 'tls', 'certificateRefs'), object, secret)),
  ];
}

/** The entry that each kind of credential is read from (Envoy AI Gateway v1.1.0, internal/controller). */
const credentialEntries: readonly (readonly [path: Path, key: string])[] = [
  [['apiKey', 'secretRef'], 'apiKey'],
  [['anthropicAPIKey', 'secretRef'], 'apiKey'],
  [['azureAPIKey', 'secretRef'], 'apiKey'],
  [['azureCredentials', 'clientSecretRef'], 'client-secret'],
  [['awsCredentials', 'credentialsFile', 'secretRef'], 'credentials'],
  [['gcpCredentials', 'credentialsFile', 'secretRef'], 'service_account.json'],
];

function credentialReferences(object: SetObject): Reference[] {
  const known = credentialEntries.flatMap(([path, key]) => {
    const reference = at(object.cursor, 'spec', ...path);
    return referenceAt(reference, object, secret).map((found) => ({ ...found, entry: { at: found.at, key } }));
  });
  const places = new Set(known.map((reference) => formatPath(reference.at.path)));
  const others = secretReferences(at(object.cursor, 'spec'), object).filter(
    (other) => !places.has(formatPath(other.at.path)),
  );
  return [...known, ...others];
}

/** Every `secretRef` and `clientSecretRef` below a place; they differ only in where they stand. */
function secretReferences(cursor: Cursor, object: SetObject): Reference[] {
  const { value } = cursor;
  if (Array.isArray(value)) return value.flatMap((_, index) => secretReferences(at(cursor, index), object));
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => {
    const child = at(cursor, key);
    return key === 'secretRef' || key === 'clientSecretRef'
      ? referenceAt(child, object, secret)
      : secretReferences(child, object);
  });
}

function scaled(object: SetObject, group: string): Reference[] {
  const target = at(object.cursor, 'spec', 'scaleTargetRef');
  const apiVersion = textAt(target, 'apiVersion');
  const slash = apiVersion?.lastIndexOf('/') ?? -1;
  const named = apiVersion === undefined ? group : apiVersion.slice(0, Math.max(slash, 0));
  return referenceAt(target, object, { group: named, kind: 'Deployment' });
}

function triggerReferences(object: SetObject): Reference[] {
  return items(object.cursor, 'spec', 'triggers').flatMap((trigger) => {
    const authentication = at(trigger, 'authenticationRef');
    const cluster = textAt(authentication, 'kind') === 'ClusterTriggerAuthentication';
    return referenceAt(authentication, object, {
      group: 'keda.sh',
      kind: 'TriggerAuthentication',
      cluster,
      mayBeOutside: cluster,
    });
  });
}

function ingressReferences(object: SetObject): Reference[] {
  const spec = at(object.cursor, 'spec');
  const paths = items(spec, 'rules').flatMap((rule) => items(rule, 'http', 'paths'));
  const backends = [at(spec, 'defaultBackend'), ...paths.map((path) => at(path, 'backend'))];
  return [
    ...backends.flatMap((backend) => localReference(at(backend, 'service'), 'name', 'Service', object)),
    ...items(spec, 'tls').flatMap((tls) => localReference(tls, 'secretName', 'Secret', object)),
  ];
}

function bindingReferences(object: SetObject): Reference[] {
  const role = at(object.cursor, 'roleRef');
  const cluster = textAt(role, 'kind') === 'ClusterRole';
  const group = 'rbac.authorization.k8s.io';
  const accounts = items(object.cursor, 'subjects').filter((subject) => textAt(subject, 'kind') === 'ServiceAccount');
  return [
    ...referenceAt(role, object, { group, kind: 'Role', cluster, mayBeOutside: cluster }),
    ...all(
      accounts.filter((account) => textAt(account, 'name') !== 'default'),
      object,
      { group: '', kind: 'ServiceAccount' },
    ),
  ];
}

function storeReferences(object: SetObject): Reference[] {
  const spec = at(object.cursor, 'spec');
  const stores = [
    at(spec, 'secretStoreRef'),
    ...items(spec, 'data').map((entry) => at(entry, 'sourceRef', 'storeRef')),
  ];
  return stores
    .filter((store) => has(store, 'name'))
    .flatMap((store) => {
      const cluster = textAt(store, 'kind') === 'ClusterSecretStore';
      return referenceAt(store, object, { group: externalSecrets, kind: 'SecretStore', cluster, mayBeOutside: true });
    });
}

/** Objects that live apart from a rendered set as a matter of course; the last is in every namespace. */
export function livesApart({ group, kind, name }: ObjectName): boolean {
  if (group !== '') return false;
  return kind === 'Secret' || kind === 'PersistentVolumeClaim' || (kind === 'ConfigMap' && name === 'kube-root-ca.crt');
}
