// Making a plan: what moves, on what grounds, and which files and aliases that changes.
import type { ConfigDocument } from '../../config/document.ts';
import type { ResolvedConfig } from '../../config/model.ts';
import { policiesIn } from '../../config/policies.ts';
import type { ConfigRepo } from '../../config/repo.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Verdict } from '../../plan/gates/verdict.ts';
import type { LedgerEntry, Move, Origin, Override, Pin, Subject } from '../../plan/ledger/entry.ts';
import { isSame, staysOf } from '../../plan/ledger/history.ts';
import type { Journal } from '../../plan/ledger/journal.ts';
import { type AliasMove, type Intent, type PromotionPlan, planOf } from '../../plan/promotion/plan.ts';
import {
  overlayOf,
  pinIn,
  policiesHash,
  registeredName,
  resourceNameOf,
  resourceOf,
  sourceEntry,
} from '../../plan/promotion/subject.ts';
import type { Registry } from '../../ports/registry.ts';
import { loadTargets } from '../../targets/targets.ts';
import { judge, targetTypesOf } from '../judgement.ts';
import { assertPinned, type Change, changed, fileMoves, overlayIn, type Texts } from './change.ts';
import { contentOf, kindFault, verdictsOn } from './evidence.ts';
import { headOf } from './proposal.ts';
import { registeredOverlay } from './registered-overlay.ts';
import { configOf, Ending, hasAliases, isOneRegistry, no, type Scene } from './scene.ts';

/** What is asked for. */
export interface Asked {
  readonly kind: Intent['kind'];
  readonly isDirect: boolean;
  readonly from: string | undefined;
  readonly to: string;
  readonly reason: string | undefined;
  /** `GATE/NAME` of each verdict to go on in spite of. */
  readonly overrides: readonly string[];
}

/** A subject with the pin that it is to get, and where its content comes from. */
export interface Target extends Change {
  readonly before: Pin | undefined;
  /** What its version was copied from, or is to be. */
  readonly copyOf?: Origin;
  /** Where it lies as long as it is not copied yet. */
  readonly still?: Registry;
}

export interface Planned {
  readonly plan: PromotionPlan;
  /** The changed files' texts. */
  readonly texts: Texts;
}

/** Asks every gate, and makes a plan of the answers. Rejects with an Ending where nothing sound can be planned. */
export async function planned(
  scene: Scene,
  asked: Asked,
  targets: readonly Target[],
  { entries, now }: Journal & { readonly now: number },
): Promise<Planned> {
  const to = configOf(scene, asked.to);
  const from = asked.from === undefined ? undefined : configOf(scene, asked.from);
  const { repo, texts } = changed(scene, targets);
  assertPinned(scene, repo, targets);
  const next = repo.resolve(asked.to, scene.opened.files);
  for (const { subject } of targets) assertRegistered(subject, to, next);
  const judging = targets.map(async ({ subject, before, pin: after, copyOf, still }): Promise<Move> => {
    const isRollback = asked.kind === 'rollback';
    const passage = { subject, from, to, next, before, after, copyOf, isRollback, ...(still && { still }) };
    const verdicts = await verdictsOn(scene, passage, entries, now);
    const file = (next && overlayOf(subject, next))?.source.path ?? null;
    const since = staysOf(entries, asked.to, subject).at(-1)?.since.hash ?? null;
    return { subject, before: before ?? null, since, after, ...(copyOf && { copyOf }), file, verdicts };
  });
  // The repo is checked while registry and Git answer.
  const [commit, home, sound, ...judged] = await Promise.all([
    headOf(scene),
    scene.registryIn(asked.to),
    repoVerdict(scene, repo, asked),
    ...judging,
  ]);
  const moves = judged.map((move) => ({ ...move, verdicts: [...move.verdicts, sound] }));
  const plan = planOf({
    kind: asked.kind,
    isDirect: asked.isDirect,
    registry: { ...scene.registry.address },
    ...(isOneRegistry(home, scene.registry) ? {} : { destination: { ...home.address } }),
    from: asked.from ?? null,
    to: asked.to,
    moves,
    aliases: await aliasMoves(scene, to, targets),
    files: fileMoves(scene, texts),
    policies: policiesHash(to),
    overrides: overridesIn(scene, to, asked, moves),
    by: scene.actor,
    reason: asked.reason ?? 'No reason was given.',
    at: new Date(now).toISOString(),
    commit,
  });
  return { plan, texts };
}

