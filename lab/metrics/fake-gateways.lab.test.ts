// The pair of fake gateways, as whoever scrapes them sees it.
import { afterEach, expect, test } from 'vitest';
import type { Dialect } from '../fakes/gateways/dialects.ts';
import { type Pair, type PairOptions, startPair } from '../fakes/gateways/pair.ts';
import { isFree } from '../process.ts';
import { readScrape, type ScrapedSample, shapesOf, sumOf } from './scraped.ts';

const DURATION = 'gen_ai_server_request_duration_seconds';
const REQUESTS = 'litellm_proxy_total_requests_metric_total';
const FAILED = 'litellm_proxy_failed_requests_metric_total';

const running: Pair[] = [];
afterEach(async () => {
  for (const pair of running.splice(0)) await pair.stop();
});

test('the same seed tells the same past, another seed another', async () => {
  const tell = async (seed: number) =>
    (await started({ dialect: 'litellm', seed })).past({ seconds: 600, step: 60, until: 1_700_000_000 });
  expect(await tell(3)).toBe(await tell(3));
  expect(await tell(3)).not.toBe(await tell(4));
});

test('a past has every metric in one piece, ends as it must, and goes up to its end', async () => {
  const pair = await started({ dialect: 'envoy-ai-gateway' });
  const past = pair.past({ seconds: 120, step: 60, until: 1_700_000_000 });
  const heads = [...past.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(new Set(heads).size).toBe(heads.length);
  expect(past.endsWith('\n# EOF\n')).toBe(true);
  const times = new Set([...past.matchAll(/ (\d+)$/gm)].map(([, time]) => Number(time)));
  expect([...times].toSorted()).toEqual([1_699_999_880, 1_699_999_940, 1_700_000_000]);
});

test('what happens during a past is in it', async () => {
  const pair = await started({ dialect: 'litellm', canaryShare: 0 });
  const past = pair.past({
    seconds: 1200,
    step: 60,
    until: 1_700_000_000,
    during: (elapsed) => {
      if (elapsed === 600) pair.shift(0.5);
      if (elapsed === 900) pair.canary.hide(true);
    },
  });
  const up = past.split('\n').filter((line) => line.startsWith('up{job="canary"'));
  expect(up.map((line) => line.split(' ')[1]).join('')).toBe('111111111111111000000');
  expect(past).not.toMatch(/^litellm_proxy_total_requests_metric_total\{job="canary".* 1699999340$/m);
  expect(past).toMatch(/^litellm_proxy_total_requests_metric_total\{job="canary".* 1699999400$/m);
});

test.each(['envoy-ai-gateway', 'litellm'] as const)('%s counts the requests that there were', async (dialect) => {
  const pair = await started({ dialect, rate: 0.2, canaryShare: 0.25 });
  // Few at a time, as a quiet service has them.
  for (let minute = 0; minute < 2000; minute++) pair.advance(15);
  const [stable, canary] = [await countOf(pair, 'stable', dialect), await countOf(pair, 'canary', dialect)];
  // Six thousand expected: five standard deviations.
  expect(Math.abs(stable + canary - 6000)).toBeLessThan(390);
  expect(canary / (stable + canary)).toBeCloseTo(0.25, 1);
});

test('ails as it is told, and gets well', async () => {
  const pair = await started({ dialect: 'litellm' });
  pair.canary.ail({ errors: 0.2, throttling: 0.1, dearness: 3, wordiness: 2 });
  pair.advance(500);
  const [stable, canary] = [await scrape(pair.stable.address), await scrape(pair.canary.address)];
  const all = sumOf(canary, REQUESTS);
  expect(sumOf(canary, FAILED, { exception_status: '500' }) / all).toBeCloseTo(0.2, 1);
  expect(sumOf(canary, FAILED, { exception_status: '429' }) / all).toBeCloseTo(0.1, 1);
  const ratio = (metric: string) => meanOf(canary, metric) / meanOf(stable, metric);
  expect(ratio('litellm_output_tokens_metric_total')).toBeCloseTo(2, 0);
  expect(ratio('litellm_spend_metric_total')).toBeGreaterThan(4);
  pair.canary.ail({ errors: 0 });
  pair.advance(500);
  const after = await scrape(pair.canary.address);
  expect(sumOf(after, FAILED)).toBe(sumOf(canary, FAILED));
});

test('slowness moves the whole, stalls the tail, emptiness the tokens', async () => {
  const pair = await started({ dialect: 'envoy-ai-gateway' });
  const countAbove = async (ailment: Parameters<Pair['canary']['ail']>[0]) => {
    pair.canary.restart();
    pair.canary.ail(ailment);
    pair.advance(300);
    const samples = await scrape(pair.canary.address);
    const all = sumOf(samples, `${DURATION}_count`);
    const above = (le: string) => 1 - sumOf(samples, `${DURATION}_bucket`, { le }) / all;
    const wordless = sumOf(samples, 'gen_ai_client_token_usage_bucket', { gen_ai_token_type: 'output', le: '1' });
    return { half: above('1.28'), tail: above('10.24'), wordless: wordless / all };
  };
  const well = await countAbove({});
  expect(well.tail).toBeLessThan(0.005);
  expect((await countAbove({ slowness: 1.5 })).half).toBeGreaterThan(well.half + 0.15);
  const stalled = await countAbove({ stalls: { share: 0.05, factor: 20 } });
  expect(stalled.tail).toBeCloseTo(0.05, 1);
  expect((await countAbove({ emptiness: 0.3 })).wordless).toBeGreaterThan(0.25);
});

test('a restart is a counter that begins again, and is told as such', async () => {
  const pair = await started({ dialect: 'litellm' });
  pair.advance(60);
  const before = await scrape(pair.stable.address);
  pair.stable.restart();
  pair.advance(6);
  const after = await scrape(pair.stable.address);
  expect(sumOf(after, REQUESTS)).toBeLessThan(sumOf(before, REQUESTS));
  const since = { status_code: '200' };
  const name = 'litellm_proxy_total_requests_metric_created';
  expect(sumOf(after, name, since) - sumOf(before, name, since)).toBeCloseTo(60, 0);
});

test('metrics and whole gateways can be missing', async () => {
  const pair = await started({ dialect: 'envoy-ai-gateway' });
  pair.advance(30);
  pair.canary.leaveOut(/token/);
  expect(new Set((await scrape(pair.canary.address)).map(({ name }) => name))).toEqual(
    new Set([...['bucket', 'sum', 'count'].map((end) => `${DURATION}_${end}`), 'target_info']),
  );
  pair.canary.leaveOut();
  pair.canary.hide(true);
  expect((await fetch(`http://${pair.canary.address}/metrics`)).status).toBe(503);
  pair.canary.hide(false);
  expect(sumOf(await scrape(pair.canary.address), 'gen_ai_client_token_usage_count')).toBeGreaterThan(0);
});

test('speaks OpenMetrics where the real one does', async () => {
  const [litellm, envoy] = [await started({ dialect: 'litellm' }), await started({ dialect: 'envoy-ai-gateway' })];
  litellm.advance(30);
  const [told, alike] = [await openMetrics(litellm), await openMetrics(envoy)];
  expect(told.type).toContain('application/openmetrics-text');
  expect(told.text).toMatch(/# TYPE litellm_spend_metric counter\n[\s\S]*# EOF\n$/);
  expect(alike.type).toContain('text/plain; version=0.0.4');
});

/** As a real Envoy AI Gateway 1.0.0 was seen to tell; a real LiteLLM is asked each time, in a test of its own. */
test('tells under the names, labels and bounds of Envoy AI Gateway', async () => {
  const pair = await started({ dialect: 'envoy-ai-gateway' });
  pair.canary.ail({ errors: 0.5 });
  pair.advance(60);
  const shapes = shapesOf(await scrape(pair.canary.address));
  const model = 'gen_ai_operation_name,gen_ai_original_model,gen_ai_provider_name,gen_ai_request_model';
  const labels = `${model},gen_ai_response_model`;
  const scope = 'otel_scope_name,otel_scope_schema_url,otel_scope_version';
  expect([...shapes].filter((shape) => !shape.includes('_bucket')).toSorted()).toEqual([
    ...['count', 'sum'].map((end) => `gen_ai_client_token_usage_${end} {${labels},gen_ai_token_type,${scope}}`),
    `${DURATION}_count {error_type,${labels},${scope}}`,
    `${DURATION}_count {${labels},${scope}}`,
    `${DURATION}_sum {error_type,${labels},${scope}}`,
    `${DURATION}_sum {${labels},${scope}}`,
    ...['count', 'sum'].map((end) => `gen_ai_server_time_per_output_token_seconds_${end} {${labels},${scope}}`),
    ...['count', 'sum'].map((end) => `gen_ai_server_time_to_first_token_seconds_${end} {${labels},${scope}}`),
    'target_info {service_name,telemetry_sdk_language,telemetry_sdk_name,telemetry_sdk_version}',
  ]);
  const bounds = [...shapes].flatMap((shape) => /_usage_bucket .* le=(.*)/.exec(shape)?.[1] ?? []);
  expect(bounds.slice(-4)).toEqual(['4.194304e+06', '1.6777216e+07', '6.7108864e+07', '+Inf']);
});

test('runs beside another, and is gone after stop', async () => {
  const [pair, other] = [await started({ dialect: 'litellm' }), await started({ dialect: 'litellm' })];
  expect(new Set([pair, other].flatMap(({ stable, canary }) => [stable.address, canary.address])).size).toBe(4);
  const ports = [other.stable, other.canary].map(({ address }) => Number(address.split(':')[1]));
  await other.stop();
  expect(await Promise.all(ports.map(isFree))).toEqual([true, true]);
  expect((await fetch(`http://${pair.stable.address}/metrics`)).status).toBe(200);
});

async function started(options: PairOptions): Promise<Pair> {
  const pair = await startPair(options);
  running.push(pair);
  return pair;
}

async function scrape(address: string): Promise<readonly ScrapedSample[]> {
  return readScrape(await (await fetch(`http://${address}/metrics`)).text());
}

async function openMetrics(pair: Pair): Promise<{ readonly type: string | null; readonly text: string }> {
  const headers = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' };
  const answer = await fetch(`http://${pair.stable.address}/metrics`, { headers });
  return { type: answer.headers.get('content-type'), text: await answer.text() };
}

async function countOf(pair: Pair, track: 'canary' | 'stable', dialect: Dialect): Promise<number> {
  return sumOf(await scrape(pair[track].address), dialect === 'litellm' ? REQUESTS : `${DURATION}_count`);
}

/** Of the requests that went well. */
function meanOf(samples: readonly ScrapedSample[], metric: string): number {
  return sumOf(samples, metric) / sumOf(samples, REQUESTS, { status_code: '200' });
}
