// Who may call. LiteLLM keeps keys and teams in its database, so what they should be is written down as the calls that make them so.
import type { Resource } from '../../config/model.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { budgetsOf } from './budgets.ts';
import type { Scene } from './deployment.ts';
import type { Group } from './groups.ts';
import { type Allowance, allowanceOf, limitsOf, tightest, withoutUndefined } from './limits.ts';
import { share } from './quantities.ts';
import { offeredTools, serverName, serversOf } from './tools.ts';

type Consumer = Resource<'Consumer'>;
type Team = Resource<'Team'>;

/** Headers in which LiteLLM takes keys anyway (1.106, user_api_key_auth); in any other, a key has to follow the word Bearer. */
export function takesPlainKey(header: string): boolean {
  return ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'x-litellm-api-key'].includes(
    header.toLowerCase(),
  );
}

/** The calls to LiteLLM's management API that teams and keys are made by, in order. A key itself never stands here: only where it lies. */
export function accessCalls(scene: Scene): JsonObject {
  const consumers = scene.gateway.spec.consumers.flatMap((name) => scene.config.find('Consumer', name) ?? []);
  const teams = [...new Set(consumers.flatMap(({ spec }) => spec.team ?? []))].toSorted();
  return {
    calls: [
      ...teams.flatMap((name) => teamCall(scene, scene.config.find('Team', name))),
      ...consumers.flatMap((consumer) => keyCalls(scene, consumer)),
    ],
  };
}

/** The groups that a consumer may ask: those of routes open to it all of whose models it may use, and of their fallbacks those it may use. */
function allowedGroups({ gateway, groups }: Scene, consumer: Consumer): readonly Group[] {
  const { models } = consumer.spec;
  const usable = groups.filter(({ route, deployments, role }) => {
    if (role === 'mirror' || role === 'helper' || route === undefined) return false;
    if (!(route.spec.consumers ?? gateway.spec.consumers).includes(consumer.name)) return false;
    return models.includes('*') || deployments.every(({ model }) => models.includes(model.name));
  });
  const open = new Set(usable.filter(({ role }) => role === 'entry' || role === 'overflow').map(({ route }) => route));
  return usable.filter(({ route }) => open.has(route));
}

function teamCall(scene: Scene, team: Team | undefined): readonly JsonObject[] {
  if (team === undefined) return [];
  const { config, gateway } = scene;
  const names = [...gateway.spec.limits, ...team.spec.limits];
  const limits = limitsOf(config, names, ['team']).filter(({ spec }) => spec.for.models === undefined);
  const budgets = budgetsOf(config, [...gateway.spec.budgets, ...team.spec.budgets], ['team']);
  const body = {
    team_id: team.name,
    team_alias: team.name,
    models: [],
    ...allowanceParams(tightest(limits.map(({ spec }) => allowanceOf(spec.allow ?? [], undefined)))),
    ...routeLimits(scene, 'team', team),
    ...purse(budgets),
    metadata: withoutUndefined({ cost_centre: team.spec.costCentre }),
  };
  return [{ method: 'POST', path: '/team/new', body }];
}

/** A key for each API key of a consumer. */
function keyCalls(scene: Scene, consumer: Consumer): readonly JsonObject[] {
  const { config, gateway } = scene;
  const keys = (consumer.spec.auth ?? []).flatMap(({ name, apiKey }) =>
    apiKey === undefined ? [] : [{ name, apiKey }],
  );
  const limits = limitsOf(config, [...gateway.spec.limits, ...consumer.spec.limits], ['consumer']).filter(
    ({ spec }) => spec.for.models === undefined && (spec.for.consumers?.includes(consumer.name) ?? true),
  );
  const budgets = budgetsOf(config, [...gateway.spec.budgets, ...consumer.spec.budgets], ['consumer']).filter(
    ({ spec }) => spec.for.consumers?.includes(consumer.name) ?? true,
  );
  const body = {
    ...withoutUndefined({ team_id: consumer.spec.team }),
    key_type: 'llm_api',
    models: allowedNames(allowedGroups(scene, consumer)),
    ...allowanceParams(tightest(limits.map(({ spec }) => allowanceOf(spec.allow ?? [], spec.concurrency)))),
    ...routeLimits(scene, 'consumer', consumer),
    ...purse(budgets),
    ...permissions(scene, consumer),
    metadata: { consumer: consumer.name },
  };
  return keys.map(({ name, apiKey }) => ({
    method: 'POST',
    path: '/key/generate',
    body: { key_alias: `${consumer.name}/${name}`, ...body },
    keyFrom: { ...apiKey },
  }));
}

