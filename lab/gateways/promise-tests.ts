// The table of promises, asked of every gateway that a target runs in the example repos.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { breachesOf } from './breaches.ts';
import { type Adapter, type GatewaySource, gatewaysIn } from './gateway-under-test.ts';
import type { Promised } from './promises/promise.ts';
import { promisesOf, unaskedRoutes } from './promises/table.ts';

const repos = ['cognitotech', 'fraud-bank', 'recommendation-shop'];
const environments = ['dev', 'staging', 'prod'];

/** Gateways that are asked at the same time: retries and time limits make most of it waiting. */
const LANES = 3;

/** Of one test, which may wait for gateways before its own. */
const PATIENCE = 900_000;

interface Inquiry {
  readonly name: string;
  readonly source: GatewaySource;
  readonly all: readonly Promised[];
  /** Those that are asked. */
  readonly promises: readonly Promised[];
  /** The breaches of each promise, in their order. */
  readonly outcome: PromiseWithResolvers<readonly (readonly string[])[]>;
}

/** Tests of all gateways with an adapter's target. `unasked` are the promises that this lab cannot ask: named one by one, so that none is forgotten. */
export function testPromises(adapter: Adapter, unasked: readonly string[]): void {
  const inquiries = inquiriesFor(adapter);
  let lanes: Promise<unknown> = Promise.resolve();
  beforeAll(async () => {
    await adapter.install();
    const waiting = [...inquiries];
    lanes = Promise.all(Array.from({ length: LANES }, () => askInTurn(waiting, adapter)));
  });
  afterAll(() => lanes, PATIENCE);

  test('asks everything but this', () => {
    const lacking = inquiries.flatMap(({ all }) =>
      all.filter((promised) => isLacking(promised, adapter)).map(({ name }) => name),
    );
    const routes = inquiries.flatMap(({ source }) => unaskedRoutes(source));
    expect([...new Set([...routes, ...lacking])].toSorted()).toEqual(unasked);
  });

  describe.each(inquiries)('$name', ({ promises, all, outcome }) => {
    test.each(promises.map(({ name }, index) => [name, index] as const))(
      '%s',
      async (_name, index) => {
        expect((await outcome.promise)[index]).toEqual([]);
      },
      PATIENCE,
    );
    const excused = all.filter((promised) => promised.excused !== undefined);
    test.skip.each(excused.map(({ name, excused: reason }) => [name, reason] as const))('%s (%s)', () => undefined);
  });
}

/** Whether a promise cannot be asked for want of what it takes. */
function isLacking({ needs, excused }: Promised, { lacks }: Adapter): boolean {
  return excused === undefined && needs !== undefined && lacks[needs] !== undefined;
}

function inquiriesFor(adapter: Adapter): readonly Inquiry[] {
  return repos.flatMap((repo) =>
    environments.flatMap((environment) =>
      gatewaysIn(join(import.meta.dirname, '..', '..', 'fixtures', repo), environment)
        .filter(({ gateway }) => gateway.spec.target.type === adapter.target.id)
        .map((source) => inquiryFor(`${repo} ${environment} ${source.gateway.name}`, source, adapter)),
    ),
  );
}

function inquiryFor(name: string, source: GatewaySource, adapter: Adapter): Inquiry {
  const outcome = Promise.withResolvers<readonly (readonly string[])[]>();
  // Whoever waits for it sees its failure; that nobody does yet is no fault.
  outcome.promise.catch(() => undefined);
  const all = promisesOf(source, adapter.target, adapter.keyOf);
  const promises = all.filter((promised) => promised.excused === undefined && !isLacking(promised, adapter));
  return { name, source, all, promises, outcome };
}

async function askInTurn(waiting: Inquiry[], adapter: Adapter): Promise<void> {
  for (let inquiry = waiting.shift(); inquiry !== undefined; inquiry = waiting.shift())
    await answer(inquiry, adapter).then(inquiry.outcome.resolve, inquiry.outcome.reject);
}

async function answer({ source, promises }: Inquiry, { start }: Adapter): Promise<readonly (readonly string[])[]> {
  const gateway = await start(source);
  try {
    const outcomes: (readonly string[])[] = [];
    for (const promised of promises) outcomes.push(await breachesOf(gateway, promised));
    return outcomes;
  } finally {
    await gateway.stop();
  }
}
