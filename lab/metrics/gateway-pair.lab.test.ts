// The pair of fake gateways, as a real Prometheus sees it.
import { afterEach, expect, test } from 'vitest';
import type { Dialect } from '../fakes/gateways/dialects.ts';
import { type Pair, startPair } from '../fakes/gateways/pair.ts';
import { type RunningPrometheus, startPrometheus } from '../members/prometheus.ts';

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});

const ERRORS: Readonly<Record<Dialect, { readonly failed: string; readonly all: string }>> = {
  'envoy-ai-gateway': {
    failed: 'gen_ai_server_request_duration_seconds_count{error_type!=""}',
    all: 'gen_ai_server_request_duration_seconds_count',
  },
  litellm: { failed: 'litellm_proxy_failed_requests_metric_total', all: 'litellm_proxy_total_requests_metric_total' },
};

test.each(['envoy-ai-gateway', 'litellm'] as const)('%s is scraped, ails, and gets well', async (dialect) => {
  const pair = await started({ dialect });
  const targets = { stable: pair.stable.address, canary: pair.canary.address };
  const prometheus = await scraping(targets);
  pair.canary.ail({ errors: 0.3 });
  pair.advance(600);
  const { failed, all } = ERRORS[dialect];
  const shareOf = (job: string) => resultOf(prometheus, `sum(${withJob(failed, job)}) / sum(${withJob(all, job)})`);
  await expect.poll(() => shareOf('canary'), { timeout: 15_000 }).toBeGreaterThan(0.25);
  await expect.poll(() => shareOf('stable'), { timeout: 15_000 }).toBeLessThan(0.02);
  pair.canary.hide(true);
  await expect.poll(() => resultOf(prometheus, 'up{job="canary"}'), { timeout: 15_000 }).toBe(0);
});

test('a restart is a counter that begins again', async () => {
  const pair = await started({ dialect: 'litellm' });
  pair.advance(60);
  const counted = await scrape(pair.stable.address);
  pair.stable.restart();
  pair.advance(1);
  expect(await scrape(pair.stable.address)).toBeLessThan(counted);
});

test('the same seed tells the same past, and Prometheus remembers it', async () => {
  const until = Math.floor(Date.now() / 1000) - 3600;
  const tell = async () =>
    (await started({ dialect: 'envoy-ai-gateway', seed: 7 })).past({ seconds: 7200, step: 60, until });
  const past = await tell();
  expect(await tell()).toBe(past);
  const prometheus = await startPrometheus({ past });
  running.push(prometheus);
  const query = 'sum(rate(gen_ai_server_request_duration_seconds_count[30m]))';
  // Twenty a second, told in two tracks.
  const rate = await resultOf(prometheus, query, until);
  expect(rate).toBeGreaterThan(18);
  expect(rate).toBeLessThan(22);
});

async function started(options: Parameters<typeof startPair>[0]): Promise<Pair> {
  const pair = await startPair(options);
  running.push(pair);
  return pair;
}

async function scraping(targets: Readonly<Record<string, string>>): Promise<RunningPrometheus> {
  const prometheus = await startPrometheus({ targets });
  running.push(prometheus);
  return prometheus;
}

function withJob(selector: string, job: string): string {
  const [name, matchers = ''] = selector.replace('}', '').split('{');
  return `${name}{job="${job}"${matchers === '' ? '' : `,${matchers}`}}`;
}

async function resultOf({ url }: RunningPrometheus, query: string, time?: number): Promise<number> {
  const at = time === undefined ? '' : `&time=${time}`;
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}${at}`);
  const { data } = (await answer.json()) as {
    readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  };
  return Number(data.result[0]?.value[1] ?? Number.NaN);
}

/** How many requests a gateway says that it has had. */
async function scrape(address: string): Promise<number> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const counts = text.split('\n').filter((line) => line.startsWith('litellm_proxy_total_requests_metric_total{'));
  return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
