// A repo, its registry and its Git host for tests of promotions: the flagship on embedded parts, in a folder of its own.
import type { Outcome } from '../commands/outcome.ts';
import type { Platform } from '../ports/platform.ts';
import type { Registry } from '../ports/registry.ts';
import type { World } from '../ports/world.ts';
import { compose } from './compose.ts';

export interface Trial {
  readonly folder: string;
  /** Milliseconds since 1970, by the registry's clock. */
  now: number;
  /** The world in the eyes of somebody; with what breaks in it. */
  readonly world: (who: string, breakage?: Breakage) => World;
  readonly registry: () => Promise<Registry>;
  readonly platform: () => Promise<Platform>;
  /** The same in a copy of the folder. */
  readonly in: (folder: string) => Trial;
}

/** Puts something before the registry and the Git host. */
export interface Breakage {
  readonly registry?: (registry: Registry) => Registry;
  readonly platform?: (platform: Platform) => Platform;
}

/** @param folder where nothing stands yet. */
export async function startTrial(folder: string): Promise<Trial> {
  const { world } = compose({ note: () => undefined, warn: () => undefined });
  const root = await world.packageFiles.read('fixtures/cognitotech/aigw.yaml');
  const texts = { 'aigw.yaml': onEmbeddedParts(root) };
  await world.layRepository(world.packageFiles.pathOf('fixtures/cognitotech'), folder, { texts, user: 'anna' });
  return trialIn(world, folder);
}

function trialIn(world: World, folder: string): Trial {
  const trial: Trial = {
    folder,
    in: (copy) => trialIn(world, copy),
    now: Date.parse('2026-11-21T12:00:00Z'),
    registry: async () => ({ ...(await world.registry({ type: 'files' }, folder)), now: async () => trial.now }),
    platform: () => world.platform({ type: 'local', branch: 'main' }, folder),
    world: (who, breakage = {}) => ({
      ...world,
      directory: folder,
      clock: {
        ...world.clock,
        today: () => '2026-11-21',
        wait: async (milliseconds) => {
          trial.now += milliseconds;
        },
        every: () => () => undefined,
      },
      actor: async () => ({ name: who, evidence: `https://ci.example/${who}` }),
      registry: async () => (breakage.registry ?? ((each) => each))(await trial.registry()),
      platform: async () => (breakage.platform ?? ((each) => each))(await trial.platform()),
    }),
  };
  return trial;
}

function onEmbeddedParts(text: string): string {
  const files = text.replace(/^ {2}registry: .*$/m, '  registry: {type: files}');
  return files.replace(/^ {2}platform: .*$/m, '  platform: {type: local}');
}

/** What a story says, as people read it; fails with it where its exit code is another. */
export async function toldBy(story: Promise<Outcome>, exitCode = 0): Promise<string> {
  const { report } = await story;
  const text = [...report.text, ...report.diagnostics.map(({ message }) => message)].join('\n');
  if (report.exitCode !== exitCode) throw new Error(`exit code ${report.exitCode}, and not ${exitCode}:\n${text}`);
  return text;
}

/** Kills a run at one of its writes: from then on nothing that it asks for is done. */
export function killer(at: number, when: 'before' | 'after') {
  let [count, isDead] = [0, false];
  const die = (isTime: boolean) => {
    isDead ||= isTime;
    if (isDead) throw new Error('killed');
  };
  const guarded = <T extends object>(port: T, writes: readonly string[]): T => {
    const calls = Object.entries(port).map(([name, value]) => {
      if (typeof value !== 'function') return [name, value];
      const call = value as (...args: readonly unknown[]) => Promise<unknown>;
      const guard = async (...args: readonly unknown[]) => {
        die(false);
        const isHit = writes.includes(name) && ++count === at;
        die(isHit && when === 'before');
        const answer = await call(...args);
        die(isHit);
        return answer;
      };
      return [name, guard];
    });
    return Object.fromEntries(calls) as T;
  };
  const breakage: Breakage = {
    registry: (registry) =>
      guarded(registry, ['setAlias', 'deleteAlias', 'createEntry', 'createVersion', 'copyVersion', 'setVersionTag']),
    platform: (platform: Platform) => guarded(platform, ['publish', 'saveRequest', 'setStatus']),
  };
  return { breakage, count: () => count };
}
