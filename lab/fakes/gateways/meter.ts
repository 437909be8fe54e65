// What a gateway counts of the requests that it answers.
import type { Family } from './exposition.ts';

/** A chat that a gateway has answered. */
export interface Served {
  /** Seconds since 1970. */
  readonly at: number;
  readonly status: number;
  /** Whether the answer came in pieces; its usage came with it, as where a client asks for that. */
  readonly isStreamed: boolean;
  /** Seconds until the whole answer was there, and until its first token. */
  readonly seconds: number;
  readonly firstToken: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars. */
  readonly cost: number;
}

/** What does not differ from one request to another. */
export interface Serving {
  /** What clients ask for. */
  readonly model: string;
  /** What the upstream is asked for. */
  readonly upstreamModel: string;
  /** Names this gateway among those that serve the same model. */
  readonly variant: string;
}

export interface Meter {
  readonly families: readonly Family[];
  readonly count: (served: Served) => void;
}

/** How a gateway tells of what it counts. */
export interface Dialect {
  /** Begins to count, from nothing. */
  readonly start: (serving: Serving) => Meter;
  /** Whether a scraper that would rather have OpenMetrics gets it. */
  readonly speaksOpenMetrics: boolean;
}
