// A stable and a canary gateway that answer nobody and tell of traffic all the same: what a canary analysis sees of two real ones. The same
// seed tells the same story.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dialect, METERS, type Meter } from './dialects.ts';
import { printPast, printScrape, type Snapshot } from './exposition.ts';

export interface PairOptions {
  readonly dialect: Dialect;
  readonly model?: string;
  readonly seed?: number;
  /** Requests a second of both together. */
  readonly rate?: number;
  /** The canary's share of them, 0 to 1. */
  readonly canaryShare?: number;
}

/** How a gateway is worse than it was. */
export interface Ailment {
  /** Share of requests that fail, 0 to 1. */
  readonly errors?: number;
  /** Factor on times. */
  readonly slowness?: number;
  /** Share of answers without a token, 0 to 1. */
  readonly emptiness?: number;
  /** Factor on tokens of answers, and so on their cost. */
  readonly wordiness?: number;
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
}

export interface Pair {
  readonly stable: FakeGateway;
  readonly canary: FakeGateway;
  /** Lets this many seconds of traffic happen at once. */
  readonly advance: (seconds: number) => void;
  /**
   * Lets so many seconds pass up to a time, and tells of them as a scraper would have: OpenMetrics text with times.
   * @param until seconds since 1970.
   * @param step seconds between scrapes.
   */
  readonly past: (options: { readonly seconds: number; readonly step: number; readonly until: number }) => string;
  readonly stop: () => Promise<void>;
}

interface Track {
  readonly name: 'stable' | 'canary';
  meter: Meter;
  ailment: Ailment;
  isHidden: boolean;
}

export async function startPair({
  dialect,
  model = 'chat',
  seed = 1,
  rate = 20,
  canaryShare = 0.5,
}: PairOptions): Promise<Pair> {
  const random = generator(seed);
  const tracks = (['stable', 'canary'] as const).map(
    (name): Track => ({ name, meter: METERS[dialect](), ailment: {}, isHidden: false }),
  );
  const [stable, canary] = tracks as [Track, Track];
  const servers = await Promise.all(tracks.map(serve));
  const advance = (seconds: number) => {
    const requests = poisson(rate * seconds, random);
    for (let request = 0; request < requests; request++) {
      const track = random() < canaryShare ? canary : stable;
      track.meter.count(served(model, track.ailment, random));
    }
  };
  const past: Pair['past'] = ({ seconds, step, until }) => {
    const snapshots: Snapshot[] = [];
    for (let time = until - seconds; time <= until; time += step) {
      advance(step);
      snapshots.push({ time, families: tracks.filter(({ isHidden }) => !isHidden).flatMap(familiesOf) });
    }
    return printPast(snapshots);
  };
  const gatewayOf = (track: Track, server: Server): FakeGateway => ({
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ail: (ailment) => {
      track.ailment = ailment;
    },
    restart: () => {
      track.meter = METERS[dialect]();
    },
    hide: (isHidden) => {
      track.isHidden = isHidden;
    },
  });
  const [stableServer, canaryServer] = servers as [Server, Server];
  return {
    stable: gatewayOf(stable, stableServer),
    canary: gatewayOf(canary, canaryServer),
    advance,
    past,
    stop: async () => {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function familiesOf({ name, meter }: Track) {
  return meter.families.map((family) => ({ family, samples: family.samples(), labels: { job: name, instance: name } }));
}

async function serve(track: Track): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || track.isHidden) return response.writeHead(503).end();
    const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', connection: 'close' };
    return response.writeHead(200, headers).end(printScrape(track.meter.families));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Times and lengths of a chat, log-normal as real ones are. */
function served(model: string, ailment: Ailment, random: () => number) {
  const { errors = 0.005, slowness = 1, emptiness = 0, wordiness = 1 } = ailment;
  const isEmpty = random() < emptiness;
  const status = random() < errors ? 500 : 200;
  const firstToken = 0.2 * Math.exp(0.4 * normal(random)) * slowness;
  const inputTokens = Math.round(300 * Math.exp(0.6 * normal(random)));
  const outputTokens = isEmpty ? 0 : Math.round(150 * Math.exp(0.5 * normal(random)) * wordiness);
  const seconds = firstToken + 0.008 * outputTokens * slowness;
  // Dollars of a middling model: 1.25 and 10 a million tokens.
  const cost = (1.25 * inputTokens + 10 * outputTokens) / 1e6;
  return { model, status, seconds, firstToken, inputTokens, outputTokens, cost };
}

/** Numbers from 0 to 1, the same from the same seed: Marsaglia's xorshift of 32 bits (Journal of Statistical Software 8(14), 2003). */
function generator(seed: number): () => number {
  // Neighbouring seeds begin far from each other, and none at 0, which stays 0.
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let count = 0; count < 16; count++) next();
  return next;
}

/** By Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** How many happen where so many are expected; beyond small numbers the normal distribution does as well. */
function poisson(mean: number, random: () => number): number {
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
}