/** What runs in one environment is to run in the next. */
export function targetsFrom(scene: Scene, subjects: readonly Subject[], from: string, to: string): readonly Target[] {
  const [source, destination] = [configOf(scene, from), configOf(scene, to)];
  return subjects.map((subject) => {
    const [pin, before] = [pinOf(source, subject), pinIn(destination, subject)];
    if (subject.kind === 'config') assertSamePins(subject, source, destination);
    return { subject, environment: to, pin, before, source: overlayOf(subject, source) ?? null };
  });
}

/**
 * The overlay by which an environment ran a version, from the commit that brought it in; null where there was none. For a model it is not asked.
 * Rejects with an Ending where nothing tells.
 */
export async function pastOverlay(
  scene: Scene,
  { subject, environment, pin }: Omit<Change, 'source'>,
  entries: readonly LedgerEntry[],
): Promise<ConfigDocument | null> {
  if (subject.kind === 'model') return null;
  const stay = staysOf(entries, environment, subject).findLast((each) => isSame(each.pin, pin));
  const commit = stay?.since.commit;
  if (stay?.file === null) return null;
  const path = stay?.file;
  const text = path && commit ? await scene.platform.readFile(commit, scene.prefix + path) : undefined;
  const overlay = path && text ? overlayIn(path, text, subject, environment) : undefined;
  if (overlay !== undefined) return overlay;
  throw no(
    `Nothing tells what ${environment} ran as ${pin.version} of ${subject.name}.`,
    'Bring its text back by Git.',
  );
}

/** A version out of the registry is to run in the first environment. */
export async function targetFromRegistry(scene: Scene, subject: Subject, to: string, wanted: string): Promise<Target> {
  const config = configOf(scene, to);
  if (subject.kind === 'config' || resourceOf(subject, config) === undefined) throw unknown(config, subject);
  const entry = registeredName(config, subject);
  if (entry === undefined)
    throw no(`Prompt ${subject.name} names no registered prompt.`, 'Say spec.registry in the Prompt itself.');
  const registry = await scene.registryIn(to);
  const [version, known] = await Promise.all([registry.version(entry, wanted), registry.entry(entry)]);
  if (version === undefined)
    throw no(`Version ${wanted} of ${entry} is not registered.`, 'Look for it in the registry.');
  const fault = kindFault(subject, known?.kind, version);
  if (fault !== undefined) throw no(`Version ${wanted} of ${entry} ${fault}.`);
  const content = await contentOf(registry, version);
  if (typeof content === 'string') throw no(content);
  const pin = { version: wanted, digest: content.digest };
  const target = { subject, environment: to, pin, before: pinIn(config, subject) };
  if (content.prompt === undefined) return { ...target, source: null };
  return { ...target, source: registeredOverlay(subject, config, { pin, content: content.prompt }), keepsOthers: true };
}

/** Rejects with an Ending where a registered prompt would run a text that has not come out of the registry, or under another name than before. */
function assertRegistered(subject: Subject, to: ResolvedConfig, next: ResolvedConfig | undefined): void {
  if (subject.kind !== 'prompt' || next === undefined) return;
  const [entry, then] = [registeredName(to, subject), registeredName(next, subject)];
  if (entry !== then)
    throw no(
      `Prompt ${subject.name} would be registered as ${then ?? 'nothing'}, and is as ${entry ?? 'nothing'}.`,
      'Say spec.registry in the Prompt itself, and in no overlay.',
    );
  if (entry !== undefined && sourceEntry(next, subject) === undefined)
    throw no(
      `${to.environment} would run a text of ${subject.name} that has not come out of the registry.`,
      `Bring one out of it by --from-registry, or take spec.registry out of Prompt ${subject.name}.`,
    );
}

/** Rejects with an Ending where a config brings another registered version along, which has gates and an alias of its own. */
function assertSamePins(subject: Subject, source: ResolvedConfig, destination: ResolvedConfig): void {
  const { kind, name } = resourceNameOf(subject) ?? {};
  if (name === undefined || (kind !== 'Model' && kind !== 'Prompt')) return;
  const own = { kind: kind === 'Model' ? 'model' : 'prompt', name } as const;
  const [pin, before] = [source, destination].map((config) =>
    sourceEntry(config, own) === undefined ? undefined : pinIn(config, own),
  );
  if (pin?.version === before?.version && pin?.digest === before?.digest) return;
  throw no(
    `${source.environment} and ${destination.environment} pin other versions of ${name}.`,
    `Move the version first: aigw promote ${own.kind} ${name}`,
  );
}

