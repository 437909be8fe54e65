// A promotion by way of a Git host: proposed, approved by people there, merged there, and carried out.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { toldBy } from '../../src/cli/promotion-trial.ts';
import { applyPlan } from '../../src/commands/promote.ts';
import { type Beginning, beginning, hosts, type StartedPromotion, startPromotion } from './promotion-host.ts';

let begun: Beginning;
let started: StartedPromotion | undefined;
beforeAll(async () => {
  begun = await beginning();
});
afterEach(async () => {
  await started?.stop();
  started = undefined;
});
afterAll(() => begun.end());

test.each(Object.entries(hosts))('%s', async (_, host) => {
  started = await startPromotion(host, begun);
  const { world, pull, approve, merge, propose, trial } = started;
  const proposed = await propose();
  const { path: plan } = proposed;
  // Whoever asks does not count, nor does a stranger.
  for (const login of ['anna', 'stranger', 'ben']) approve(login, proposed.request.number);
  await merge(proposed);
  await pull();
  expect(await toldBy(applyPlan(world('anna'), { path: '.', plan }), 4)).toContain('1 of 2 people');
  approve('carla', proposed.request.number);
  expect(await toldBy(applyPlan(world('anna'), { path: '.', plan }))).toContain('Done: prod runs it');
  const registry = await trial.registry();
  expect((await registry.entry('product-expert'))?.aliases['prod']).toBe('8');
});
