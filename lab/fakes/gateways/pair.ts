// A stable and a canary gateway that answer nobody and tell of traffic all the same: what a canary analysis sees of two real ones. The same
// seed tells the same story.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DIALECTS, type Dialect } from './dialects.ts';
import { Family, printOpenMetrics, printPast, printText, type Snapshot } from './exposition.ts';
import type { Meter } from './meter.ts';
import { type Ailment, generator, poisson, requestAt } from './traffic.ts';

export type TrackName = 'canary' | 'stable';

export interface PairOptions {
  readonly dialect: Dialect;
  /** What clients ask for. */
  readonly model?: string;
  /** What the upstreams are asked for, where a canary is of another model. */
  readonly upstreamModels?: Readonly<Record<TrackName, string>>;
  readonly seed?: number;
  /** Requests a second of both together. */
  readonly rate?: number;
  /** The canary's share of them, 0 to 1. */
  readonly canaryShare?: number;
  /** The share of streamed answers, 0 to 1. */
  readonly streamedShare?: number;
}

export interface FakeGateway {
  /** HOST:PORT, to be scraped at /metrics. */
  readonly address: string;
  /** From now on; what is left out is well again. */
  readonly ail: (ailment: Ailment) => void;
  /** Counts from nothing again, as after a restart. */
  readonly restart: () => void;
  /** Scrapes fail until it is called again with false. */
  readonly hide: (isHidden: boolean) => void;
  /** Leaves out the metrics with such names, as if it had never heard of them, until it is called again without. */
  readonly leaveOut: (names?: RegExp) => void;
}

export interface PastOptions {
  readonly seconds: number;
  /** Seconds between scrapes. */
  readonly step: number;
  /** Seconds since 1970. */
  readonly until: number;
  /** Called before each scrape's traffic with the seconds since the first: the place to let something ail, restart or shift. */
  readonly during?: (elapsed: number) => void;
}

export interface Pair {
  readonly stable: FakeGateway;
  readonly canary: FakeGateway;
  /** Lets this many seconds of traffic happen at once. */
  readonly advance: (seconds: number) => void;
  /** Changes the canary's share of requests, 0 to 1. */
  readonly shift: (canaryShare: number) => void;
  /** Lets time pass up to a point, and tells of it as a scraper would have: OpenMetrics text with times. */
  readonly past: (options: PastOptions) => string;
  readonly stop: () => Promise<void>;
}

interface Track {
  readonly dialect: Dialect;
  readonly begin: () => Meter;
  meter: Meter;
  ailment: Ailment;
  isHidden: boolean;
  leftOut: RegExp | undefined;
}

/** What has gone by. */
interface Clock {
  /** Seconds since 1970. */
  now: number;
}

/** Starts both gateways with nothing counted yet. */
export async function startPair(options: PairOptions): Promise<Pair> {
  const [stable, canary] = [trackOf('stable', options), trackOf('canary', options)];
  const clock = { now: Date.now() / 1000 };
  const { advance, shift } = trafficOn({ stable, canary }, clock, options);
  const [atStable, atCanary] = await Promise.all([serve(stable), serve(canary)]);
  return {
    stable: gatewayOf(stable, atStable),
    canary: gatewayOf(canary, atCanary),
    advance,
    shift,
    past: ({ seconds, step, until, during }) => {
      const snapshots: Snapshot[] = [];
      for (let elapsed = 0; elapsed <= seconds; elapsed += step) {
        during?.(elapsed);
        clock.now = until - seconds + elapsed - step;
        advance(step);
        snapshots.push({ time: clock.now, scrapes: [...scrapeOf('stable', stable), ...scrapeOf('canary', canary)] });
      }
      return printPast(snapshots);
    },
    stop: async () => {
      await Promise.all([atStable, atCanary].map(stopServer));
    },
  };
}

function trackOf(variant: TrackName, { dialect, model = 'chat', upstreamModels }: PairOptions): Track {
  const upstreamModel = upstreamModels?.[variant] ?? 'gpt-5-mini';
  const begin = () => DIALECTS[dialect].start({ model, upstreamModel, variant });
  return { dialect, begin, meter: begin(), ailment: {}, isHidden: false, leftOut: undefined };
}

function trafficOn(
  { stable, canary }: Readonly<Record<TrackName, Track>>,
  clock: Clock,
  { seed = 1, rate = 20, streamedShare = 0.5, ...options }: PairOptions,
): Pick<Pair, 'advance' | 'shift'> {
  const random = generator(seed);
  let canaryShare = options.canaryShare ?? 0.5;
  return {
    advance: (seconds) => {
      for (let left = poisson(rate * seconds, random); left > 0; left--) {
        const { meter, ailment } = random() < canaryShare ? canary : stable;
        meter.count(requestAt(clock.now, random() < streamedShare, ailment, random));
      }
      clock.now += seconds;
    },
    shift: (share) => {
      canaryShare = share;
    },
  };
}

function gatewayOf(track: Track, server: Server): FakeGateway {
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ail: (ailment) => {
      track.ailment = ailment;
    },
    restart: () => {
      track.meter = track.begin();
    },
    hide: (isHidden) => {
      track.isHidden = isHidden;
    },
    leaveOut: (names) => {
      track.leftOut = names;
    },
  };
}

function toldBy({ meter, leftOut }: Track): readonly Family[] {
  return meter.families.filter(({ options: { name } }) => leftOut?.test(name) !== true);
}

/** What a scraper keeps: what it was told, and whether it was told anything. */
function scrapeOf(name: TrackName, track: Track): Snapshot['scrapes'] {
  const labels = { job: name, instance: name };
  const up = new Family({ name: 'up', help: 'Whether a scrape went well.', type: 'gauge' });
  up.set(0, {}, track.isHidden ? 0 : 1);
  return [up, ...(track.isHidden ? [] : toldBy(track))].map((family) => {
    return { family, labels, samples: [...family.samples(), ...family.dates()] };
  });
}

async function serve(track: Track): Promise<Server> {
  const server = createServer((request, response) => answer(track, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function answer(track: Track, { url, headers }: IncomingMessage, response: ServerResponse): void {
  if (url !== '/metrics' && url !== '/metrics/') {
    response.writeHead(404).end();
  } else if (track.isHidden) {
    response.writeHead(503).end();
  } else if (DIALECTS[track.dialect].speaksOpenMetrics && headers.accept?.includes('application/openmetrics-text')) {
    const type = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores';
    response.writeHead(200, { 'content-type': type }).end(printOpenMetrics(toldBy(track)));
  } else {
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    response.writeHead(200, { 'content-type': type }).end(printText(toldBy(track)));
  }
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