function pinOf(config: ResolvedConfig, subject: Subject): Pin {
  const pin = pinIn(config, subject);
  if (pin !== undefined) return pin;
  if (resourceOf(subject, config) === undefined) throw unknown(config, subject);
  throw no(
    `Nothing pins version and digest of model ${subject.name} in ${config.environment}.`,
    'A model of a provider has no versions in the registry: promote its config, as in "aigw promote config Model/NAME".',
  );
}

function unknown(config: ResolvedConfig, subject: Subject): Ending {
  const named = resourceNameOf(subject);
  if (named === undefined)
    return new Ending([`${subject.name} names no config; say it as in Route/faq.`], { answer: 'misunderstood' });
  const meant = nearest(
    named.name,
    config.all(named.kind).map(({ name }) => name),
  );
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return new Ending([`There is no ${named.kind} ${named.name}.${suggestion}`], { answer: 'misunderstood' });
}

/** Whether the repo, as it would be, still passes its checks. Nobody is kept from coming back by what is wrong elsewhere. */
async function repoVerdict(scene: Scene, repo: ConfigRepo, { kind, to: environment }: Asked): Promise<Verdict> {
  const opened = { ...scene.opened, repo };
  const targets = await loadTargets(targetTypesOf(opened, [environment]));
  const settle = await judge(scene.world, opened, { environments: [environment], targets, baseline: true });
  const errors = settle().diagnostics.filter(({ severity }) => severity === 'error');
  return {
    gate: 'config',
    name: 'validate',
    status: errors.length === 0 ? 'passed' : kind === 'rollback' ? 'warned' : 'failed',
    message:
      errors.length === 0 ? `${environment} passes every check with it.` : `${errors[0]?.message} ${errors[0]?.help}`,
    inputs: { environment, errors: errors.map((error) => ({ code: error.kind.code, message: error.message })) },
  };
}

/** An alias of the environment's name says in the registry what it runs, where it keeps aliases. */
async function aliasMoves(scene: Scene, to: ResolvedConfig, targets: readonly Target[]): Promise<readonly AliasMove[]> {
  const registry = await scene.registryIn(to.environment);
  if (!(await hasAliases(scene, to.environment))) return [];
  const registered = targets.flatMap(({ subject, pin }) => {
    const entry = registeredName(to, subject);
    return entry === undefined ? [] : [{ entry, pin }];
  });
  return await Promise.all(
    registered.map(async ({ entry, pin }) => {
      const before = (await registry.entry(entry))?.aliases[to.environment] ?? null;
      return { entry, alias: to.environment, before, after: pin.version };
    }),
  );
}

/** Rejects with an Ending where who asks may not go on in spite of a gate, or there is no such verdict. */
function overridesIn(scene: Scene, to: ResolvedConfig, asked: Asked, moves: readonly Move[]): readonly Override[] {
  const { name: by } = scene.actor;
  return asked.overrides.map((text) => {
    const [gate = '', ...rest] = text.split('/');
    const name = rest.join('/');
    if (!moves.some(({ verdicts }) => verdicts.some((verdict) => verdict.gate === gate && verdict.name === name)))
      throw new Ending([`No gate is called ${text}; they are shown by --dry-run.`], { answer: 'misunderstood' });
    if (asked.reason === undefined)
      throw new Ending(['--override needs a --reason, which stays in the ledger.'], { answer: 'misunderstood' });
    if (!mayOverride(to, by, gate))
      throw no(
        `No policy of ${to.environment} lets ${by} go on in spite of ${text}.`,
        'A Policy names who may, at spec.overrides, and a Team names its members.',
      );
    return { gate, name, by, reason: asked.reason };
  });
}

/** Whether a policy lets somebody go on in spite of a kind of gate. */
export function mayOverride(to: ResolvedConfig, by: string, gate: string): boolean {
  const teams = to.all('Team').flatMap(({ name, spec }) => (spec.members.includes(by) ? [name] : []));
  return policiesIn(to).some(({ spec: { overrides } }) => {
    const gates: readonly string[] = overrides?.gates ?? [];
    return gates.includes(gate) && overrides?.teams.some((team) => teams.includes(team)) === true;
  });
}

/** Targets that are not what runs already. */
export function moving(targets: readonly Target[]): readonly Target[] {
  return targets.filter(({ before, pin }) => before === undefined || !isSame(before, pin));
}
