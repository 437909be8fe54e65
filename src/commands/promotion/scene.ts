// Where a promotion takes place: the config repo as read, its registry, its Git host, and who asks.
import { relative, resolve, sep } from 'node:path';
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { RepositorySpec } from '../../config/schema-types.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Actor } from '../../plan/ledger/entry.ts';
import { breachIn } from '../../plan/ledger/entry.ts';
import { type Journal, journalOf } from '../../plan/ledger/journal.ts';
import { LEDGER_PREFIX } from '../../plan/ledger/ticket.ts';
import type { Platform } from '../../ports/platform.ts';
import type { Capabilities, Registry, VersionContent } from '../../ports/registry.ts';
import type { World } from '../../ports/world.ts';
import { type Answer, type RunReport, type RunReportParts, runReport } from '../../reports/report.ts';
import { type OpenedRepo, openRepo } from '../config-repo.ts';
import type { Outcome } from '../outcome.ts';

/** What there is without a Git host: enough to look, and to write down what moves nothing. */
export interface RegistryScene {
  readonly world: World;
  readonly opened: OpenedRepo;
  /** In the order of promotion. */
  readonly environments: readonly string[];
  /** That which keeps the ledger. */
  readonly registry: Registry;
  /** Of the same. */
  readonly capabilities: Capabilities;
  /** That which keeps an environment's versions and aliases: its own, or that of the ledger. */
  readonly registryIn: (environment: string) => Promise<Registry>;
  /** The branch that holds what runs. */
  readonly branch: string;
  /** From the root of the Git work tree to the config repo: '' or a folder with its closing slash. */
  readonly prefix: string;
  /** The registry's entry that is lock, journal and audit of this repo. */
  readonly ledger: string;
  readonly actor: Actor;
}

export interface Scene extends RegistryScene {
  readonly platform: Platform;
}

/** What ends a promotion before its time, told as a whole. */
export class Ending extends Error {
  readonly parts: Pick<RunReportParts, 'answer' | 'diagnostics' | 'result' | 'cases'>;
  readonly lines: readonly string[];

  constructor(lines: readonly string[], parts: Ending['parts'] = {}) {
    super(lines.join(' '));
    this.lines = lines;
    this.parts = parts;
  }
}

/** The answer is no. @param lines what happened, and what to do. */
export function no(...lines: readonly string[]): Ending {
  return new Ending(lines, { answer: 'no' });
}

/** Reads the repo, and reaches for its registry and its Git host. Rejects with an Ending where the repo cannot be understood. */
export async function openScene(world: World, path: string): Promise<Scene> {
  const scene = await openRegistryScene(world, path);
  for (const lack of scene.capabilities.lacks) world.messages.warn(lack);
  const { root } = scene.opened;
  const { spec } = repositoryOf(scene);
  return { ...scene, platform: await world.platform(spec.platform, world.files.gitRootOf(root) ?? root) };
}

function repositoryOf(scene: RegistryScene): Resource<'Repository'> {
  return configOf(scene, scene.environments[0] ?? '').repository;
}

/** The same without the Git host. */
export async function openRegistryScene(world: World, path: string): Promise<RegistryScene> {
  const opened = await openRepo(world, resolve(world.directory, path));
  if (opened.root === undefined) throw new Ending([], { answer: 'misunderstood', diagnostics: opened.diagnostics });
  const { repo, files, root } = opened;
  const faults = [...opened.diagnostics, ...repo.diagnostics].filter(({ severity }) => severity === 'error');
  const [first] = repo.environments;
  const config = first === undefined ? undefined : repo.resolve(first, files);
  if (faults.length > 0 || config === undefined)
    throw new Ending(['Nothing is promoted while the repo has errors.'], { answer: 'no', diagnostics: faults });
  const { spec, name } = config.repository;
  const registry = await world.registry(spec.registry, root);
  const gitRoot = world.files.gitRootOf(root) ?? root;
  const below = relative(gitRoot, root).split(sep).join('/');
  const [actor, capabilities] = await Promise.all([world.actor(gitRoot), registry.capabilities?.()]);
  return {
    world,
    opened,
    environments: repo.environments,
    registry,
    capabilities: capabilities ?? { hasAliases: true, lacks: [] },
    registryIn: registriesOf(world, opened, registry, spec.registry),
    branch: spec.platform?.branch ?? 'main',
    prefix: below === '' ? '' : `${below}/`,
    ledger: LEDGER_PREFIX + name,
    actor,
  };
}

