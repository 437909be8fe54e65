import { describe, expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './policy-rule.ts';
import { trial } from './trial.ts';

const policy = (kind: string, condition: string, more = '') => `---
apiVersion: aigw.dev/v1alpha1
kind: Policy
metadata: {name: house-rules}
spec:
  ${more}
  rules: [{name: one, kind: ${kind}, require: '${condition}', message: It must hold., severity: warning}]
`;
const found = (kind: string, condition: string, more = '') =>
  trial(check, exampleRepo() + policy(kind, condition, more));

describe('rules of policies', () => {
  test.each([
    ['Model', 'resource.spec.price.input < 10'],
    ['Model', 'resource.spec.price.output / resource.spec.price.input == 8.0'],
    ['Model', 'resource.spec.context.window - 1000 > resource.spec.context.output'],
    ['Model', '"chat" in resource.spec.capabilities'],
    ['Model', 'resource.spec.capabilities.exists(c, c == "tools")'],
    ['Gateway', 'size(resource.spec.guardrails) == 0'],
    ['Gateway', 'resource.spec.listeners.all(l, l.port in [443, 4000])'],
    ['Route', 'resource.metadata.name.matches("^[a-z]+$") && resource.kind == "Route"'],
    ['Route', '!has(resource.metadata.team)'],
    ['Consumer', 'resource.spec.models.map(m, m.size()).exists(n, n == 5)'],
    ['Cache', 'false'],
  ])('a %s keeps %s', async (kind, condition) => {
    expect(await found(kind, condition)).toEqual([]);
  });

  test('a breach is told at the value that the rule looks at, else at the name', async () => {
    const priced = await found('Model', 'resource.spec.upstreamModel.startsWith("gpt-5.")');
    expect(priced).toMatchObject([{ severity: 'warning', at: 'gpt-5-mini' }]);
    expect(priced[0]?.message).toBe('Model small breaks rule one of policy house-rules: It must hold.');
    expect(await found('Route', 'has(resource.spec.timeout)')).toMatchObject([{ at: 'chat' }]);
  });

  test('a policy of some environments holds there alone', async () => {
    const overlay = `---\napiVersion: aigw.dev/v1alpha1\nkind: Route\nmetadata: {name: chat, environment: prod}\nspec: {timeout: {total: 5s}}\n`;
    const repo = (environment: string) =>
      exampleRepo() + overlay + policy('Route', 'has(resource.spec.timeout)', `environments: [${environment}]`);
    expect(await trial(check, repo('prod'))).toEqual([]);
    expect(await trial(check, repo('dev'))).toHaveLength(1);
  });
});

describe('rules that are broken', () => {
  test.each([
    ['resource.spec.', 'expecting'],
    ['resource.spec.cost > 1', 'resource.spec has no field cost'],
    ['resource.spec.price.inputt > 1.0', 'did you mean input'],
    ['resource.meta.name == "a"', 'resource has no field meta'],
    ['unknown(resource)', 'unbound function'],
    ['spec.price.input > 1', 'unresolved'],
    ['resource.spec.provider', 'neither true nor false'],
    ['resource.spec.price.input > "1"', 'overload'],
    ['resource.spec.registry.startsWith("a")', 'registry'],
    [`"${'x'.repeat(2000)}" == ""`, 'longer than'],
    ['('.repeat(900), 'Rule one'],
    ['resource.spec.capabilities.exists(c, c.matches("(a"))', 'Rule one'],
  ])('%s is told once, at the rule', async (condition, words) => {
    const all = await found('Model', condition);
    expect(all).toMatchObject([{ severity: 'error', at: `'${condition}'` }]);
    expect(all[0]?.message).toContain(words);
  });

  test('loops within loops are refused where a resource is large, and run where it is small', async () => {
    const loops = 'resource.spec.routes.all(a, resource.spec.routes.all(b, resource.spec.routes.all(c, a != "")))';
    expect(await found('Gateway', loops)).toEqual([]);
    const routes = Array.from({ length: 500 }, (_, index) => `r${index}`).join(', ');
    const large = exampleRepo(['routes: [chat]', `routes: [${routes}]`]) + policy('Gateway', loops);
    const begin = performance.now();
    const [refused] = await trial(check, large);
    expect(refused?.message).toContain('too many steps');
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});
