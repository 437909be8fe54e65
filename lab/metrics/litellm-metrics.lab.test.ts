// The fake LiteLLM is held against a real one: whatever it tells, the real one tells under the same name, with the same labels and bounds,
// and no others.
import { beforeAll, expect, test } from 'vitest';
import { startPair } from '../fakes/gateways/pair.ts';
import { startUpstream, type Upstream } from '../fakes/upstream.ts';
import { installLitellm, MASTER_KEY, startLitellm } from '../members/litellm.ts';
import { runAt } from '../site.ts';
import { readScrape, shapesOf } from './scraped.ts';

beforeAll(async () => {
  await installLitellm();
});

test('the fake tells what it tells as a real LiteLLM does', async () => {
  const real = await shapesOfReal();
  const pair = await startPair({ dialect: 'litellm' });
  pair.canary.ail({ errors: 0.3 });
  pair.advance(60);
  for (const accept of ACCEPTED) {
    const text = await (await fetch(`http://${pair.canary.address}/metrics`, { headers: { accept } })).text();
    const fake = shapesOf(readScrape(text));
    const names = new Set([...fake].map(nameIn));
    expect(names.size).toBeGreaterThan(20);
    const ofReal = [...(real.get(accept) ?? [])].filter((shape) => names.has(nameIn(shape)));
    expect([...fake].toSorted()).toEqual(ofReal.toSorted());
  }
  await pair.stop();
});

function nameIn(shape: string): string | undefined {
  return shape.split(' ')[0];
}

const ACCEPTED = ['text/plain;version=0.0.4', 'application/openmetrics-text;version=1.0.0'];

/** What a real one tells after a chat, a streamed chat and one that fails. */
async function shapesOfReal(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const told = new Map<string, ReadonlySet<string>>();
  const site = await runAt('litellm-metrics', async ({ alsoStop }) => {
    const upstream = await startUpstream();
    alsoStop(upstream.stop);
    const { url, stop } = await startLitellm({ config: configFor(upstream) });
    alsoStop(stop);
    const authorization = { authorization: `Bearer ${MASTER_KEY}` };
    upstream.behave('broken', { status: 500 });
    for (const question of [{ model: 'chat' }, { model: 'chat', stream: true }, { model: 'broken' }]) {
      const body = JSON.stringify({ ...question, messages: [{ role: 'user', content: 'hello' }] });
      const headers = { ...authorization, 'content-type': 'application/json' };
      const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
      expect(answer.status).toBe(question.model === 'chat' ? 200 : 500);
      await answer.text();
    }
    // It counts after it has answered; the stream's first token comes last.
    const scrape = async (accept: string) =>
      await (await fetch(`${url}/metrics/`, { headers: { accept, ...authorization } })).text();
    await expect.poll(() => scrape('text/plain'), { timeout: 30_000 }).toMatch(/time_to_first_token_metric_count\{/);
    for (const accept of ACCEPTED) told.set(accept, shapesOf(readScrape(await scrape(accept))));
    return {};
  });
  await site.stop();
  return told;
}

function configFor({ url }: Upstream): string {
  const deployment = (model_name: string, model: string) => ({
    model_name,
    litellm_params: { model: `openai/${model}`, api_base: `${url}/v1`, api_key: 'none' },
  });
  return JSON.stringify({
    model_list: [deployment('chat', 'gpt-5-mini'), deployment('broken', 'broken')],
    litellm_settings: { callbacks: ['prometheus'] },
    router_settings: { num_retries: 0 },
  });
}
