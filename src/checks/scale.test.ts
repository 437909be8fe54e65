import { beforeAll, describe, expect, test } from 'vitest';
import type { ResolvedConfig } from '../config/model.ts';
import { assembleRepo } from '../config/repo.ts';
import { checks } from './checks.ts';

/** The files of a repo such as a large company may have: teams, each with models, routes, limits and consumers. */
function largeRepo(teams: number): Readonly<Record<string, string>> {
  const document = (kind: string, name: string, spec: string) =>
    `---\napiVersion: aigw.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
  const range = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index);
  const model = (team: number, name: string) =>
    document(
      'Model',
      `m${team}${name}`,
      `provider: p${team}, aliases: [alias-${team}${name}], context: {window: 128000}, price: {currency: USD, input: 1}`,
    );
  const route = (team: number, index: number) =>
    document(
      'Route',
      `r${team}-${index}`,
      `match: [{model: {prefix: "r${team}-${index}/"}, consumers: [c${team}]}, {path: {prefix: /t${team}/r${index}}}],
      requires: [chat], prompt: q${team}, backends: [{name: main, model: m${team}a, weight: 100}],
      fallback: {tiers: [[{model: m${team}b}]]}, timeout: {connect: 1s, total: 60s}`,
    );
  const ofTeam = (team: number) => [
    document('Provider', `p${team}`, `api: openai, url: "https://p${team}.example.com/v1"`),
    model(team, 'a'),
    model(team, 'b'),
    ...range(4).map((index) => route(team, index)),
    document('Prompt', `q${team}`, 'version: "1", messages: [{role: system, text: Answer in one sentence.}]'),
    document('Limit', `l${team}`, 'for: {each: consumer}, allow: [{requests: 600, per: 1m}]'),
    document(
      'Consumer',
      `c${team}`,
      `team: t${team}, auth: [{name: key, apiKey: {env: KEY_${team}}}], models: [m${team}a, m${team}b], limits: [l${team}]`,
    ),
    document('Team', `t${team}`, `contact: "#t${team}"`),
  ];
  const gateway = (first: number) =>
    document(
      'Gateway',
      `g${first}`,
      `target: {type: litellm, version: "1.106"}, listeners: [{name: http, port: 4000, protocol: http}],
      routes: [${range(100, first).flatMap((team) => range(4).map((index) => `r${team}-${index}`))}],
      consumers: [${range(100, first).map((team) => `c${team}`)}]`,
    );
  const gateways = range(teams / 100).map((index) => gateway(index * 100));
  return {
    'aigw.yaml': document('Repository', 'large', 'environments: [prod]') + gateways.join(''),
    ...Object.fromEntries(range(teams).map((team) => [`teams/${team}.yaml`, ofTeam(team).join('')])),
  };
}

describe('ten thousand resources', () => {
  let config: ResolvedConfig;

  beforeAll(() => {
    const files = Object.entries(largeRepo(900)).map(([path, text]) => ({ path, text }));
    const repo = assembleRepo(files);
    expect(repo.diagnostics.map(({ message }) => message)).toEqual([]);
    const resolved = repo.resolve('prod', new Map());
    if (resolved === undefined) throw new Error('the repo has no Repository');
    config = resolved;
  }, 60_000);

  test.each(checks.map((check) => [check.kinds[0]?.name, check] as const))(
    '%s needs far less than a second',
    async (_, check) => {
      const start = performance.now();
      const found = await check.run({ config, today: '2026-06-15', countTokens: async (text) => text.length });
      expect(performance.now() - start).toBeLessThan(1000);
      expect(found.filter(({ severity }) => severity === 'error')).toHaveLength(0);
    },
  );
});
