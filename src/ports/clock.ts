/** The time of day, as far as aigw may know it. */
export interface Clock {
  /** Today in UTC, as YYYY-MM-DD. */
  readonly today: () => string;
  /** Milliseconds of a clock that never goes backwards; only differences mean something. */
  readonly elapsed: () => number;
  /** Resolves after so many milliseconds, or at once when the signal fires. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Does something again and again, so many milliseconds apart, until the call that it gives is made. It keeps no run from ending. */
  readonly every: (milliseconds: number, deed: () => void) => () => void;
}
