// What the table of promises needs of a gateway, whichever target runs it. A target joins the suite by one adapter.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedConfig, Resource } from '../../src/config/model.ts';
import { assembleRepo } from '../../src/config/repo.ts';
import type { Target } from '../../src/targets/target.ts';
import type { Behaviour, RecordedCall } from '../fakes/upstream.ts';
import type { Question, Reply } from './ask.ts';
import type { Ability, KeyOf } from './promises/promise.ts';

/** A gateway of an environment. */
export interface GatewaySource {
  readonly config: ResolvedConfig;
  readonly gateway: Resource<'Gateway'>;
}

/** A consumer of the gateway, somebody with a credential that it does not know, or somebody without any. */
export type Asker = Resource<'Consumer'> | 'stranger' | 'nobody';

/** How gateways of a target are put to the test. */
export interface Adapter {
  readonly target: Target;
  /** What the real system needs, which takes minutes the first time. */
  readonly install: () => Promise<unknown>;
  /** Starts a gateway as it is rendered, with fakes behind it. */
  readonly start: (source: GatewaySource) => Promise<GatewayUnderTest>;
  /** What a provider's credential says in this lab; undefined for one that is no plain key. */
  readonly keyOf: KeyOf;
  /** Promises that cannot be asked here, by what it would take, each with the reason. */
  readonly lacks: Readonly<Partial<Record<Ability, string>>>;
}

export interface GatewayUnderTest {
  readonly ask: (question: Question) => Promise<Reply>;
  /** The headers by which somebody is let in. */
  readonly credentialOf: (asker: Asker) => Readonly<Record<string, string>>;
  /** What reached upstreams since the last `forget`, in order. */
  readonly calls: () => readonly RecordedCall[];
  /** Forgets calls, and what was counted for limits where that can be had. */
  readonly forget: () => Promise<void>;
  /** From now on calls for this model go so, whichever server has it; undefined makes them well again. */
  readonly behave: (model: string, behaviour: Behaviour | undefined) => void;
  /** As if so many more requests had been asked like each of those since the last `forget`. */
  readonly spend: (requests: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Every gateway in an environment of a repo. */
export function gatewaysIn(root: string, environment: string): readonly GatewaySource[] {
  const texts = globSync('**/*.*', { cwd: root })
    .filter((path) => !path.startsWith('expected'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const repo = assembleRepo(texts.filter(({ path }) => path.endsWith('.yaml')));
  const config = repo.resolve(environment, new Map(texts.map(({ path, text }) => [path, text])));
  if (config === undefined) throw new Error(`${root} has no environment ${environment}.`);
  return config.all('Gateway').map((gateway) => ({ config, gateway }));
}

/** One of them. */
export function gatewayIn(root: string, environment: string, name: string): GatewaySource {
  const source = gatewaysIn(root, environment).find(({ gateway }) => gateway.name === name);
  if (source === undefined) throw new Error(`${root} has no gateway ${name} in ${environment}.`);
  return source;
}
