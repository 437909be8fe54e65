// The table of promises, asked of every gateway that a target runs in the example repos.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '../../src/targets/target.ts';
import { breachesOf } from './breaches.ts';
import { type GatewaySource, type GatewayUnderTest, gatewaysIn } from './gateway-under-test.ts';
import { type Promised, promisesOf } from './promises.ts';

const repos = ['cognitotech', 'fraud-bank', 'recommendation-shop'];
const environments = ['dev', 'staging', 'prod'];

/** Gateways that are asked at the same time: retries and time limits make most of it waiting. */
const LANES = 3;

/** Of one test, which may wait for gateways before its own. */
const PATIENCE = 900_000;

interface Inquiry {
  readonly name: string;
  readonly source: GatewaySource;
  readonly promises: readonly Promised[];
  /** The breaches of each promise, in their order. */
  readonly outcome: PromiseWithResolvers<readonly (readonly string[])[]>;
}

/** Tests of all gateways with this target. */
export function testPromises(
  target: Target,
  install: () => Promise<unknown>,
  start: (source: GatewaySource) => Promise<GatewayUnderTest>,
): void {
  const inquiries = inquiriesFor(target);
  let lanes: Promise<unknown> = Promise.resolve();
  beforeAll(async () => {
    await install();
    const waiting = [...inquiries];
    lanes = Promise.all(Array.from({ length: LANES }, () => askInTurn(waiting, start)));
  }, 1_800_000);
  afterAll(() => lanes, PATIENCE);

  describe.each(inquiries)('$name', ({ promises, outcome }) => {
    test.each(promises.map(({ name }, index) => [name, index] as const))(
      '%s',
      async (_name, index) => {
        expect((await outcome.promise)[index]).toEqual([]);
      },
      PATIENCE,
    );
  });
}

function inquiriesFor(target: Target): readonly Inquiry[] {
  return repos.flatMap((repo) =>
    environments.flatMap((environment) =>
      gatewaysIn(join(import.meta.dirname, '..', '..', 'fixtures', repo), environment)
        .filter(({ gateway }) => gateway.spec.target.type === target.id)
        .map((source) => {
          const outcome = Promise.withResolvers<readonly (readonly string[])[]>();
          // Whoever waits for it sees its failure; that nobody does yet is no fault.
          outcome.promise.catch(() => undefined);
          const name = `${repo} ${environment} ${source.gateway.name}`;
          return { name, source, promises: promisesOf(source, target), outcome };
        }),
    ),
  );
}

async function askInTurn(
  waiting: Inquiry[],
  start: (source: GatewaySource) => Promise<GatewayUnderTest>,
): Promise<void> {
  for (let inquiry = waiting.shift(); inquiry !== undefined; inquiry = waiting.shift())
    await answer(inquiry, start).then(inquiry.outcome.resolve, inquiry.outcome.reject);
}

async function answer(
  { source, promises }: Inquiry,
  start: (source: GatewaySource) => Promise<GatewayUnderTest>,
): Promise<readonly (readonly string[])[]> {
  const gateway = await start(source);
  try {
    const outcomes: (readonly string[])[] = [];
    for (const promised of promises) {
      const isAsked = promised.apart !== true || gateway.consumers === 'apart';
      outcomes.push(isAsked ? await breachesOf(gateway, promised) : []);
    }
    return outcomes;
  } finally {
    await gateway.stop();
  }
}