/** No model at all is `no-default-models` to LiteLLM: an empty list would mean every one. */
function allowedNames(groups: readonly Group[]): readonly string[] {
  const names = groups.flatMap(({ name, aliases }) => [name, ...aliases]);
  return names.length === 0 ? ['no-default-models'] : names;
}

function allowanceParams({
  requests,
  tokens,
  inputTokens,
  outputTokens,
  dailyTokens,
  parallel,
}: Allowance): JsonObject {
  const perMinute = [tokens, inputTokens, outputTokens].filter((value) => value !== undefined);
  return withoutUndefined({
    rpm_limit: requests,
    tpm_limit: perMinute.length === 0 ? undefined : Math.min(...perMinute),
    tpd_limit: dailyTokens,
    max_parallel_requests: parallel,
  });
}

/** Limits that hold on one route or for some models, by the names of the groups concerned. */
function routeLimits(scene: Scene, each: 'consumer' | 'team', who: Consumer | Team): JsonObject {
  const { config, gateway, groups } = scene;
  const rows = groups.flatMap(({ name, aliases, route, role, deployments }) => {
    if (role !== 'entry' || route === undefined) return [];
    const everywhere = [...gateway.spec.limits, ...who.spec.limits];
    const limits = [
      ...limitsOf(config, route.spec.limits, [each]),
      ...limitsOf(config, everywhere, [each]).filter(({ spec }) => spec.for.models !== undefined),
    ]
      .filter(({ spec }) => spec.for.consumers?.includes(who.name) ?? true)
      .filter(
        ({ spec }) =>
          spec.for.models === undefined || deployments.every(({ model }) => spec.for.models?.includes(model.name)),
      );
    const allowance = tightest(limits.map(({ spec }) => allowanceOf(spec.allow ?? [], undefined)));
    return [name, ...aliases].map((each) => ({ name: each, ...allowanceParams(allowance) }) as JsonObject);
  });
  return { ...column(rows, 'model_rpm_limit', 'rpm_limit'), ...column(rows, 'model_tpm_limit', 'tpm_limit') };
}

function column(rows: readonly JsonObject[], key: string, from: string): JsonObject {
  const entries = rows.flatMap((row): [string, Json][] =>
    row[from] === undefined ? [] : [[String(row['name']), row[from]]],
  );
  return entries.length === 0 ? {} : { [key]: Object.fromEntries(entries) };
}

/** The tightest budget, with all others of other windows beside it. LiteLLM refuses a warning that comes as late as the end. */
function purse([tightest, ...others]: ReturnType<typeof budgetsOf>): JsonObject {
  if (tightest === undefined) return {};
  const { limit, warn } = tightest.spec;
  const further = others
    .map(({ spec }) => spec.limit)
    .filter(({ per }, index, all) => per !== limit.per && all.findIndex((other) => other.per === per) === index)
    .map(({ amount, per }) => ({ max_budget: amount, budget_duration: per }));
  return {
    max_budget: limit.amount,
    budget_duration: limit.per,
    ...(warn === undefined || warn.percent >= 100 ? {} : { soft_budget: share(warn.percent, limit.amount) }),
    ...(further.length === 0 ? {} : { budget_limits: further }),
  };
}

/** The tool servers that a key reaches, and of each the tools that are open to its consumer. */
function permissions({ config, gateway }: Scene, consumer: Consumer): JsonObject {
  if (gateway.spec.toolServers.length === 0) return {};
  const open = serversOf(config, gateway).map((server) => {
    const tools = offeredTools(server).filter((tool) => {
      const rule = server.spec.access?.find(({ name }) => name === tool);
      return rule === undefined || rule.consumers.includes(consumer.name);
    });
    return { name: serverName(server), tools };
  });
  const reached = open.filter(({ tools }) => tools.length > 0);
  // An empty list would be no restriction to LiteLLM.
  if (reached.length === 0) return { object_permission: { mcp_servers: ['no-mcp-servers'] } };
  return {
    object_permission: {
      mcp_servers: reached.map(({ name }) => name),
      mcp_tool_permissions: Object.fromEntries(reached.map(({ name, tools }) => [name, tools])),
    },
  };
}
