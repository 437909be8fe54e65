import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { partOf, rendered, type Specs } from './trial.ts';

const key = (name: string) => ({ name, apiKey: { secret: 'bot', key: name } });
const large = [{ name: 'main', model: 'large', weight: 100 }];

/** The bodies of calls by the path, in order. */
function bodies(path: string, specs: Specs): readonly JsonObject[] {
  const { calls } = rendered(specs);
  return calls.filter((call) => call['path'] === path).map(({ body }) => body as JsonObject);
}

function keyOf(consumer: JsonObject, specs: Specs = {}): JsonObject {
  const Consumer = { bot: { auth: [key('main')], models: ['*'], ...consumer } };
  const [body = {}] = bodies('/key/generate', { Gateway: { llm: { consumers: ['bot'] } }, ...specs, Consumer });
  return body;
}

describe('a key', () => {
  test('is asked for by reference, once for each that a consumer has', () => {
    const Consumer = { bot: { auth: [key('old'), key('new')], models: ['*'] } };
    const { calls } = rendered({ Gateway: { llm: { consumers: ['bot'] } }, Consumer });
    expect(calls).toMatchObject([
      { method: 'POST', path: '/key/generate', body: { key_alias: 'bot/old' }, keyFrom: { secret: 'bot', key: 'old' } },
      { method: 'POST', path: '/key/generate', body: { key_alias: 'bot/new' }, keyFrom: { secret: 'bot', key: 'new' } },
    ]);
  });

  test('opens the routes all of whose models its consumer may use', () => {
    const gateway = { Gateway: { llm: { consumers: ['bot'], routes: ['chat', 'expert'] } } };
    const routes: Specs = {
      ...gateway,
      Route: {
        chat: { fallback: { tiers: [[{ model: 'large' }]] }, match: [{ model: 'chat' }, { model: 'talk' }] },
        expert: { match: [{ model: 'expert' }], backends: large },
      },
    };
    expect(keyOf({ models: ['*'] }, routes)['models']).toEqual(['chat', 'talk', '~chat/tier-1', 'expert']);
    expect(keyOf({ models: ['small'] }, routes)['models']).toEqual(['chat', 'talk']);
    expect(keyOf({ models: ['large'] }, routes)['models']).toEqual(['expert']);
  });

  test('opens nothing to a consumer without models, or where a route is for others', () => {
    expect(keyOf({ models: [] })['models']).toEqual(['no-default-models']);
    expect(
      keyOf({}, { Route: { chat: { consumers: [] } }, Gateway: { llm: { consumers: ['bot'] } } })['models'],
    ).toEqual(['no-default-models']);
  });

  test('has the tightest limits of gateway and consumer', () => {
    const Limit = {
      all: {
        for: { each: 'consumer' },
        allow: [
          { requests: 60, per: '1m' },
          { tokens: 5000, per: '1d' },
        ],
      },
      own: { for: { each: 'consumer' }, allow: [{ requests: 30, per: '1m' }], concurrency: 2 },
      other: { for: { each: 'consumer', consumers: ['somebody-else'] }, allow: [{ requests: 1, per: '1m' }] },
    };
    const specs: Specs = { Limit, Gateway: { llm: { consumers: ['bot'], limits: ['all', 'other'] } } };
    expect(keyOf({ limits: ['own'] }, specs)).toMatchObject({
      rpm_limit: 30,
      tpd_limit: 5000,
      max_parallel_requests: 2,
    });
  });

  test('has limits of its own for the names of a route', () => {
    const Limit = {
      here: {
        for: { each: 'consumer' },
        allow: [
          { requests: 5, per: '1m' },
          { tokens: 700, per: '1m' },
        ],
      },
      small: { for: { each: 'consumer', models: ['small'] }, allow: [{ requests: 9, per: '1m' }] },
    };
    expect(
      keyOf({}, { Limit, Route: { chat: { limits: ['here'] } }, Gateway: { llm: { consumers: ['bot'] } } }),
    ).toMatchObject({
      model_rpm_limit: { chat: 5 },
      model_tpm_limit: { chat: 700 },
    });
    expect(keyOf({ limits: ['small'] }, { Limit })).toMatchObject({ model_rpm_limit: { chat: 9 } });
  });

  test('has all budgets, the tightest first, and a warning below the end', () => {
    const each = { for: { each: 'consumer' } };
    const Budget = {
      month: { ...each, limit: { amount: 300, currency: 'USD', per: '1mo' }, warn: { percent: 100 } },
      day: { ...each, limit: { amount: 5, currency: 'USD', per: '1d' }, warn: { percent: 80 } },
    };
    expect(keyOf({ budgets: ['month', 'day'] }, { Budget })).toMatchObject({
      max_budget: 5,
      budget_duration: '1d',
      soft_budget: 4,
      budget_limits: [{ max_budget: 300, budget_duration: '1mo' }],
    });
    expect(keyOf({ budgets: ['month'] }, { Budget })).not.toHaveProperty('soft_budget');
  });

  test('needs a database, which nobody needs where nobody may call', () => {
    const open = rendered({ Consumer: { bot: { auth: [key('main')] } }, Gateway: { llm: { consumers: ['bot'] } } });
    expect(partOf(open, 'general_settings')).toMatchObject({ database_url: 'os.environ/DATABASE_URL' });
    expect(open.workload.env['DATABASE_URL']).toEqual({ secret: 'llm-litellm', key: 'databaseUrl' });
    expect(open.losses['Gateway/llm spec.consumers']).toBe('approximate');
    const closed = rendered({});
    expect(closed.calls).toEqual([]);
    expect(partOf(closed, 'general_settings')).not.toHaveProperty('database_url');
    expect(partOf(closed, 'general_settings')).toMatchObject({ master_key: 'os.environ/LITELLM_MASTER_KEY' });
  });

  test('is taken in a header of the gateway’s own', () => {
    const header = (apiKeyHeader: string) =>
      partOf(rendered({ Gateway: { llm: { apiKeyHeader } } }), 'general_settings');
    expect(header('x-customer-key')).toMatchObject({ litellm_key_header_name: 'x-customer-key' });
    expect(header('x-api-key')).not.toHaveProperty('litellm_key_header_name');
  });
});