/** Each is reached for when it is first asked for: whoever fills one environment need not know how another's is reached. */
function registriesOf(
  world: World,
  { repo, files, root = '' }: OpenedRepo,
  main: Registry,
  own: RepositorySpec['registry'],
): RegistryScene['registryIn'] {
  const known = new Map<string, Promise<Registry>>();
  const reached = async (environment: string) => {
    const setting = repo.resolve(environment, files)?.settings.spec.registry;
    if (setting === undefined) return main;
    const registry = await world.registry(setting, root, own);
    return isOneRegistry(registry, main) ? main : registry;
  };
  return (environment) => {
    const registry = known.get(environment) ?? reached(environment);
    known.set(environment, registry);
    return registry;
  };
}

/** A scene as one look sees it: what a version holds is read once, though several ask for it, since it may be gigabytes. */
export function inOneLook(scene: Scene): Scene {
  const seen = new Map<string, Promise<VersionContent>>();
  return {
    ...scene,
    registryIn: async (environment) => {
      const registry = await scene.registryIn(environment);
      const { url, workspace } = registry.address;
      const content: Registry['content'] = (version) => {
        const key = JSON.stringify([url, workspace, version.name, version.version]);
        const known = seen.get(key) ?? registry.content(version);
        seen.set(key, known);
        return known;
      };
      return { ...registry, content };
    },
  };
}

/** Whether the registry of an environment keeps aliases. */
export async function hasAliases({ registryIn }: RegistryScene, environment: string): Promise<boolean> {
  return (await (await registryIn(environment)).capabilities?.())?.hasAliases ?? true;
}

/** Whether two are the same, by where they are. */
export function isOneRegistry(
  { address: one }: Pick<Registry, 'address'>,
  { address: other }: Pick<Registry, 'address'>,
): boolean {
  return one.kind === other.kind && one.url === other.url && one.workspace === other.workspace;
}

/** The repo in the eyes of an environment. Rejects with an Ending where there is no such environment. */
export function configOf({ opened, environments }: RegistryScene, environment: string): ResolvedConfig {
  const config = opened.repo.resolve(environment, opened.files);
  if (config !== undefined) return config;
  const meant = nearest(environment, environments);
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new Ending(
    [`There is no environment ${environment}; aigw.yaml names ${environments.join(', ')}.${suggestion}`],
    {
      answer: 'misunderstood',
    },
  );
}

/** The ledger as it is now. Rejects with an Ending where it is not as it was written: nothing moves by such a ledger. */
export async function readJournal(scene: RegistryScene): Promise<Journal & { readonly now: number }> {
  const [now, versions] = await Promise.all([scene.registry.now(), scene.registry.versions(scene.ledger)]);
  const journal = journalOf(versions, now);
  const breach = breachIn(journal.entries);
  const faults = [...journal.faults, ...(breach === undefined ? [] : [`Ticket ${breach.ticket}: ${breach.reason}.`])];
  if (faults.length === 0) return { ...journal, now };
  throw no(`The ledger ${scene.ledger} is not as it was written.`, ...faults, 'Look with: aigw promote verify');
}

/** What is told of a story that ended before its time and says no more of its state itself. */
const STATES: Readonly<Record<Answer, string>> = {
  yes: 'unchanged',
  no: 'refused',
  pending: 'waiting',
  misunderstood: 'misunderstood',
  'world-failed': 'failed',
};

/** Tells a story; an Ending becomes its report, and what the world refuses is said with exit code 3. */
export async function told(
  world: World,
  command: string,
  story: () => Promise<{ readonly root: string; readonly parts: Omit<RunReportParts, 'command' | 'version'> }>,
): Promise<Outcome> {
  const head = { command, version: world.version };
  try {
    const { root, parts } = await story();
    return { root, report: runReport({ ...head, ...parts }) };
  } catch (error) {
    if (error instanceof Ending) {
      const state = STATES[error.parts.answer ?? 'yes'];
      return { report: runReport({ ...head, result: { state }, ...error.parts, text: error.lines }) };
    }
    return { report: troubleReport(head, error) };
  }
}

/** Rethrows what is neither a registry's nor a host's. */
function troubleReport(head: Pick<RunReportParts, 'command' | 'version'>, error: unknown): RunReport {
  if (!(error instanceof Error) || !('help' in error) || !('kind' in error)) throw error;
  const { message, help, kind } = error as Error & { readonly help: string; readonly kind: string };
  const result = { state: STATES['world-failed'], trouble: { kind, message, help } };
  return runReport({ ...head, answer: 'world-failed', result, text: [message, help] });
}
