// Between environments whose registries are two: a version is copied before its plan is made, so that the plan, the overlay and whoever approves name
// the version that will run. Until an alias is moved, nobody runs it.
import { COPY_KEY, copyKey, copyTags } from '../../plan/promotion/copy.ts';
import { registeredName, sourceEntry } from '../../plan/promotion/subject.ts';
import type { Registry, StoredArtifact } from '../../ports/registry.ts';
import type { Target } from './planning.ts';
import { configOf, isOneRegistry, no, type Scene } from './scene.ts';

/** Targets by what their versions are called in the destination's registry. What was not copied yet has no number there: it is `still` elsewhere. */
export async function located(
  scene: Scene,
  targets: readonly Target[],
  from: string | undefined,
): Promise<readonly Target[]> {
  if (from === undefined) return targets;
  return await Promise.all(
    targets.map(async (target) => {
      const entry = sourceEntry(configOf(scene, from), target.subject);
      if (entry === undefined) return target;
      const [source, home] = await Promise.all([from, target.environment].map(scene.registryIn));
      if (source === undefined || home === undefined || isOneRegistry(source, home)) return target;
      return await locatedIn(target, { entry, source, home, name: nameIn(scene, target) });
    }),
  );
}

interface Way {
  readonly source: Registry;
  /** What it is called there. */
  readonly entry: string;
  readonly home: Registry;
  /** And here. */
  readonly name: string;
}

/** The name under which a target is registered in the registry of its environment. */
function nameIn(scene: Scene, { environment, subject }: Target): string {
  return registeredName(configOf(scene, environment), subject) ?? subject.name;
}

async function locatedIn(target: Target, { source, entry, home, name }: Way): Promise<Target> {
  const { pin } = target;
  const copyOf = { registry: { ...source.address }, entry, version: pin.version };
  const key = copyKey(copyOf, pin.digest);
  const all = await home.versions(name);
  const there = all.find(({ tags }) => tags[COPY_KEY] === key);
  if (there !== undefined) return { ...target, copyOf, pin: { ...pin, version: there.version } };
  return { ...target, copyOf, still: source, pin: { ...pin, version: `copy of ${pin.version}` } };
}

/** What is to be copied, in a sentence for each; and what keeps it from being copied, before anything is written. */
export async function copyingOf(
  scene: Scene,
  targets: readonly Target[],
): Promise<{ readonly lines: readonly string[]; readonly limits: readonly string[] }> {
  const all = await Promise.all(
    targets.map(async (target) => {
      const { still, copyOf, environment } = target;
      if (still === undefined || copyOf === undefined) return { lines: [], limits: [] };
      const home = await scene.registryIn(environment);
      const entry = nameIn(scene, target);
      const isPrompt = target.subject.kind === 'prompt';
      const limits = [
        ...(await still.limits([{ entry: copyOf.entry, verb: isPrompt ? 'read' : 'artifacts' }])),
        ...(await home.limits([{ entry, verb: isPrompt ? 'copyPrompt' : 'copy' }])),
      ];
      if (limits.length > 0) return { lines: [], limits };
      const artifacts = await artifactsOf(target);
      const bytes = artifacts.reduce((sum, { size }) => sum + size, 0);
      const size = isPrompt ? '' : `, ${artifacts.length} artifacts of ${bytes} bytes`;
      const what = `version ${copyOf.version} of ${copyOf.entry}${size}`;
      return { lines: [`To be copied: ${what}, from ${placeOf(still)} to ${placeOf(home)}.`], limits };
    }),
  );
  return { lines: all.flatMap(({ lines }) => lines), limits: [...new Set(all.flatMap(({ limits }) => limits))] };
}

function placeOf({ address: { kind, url, workspace } }: Registry): string {
  return `${url ?? kind}${workspace === null ? '' : `, workspace ${workspace}`}`;
}

async function versionOf({ still, copyOf }: Target) {
  const version = copyOf && (await still?.version(copyOf.entry, copyOf.version));
  if (version !== undefined) return version;
  throw no(`Version ${copyOf?.version} of ${copyOf?.entry} is not registered.`, 'Look for it in the registry.');
}

async function artifactsOf(target: Target): Promise<readonly StoredArtifact[]> {
  const { still, subject } = target;
  return still === undefined || subject.kind === 'prompt' ? [] : await still.artifacts(await versionOf(target));
}

/** Copies what is not there yet, one after the other, and gives the targets by the numbers that they then have. */
export async function copied(scene: Scene, targets: readonly Target[]): Promise<readonly Target[]> {
  const done: Target[] = [];
  for (const target of targets) done.push(await copiedOne(scene, target));
  return done;
}

async function copiedOne(scene: Scene, target: Target): Promise<Target> {
  const { still, copyOf, ...rest } = target;
  if (still === undefined || copyOf === undefined) return target;
  const { digest } = target.pin;
  const version = await versionOf(target);
  const name = nameIn(scene, target);
  const home = await scene.registryIn(target.environment);
  const isPrompt = target.subject.kind === 'prompt';
  const [artifacts, run, content] = await Promise.all([
    artifactsOf(target),
    isPrompt ? undefined : still.run(version),
    isPrompt ? still.content(version) : undefined,
  ]);
  const tags = copyTags(copyOf, digest, run?.id);
  const prompt = content?.kept;
  const copy = { name, artifacts, digest, run, tags, key: COPY_KEY, ...(prompt && { prompt }) };
  const number = await home.copyVersion(copy);
  return { ...rest, copyOf, pin: { version: number, digest } };
}
