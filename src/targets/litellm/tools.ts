import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { JsonObject } from '../../lib/json.ts';
import { seconds } from './quantities.ts';
import { environ } from './secret-variables.ts';

/** LiteLLM's mcp_servers: no consumer reaches one unless its key names it. */
export function toolServers(config: ResolvedConfig, gateway: Resource<'Gateway'>): JsonObject {
  return Object.fromEntries(serversOf(config, gateway).map((server) => [serverName(server), serverOf(server)]));
}

/** A gateway's tool servers that offer a tool. To LiteLLM, an empty list of allowed tools means any tool. */
export function serversOf(config: ResolvedConfig, gateway: Resource<'Gateway'>): readonly Resource<'ToolServer'>[] {
  const servers = gateway.spec.toolServers.flatMap((name) => config.find('ToolServer', name) ?? []);
  return servers.filter((server) => offeredTools(server).length > 0);
}

/** LiteLLM puts a server's name and a hyphen before its tools' names, and allows no hyphen in the name. */
export function serverName({ name, spec: { prefix } }: Resource<'ToolServer'>): string {
  return (prefix ?? name).replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || name.replace(/[^a-z0-9]+/g, '_');
}

/** Tools that a server offers. */
export function offeredTools({ spec: { tools } }: Resource<'ToolServer'>): readonly string[] {
  return tools.allow.filter((tool) => !tools.deny.includes(tool));
}

function serverOf(server: Resource<'ToolServer'>): JsonObject {
  const { transport, url, credential, timeout, tools } = server.spec;
  return {
    url,
    transport,
    ...(credential === undefined
      ? { auth_type: 'none' }
      : { auth_type: 'bearer_token', auth_value: environ(credential) }),
    allowed_tools: offeredTools(server),
    ...(tools.deny.length === 0 ? {} : { disallowed_tools: tools.deny }),
    allow_all_keys: false,
    timeout: seconds(timeout),
  };
}
