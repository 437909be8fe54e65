// The table of promises, asked of every gateway that a target runs in the example repos.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '../../src/targets/target.ts';
import { breachesOf } from './breaches.ts';
import { type GatewaySource, type GatewayUnderTest, gatewaysIn } from './gateway-under-test.ts';
import { promisesOf } from './promises.ts';

const repos = ['cognitotech', 'fraud-bank', 'recommendation-shop'];
const environments = ['dev', 'staging', 'prod'];

/** Tests of all gateways with this target. */
export function testPromises(target: Target, start: (source: GatewaySource) => Promise<GatewayUnderTest>): void {
  const sources = repos.flatMap((repo) =>
    environments.flatMap((environment) =>
      gatewaysIn(join(import.meta.dirname, '..', '..', 'fixtures', repo), environment)
        .filter(({ gateway }) => gateway.spec.target.type === target.id)
        .map((source) => [`${repo} ${environment} ${source.gateway.name}`, source] as const),
    ),
  );
  describe.each(sources)('%s', (_name, source) => {
    let gateway: GatewayUnderTest;
    beforeAll(async () => {
      gateway = await start(source);
    }, 120_000);
    afterAll(() => gateway.stop());
    const promises = promisesOf(source, target).map((promised) => [promised.name, promised] as const);

    test.each(promises)('%s', async (_promise, promised) => {
      if (promised.apart === true && gateway.consumers !== 'apart') return;
      expect(await breachesOf(gateway, promised)).toEqual([]);
    });
  });
}
