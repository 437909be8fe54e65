// Tool servers: one MCPRoute for all of a gateway's, at /mcp. Clients see each tool as SERVER__TOOL.
import type { Resource } from '../../config/model.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { backendWithTls } from './backends.ts';
import { patternOf } from './conditions.ts';
import { consumerConditions } from './identity.ts';
import { defined, objectOf, targetOf } from './object.ts';
import { fixedSecretOf } from './secrets.ts';
import { upstreamAt } from './upstream.ts';
import type { View } from './view.ts';

/** The path at which a gateway's tools are offered; the one that Envoy AI Gateway takes by itself. */
const PATH = '/mcp';

/** Tool servers of a gateway that exist and speak what Envoy AI Gateway does. */
export function toolServersOf({ config, gateway }: View): readonly Resource<'ToolServer'>[] {
  return gateway.spec.toolServers
    .flatMap((name) => config.find('ToolServer', name) ?? [])
    .filter(({ spec }) => spec.transport === 'http');
}

/** Backends, their TLS, and the MCPRoute before them. */
export function toolObjects(view: View): readonly JsonObject[] {
  const servers = toolServersOf(view);
  if (servers.length === 0) return [];
  const { config, gateway } = view;
  const rules = servers.flatMap((server) => accessRules(view, server));
  const spec = defined({
    parentRefs: [targetOf('Gateway', view.nameOf())],
    path: PATH,
    backendRefs: servers.map((server) => serverRef(view, server)),
    securityPolicy: rules.length === 0 ? undefined : { authorization: { defaultAction: 'Allow', rules } },
  });
  return [
    ...servers.flatMap((server) => addressObjects(view, server)),
    objectOf({ config, resource: gateway }, 'MCPRoute', view.nameOf(), spec),
  ];
}

function serverName(view: View, { name }: Resource<'ToolServer'>): string {
  return view.nameOf(name, 'tools');
}

function addressObjects(view: View, server: Resource<'ToolServer'>): readonly JsonObject[] {
  const { external } = credentialOf(view, server) ?? {};
  const backend = { name: serverName(view, server), resource: server, upstream: upstreamAt(server.spec.url) };
  return [...(external === undefined ? [] : [external]), ...backendWithTls(view, backend)];
}

function credentialOf(view: View, server: Resource<'ToolServer'>): { name: string; external?: JsonObject } | undefined {
  const { credential } = server.spec;
  return (
    credential && fixedSecretOf(view.config, credential, 'apiKey', view.nameOf(server.name, 'tools', 'credential'))
  );
}

/** Only the allowed tools are offered, and of these none that is denied. */
function serverRef(view: View, server: Resource<'ToolServer'>): JsonObject {
  const { allow, deny } = server.spec.tools;
  const secret = credentialOf(view, server);
  const secretRef = secret && { group: '', kind: 'Secret', name: secret.name };
  return defined({
    ...targetOf('Backend', serverName(view, server)),
    path: upstreamAt(server.spec.url).path || '/',
    toolSelector: defined({ include: allow, exclude: deny.length === 0 ? undefined : deny }),
    securityPolicy: secretRef && { apiKey: { secretRef, header: 'Authorization' } },
  });
}

/** For each tool with an access list, a rule that lets these consumers use it, then one that refuses everybody. */
function accessRules(view: View, server: Resource<'ToolServer'>): readonly Json[] {
  return (server.spec.access ?? []).flatMap(({ name: tool, consumers }) => {
    const target = { tools: [{ backend: serverName(view, server), tool }] };
    const allowed = consumerConditions(view, consumers).map((conditions) => ({
      action: 'Allow',
      target,
      cel: conditions
        .map(({ name, test }) => `request.headers["${name}"].matches("^${celText(patternOf(test))}$")`)
        .join(' && '),
    }));
    return [...allowed, { action: 'Deny', target }];
  });
}

function celText(pattern: string): string {
  return pattern.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
