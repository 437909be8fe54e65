// What the table of promises is made of.
import type { ResolvedConfig, Resource } from '../../../src/config/model.ts';
import type { Behaviour } from '../../fakes/upstream.ts';
import type { Question } from '../ask.ts';
import type { Asker, GatewaySource } from '../gateway-under-test.ts';

/** Under these circumstances, this question, asked so, gets this. */
export interface Promised {
  /** Where it is promised and what; unique within a gateway. */
  readonly name: string;
  /** The resource that it comes from. */
  readonly of: Resource;
  /** Why the target need not keep it: what its own loss report says. */
  readonly excused: string | undefined;
  /** What a lab must have to ask it. */
  readonly needs: Ability | undefined;
  /** How upstreams behave, by the model that they are asked for. */
  readonly given: Readonly<Record<string, Behaviour>>;
  /** Asked once before, whoever by; then it is as if so many more requests had been asked alike. */
  readonly before: { readonly as: Asker; readonly spent: number } | undefined;
  readonly question: Question;
  readonly as: Asker;
  /** How often it is asked. */
  readonly times: number;
  readonly expected: Expectation;
  /** The names of all models that may answer; upstreams are asked for others beside, by guardrails, caches and mirrors. */
  readonly models: readonly string[];
}

/** What not every lab of a target has: consumers that are told apart, and counters that can be moved on. */
export type Ability = 'consumers' | 'counters';

/** Everything that is given must hold. */
export interface Expectation {
  /** The statuses that will do. */
  readonly status: readonly number[];
  /** The statuses come in the end: what an answer used is counted after it. */
  readonly eventually?: true;
  /** Which of the route's models upstreams are asked for, in order. */
  readonly asked?: readonly string[];
  /** Models that are not asked. */
  readonly unasked?: readonly string[];
  /** The models one of which has answered. */
  readonly answeredBy?: readonly string[];
  /** Percent of the questions by the model that is asked, mirrors included. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Milliseconds. */
  readonly took?: { readonly min: number; readonly max: number };
  /** Texts within the reply's body. */
  readonly body?: readonly string[];
  /** Of the reply. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What each call of the route's models has. */
  readonly sent?: Sent;
  /** What no call of the route's models has. */
  readonly withheld?: Withheld;
  /** By model, the key that its provider gets, which nobody else does. */
  readonly keys?: Readonly<Record<string, string>>;
}

export interface Sent {
  /** The path begins so. */
  readonly path?: string;
  /** Texts anywhere in what the call's body says; those of one of the alternatives will do. */
  readonly texts?: readonly (readonly string[])[];
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface Withheld {
  readonly fields?: readonly string[];
  readonly headers?: readonly string[];
  /** Anywhere in the call. */
  readonly texts?: readonly string[];
  /** What the caller shows to be let in. */
  readonly credential?: true;
}

/** One way to ask a route, on its gateway. */
export interface Situation {
  readonly source: GatewaySource;
  readonly route: Resource<'Route'>;
  readonly question: Question;
  /** A consumer whom the route admits, and who may use every model that may answer. */
  readonly asker: Resource<'Consumer'>;
  /** Others like that. */
  readonly others: readonly Resource<'Consumer'>[];
  /** What a provider's credential says in this lab. */
  readonly keyOf: KeyOf;
}

export type KeyOf = (config: ResolvedConfig, provider: Resource<'Provider'>) => string | undefined;

export type Made = Pick<Promised, 'name' | 'expected'> & Partial<Promised>;

/** Promises of one kind. */
export interface Row {
  /** The fields that they come from, as a support table names them: where the target drops one, nothing is promised. */
  readonly fields: readonly string[];
  /** Nor where one is expressed only nearly. */
  readonly exactly?: true;
  readonly needs?: Ability;
  readonly make: (situation: Situation) => readonly Made[];
}
