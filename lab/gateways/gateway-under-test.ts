// What the table of promises needs of a gateway, whichever target runs it. A target joins the suite by a function that starts one.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedConfig, Resource } from '../../src/config/model.ts';
import { assembleRepo } from '../../src/config/repo.ts';
import type { Behaviour, RecordedCall } from '../fakes/upstream.ts';
import type { Question, Reply } from './ask.ts';

/** A gateway of an environment. */
export interface GatewaySource {
  readonly config: ResolvedConfig;
  readonly gateway: Resource<'Gateway'>;
}

export interface GatewayUnderTest {
  /** Asks as a consumer of the gateway, as somebody with a credential that it does not know, or without any. */
  readonly ask: (question: Question, as: Resource<'Consumer'> | 'stranger' | 'nobody') => Promise<Reply>;
  /** What reached upstreams since the last `forget`, in order. */
  readonly calls: () => readonly RecordedCall[];
  readonly forget: () => void;
  /** From now on calls for this model go so, whichever server has it; undefined makes them well again. */
  readonly behave: (model: string, behaviour: Behaviour | undefined) => void;
  /** Whether it tells consumers apart here; otherwise every known one is the same administrator, and the reason says why. */
  readonly consumers: 'apart' | { readonly alike: string };
  /** Why limits cannot be asked here; undefined where they can. */
  readonly withoutLimits?: string;
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
