// What a vendor's protocol is made of.

/** A request, as far as answers depend on it. */
export interface Asked {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** All models that the upstream has been told or asked of. */
  readonly models: () => readonly string[];
}

export interface Usage {
  readonly input: number;
  readonly output: number;
}

/** What an answer says, in whatever form. */
export interface Said {
  readonly model: string;
  readonly text: string;
  readonly usage: Usage;
  /** The vendor's filter holds it back. */
  readonly isRefused: boolean;
}

/** The body of an answer: one JSON value, or server-sent events as they are written. */
export type Answer = { readonly json: unknown } | { readonly events: readonly string[] };

/** How far a limit on requests is used up. */
export interface Allowance {
  readonly calls: number;
  readonly left: number;
  /** Seconds until there are more. */
  readonly wait: number;
}

export interface Protocol {
  /** Whether a path is one of its own. */
  readonly owns: (path: string) => boolean;
  readonly answer: (asked: Asked, said: Said) => Answer;
  /** The body of a failure; its inner part is the caller's where one is given. */
  readonly failure: (status: number, error?: Readonly<Record<string, unknown>>) => unknown;
  /** The headers by which it tells of its limits. */
  readonly allowance: (allowance: Allowance) => Readonly<Record<string, string>>;
}

/** What every failure says that nobody has described further. */
export const MESSAGE = 'on demand';

/** Pieces in which a text is streamed: its words. */
export function piecesOf(text: string): readonly string[] {
  return text.split(/(?<= )/);
}

/** For protocols that tell only those whom they turn away. */
export function retryAfter({ left, wait }: Allowance): Readonly<Record<string, string>> {
  return left < 0 ? { 'retry-after': String(wait) } : {};
}
