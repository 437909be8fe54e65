import { describe, expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './sunset-passed.ts';
import { trial } from './trial.ts';

type Edit = readonly [string, string];

const TODAY = '2026-06-15';

async function found(more: string, ...edits: Edit[]) {
  const all = await trial(check, exampleRepo(...edits) + more, TODAY);
  return all.map(({ severity, at, message }) => `${severity} ${at}: ${message}`);
}

describe('a route', () => {
  const api = (text: string): Edit => ['  match: [{model: large}]', `  api: {${text}}`];

  test.each([
    [
      '2026-06-14',
      'error "2026-06-14": Route chat must not be used any more since 2026-06-14, and gateways still list it.',
    ],
    [
      '2026-06-15',
      'error "2026-06-15": Route chat must not be used any more since 2026-06-15, and gateways still list it.',
    ],
    ['2026-06-16', 'warning "2026-06-16": Route chat must not be used any more from 2026-06-16 on.'],
    ['2026-07-15', 'warning "2026-07-15": Route chat must not be used any more from 2026-07-15 on.'],
  ])('with sunset %s', async (sunset, expected) => {
    expect(await found('', api(`sunset: "${sunset}"`))).toEqual([expected]);
  });

  test('has time until the last thirty days', async () => {
    expect(await found('', api('deprecated: "2026-01-01", sunset: "2026-07-16"'))).toEqual([]);
  });

  test('that no gateway lists may rest', async () => {
    const old = `---
apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: old}
spec: {api: {sunset: "2020-01-01"}, backends: [{name: main, model: small, weight: 100}]}
`;
    expect(await found(old)).toEqual([]);
  });

  test('is deprecated before its sunset', async () => {
    expect(await found('', api('deprecated: "2030-02-01", sunset: "2030-01-01"'))).toEqual([
      'error "2030-02-01": Route chat is deprecated from 2030-02-01, after its sunset on 2030-01-01.',
    ]);
  });
});

describe('a model', () => {
  const PRICE = '  price: {currency: USD, input: 0.25, output: 2}';
  const deprecated = (text: string): Edit => [PRICE, `${PRICE}\n  deprecated: {${text}}`];

  test('is told of where it is used', async () => {
    expect(await trial(check, exampleRepo(deprecated('sunset: "2026-06-15", replacement: large')), TODAY)).toEqual([
      {
        severity: 'error',
        at: 'small',
        message: 'Model small must not be used any more since 2026-06-15, and Route chat still does.',
        related: ['"2026-06-15": The end of small.'],
      },
    ]);
  });

  test('warns from the day on which it is deprecated', async () => {
    const text =
      'warning small: Model small is deprecated and must not be used any more from 2030-01-01 on, and Route chat still does.';
    expect(await found('', deprecated('sunset: "2030-01-01"'))).toEqual([text]);
    expect(await found('', deprecated('since: "2026-06-15", sunset: "2030-01-01"'))).toEqual([text]);
    expect(await found('', deprecated('since: "2026-06-16", sunset: "2030-01-01"'))).toEqual([]);
  });

  test('is deprecated before its sunset', async () => {
    expect(await found('', deprecated('since: "2030-02-01", sunset: "2030-01-01"'))).toEqual([
      'error "2030-02-01": Model small is deprecated from 2030-02-01, after its sunset on 2030-01-01.',
    ]);
  });

  test('may be granted to consumers until the end', async () => {
    const unused: Edit = ['  fallback:\n    tiers: [[{model: small}]]\n', ''];
    expect(await found('', deprecated('sunset: "2026-01-01"'), unused)).toEqual([]);
  });
});