describe('a team', () => {
  test('is made before its keys, with its limits and budgets', () => {
    const specs: Specs = {
      Consumer: { bot: { team: 'support', auth: [key('main')] } },
      Team: { support: { costCentre: 'cc-1', budgets: ['purse'], limits: ['share'] } },
      Limit: { share: { for: { each: 'team' }, allow: [{ requests: 60, per: '1m' }], concurrency: 3 } },
      Budget: { purse: { for: { each: 'team' }, limit: { amount: 9, currency: 'EUR', per: '1w' } } },
      Gateway: { llm: { consumers: ['bot'] } },
    };
    expect(rendered(specs).calls.map(({ path }) => path)).toEqual(['/team/new', '/key/generate']);
    expect(bodies('/team/new', specs)).toEqual([
      {
        team_id: 'support',
        team_alias: 'support',
        models: [],
        rpm_limit: 60,
        max_budget: 9,
        budget_duration: '1w',
        metadata: { cost_centre: 'cc-1' },
      },
    ]);
    expect(rendered(specs).losses).toMatchObject({
      'Limit/share spec.concurrency': 'dropped',
      'Budget/purse spec.limit.currency': 'approximate',
    });
  });
});

describe('tools', () => {
  const crm = { url: 'https://crm.example.com/mcp', credential: { secret: 'crm', key: 'token' } };
  const specs = (tools: JsonObject, more: JsonObject = {}): Specs => ({
    ToolServer: { crm: { ...crm, tools, ...more } },
    Gateway: { llm: { toolServers: ['crm'], consumers: ['bot'] } },
  });

  test('are offered as the server says, to whom it says', () => {
    const offered = specs(
      { allow: ['find', 'refund', 'drop'], deny: ['drop'] },
      { prefix: 'crm-', access: [{ name: 'refund', consumers: [] }] },
    );
    const result = rendered({ ...offered, Consumer: { bot: { auth: [key('main')] } } });
    expect(partOf(result, 'mcp_servers')).toMatchObject({
      crm: {
        auth_type: 'bearer_token',
        auth_value: 'os.environ/SECRET__crm__token',
        allowed_tools: ['find', 'refund'],
        disallowed_tools: ['drop'],
        allow_all_keys: false,
      },
    });
    expect(keyOf({}, offered)['object_permission']).toEqual({
      mcp_servers: ['crm'],
      mcp_tool_permissions: { crm: ['find'] },
    });
  });

  test('are none where none is left, since an empty list would mean all', () => {
    const none = specs({ allow: ['drop'], deny: ['drop'] });
    expect(rendered(none).file).not.toHaveProperty('mcp_servers');
    expect(keyOf({}, none)['object_permission']).toEqual({ mcp_servers: ['no-mcp-servers'] });
    const others = specs({ allow: ['find'] }, { access: [{ name: 'find', consumers: [] }] });
    expect(keyOf({}, others)['object_permission']).toEqual({ mcp_servers: ['no-mcp-servers'] });
  });
});
