// What is asked about a version before it moves: facts of the registry and of the repo, given to the gates.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { policiesIn } from '../../config/policies.ts';
import { messageTextsOf } from '../../config/prompt-text.ts';
import type { PolicySpec } from '../../config/schema-types.ts';
import { type DatasetFacts, judgeData } from '../../plan/gates/data.ts';
import { judgeFreezes } from '../../plan/gates/freeze.ts';
import { judgeMetrics, type Measurements } from '../../plan/gates/metric.ts';
import { judgePassage } from '../../plan/gates/passage.ts';
import { judgePromptText } from '../../plan/gates/prompt-text.ts';
import { judgePromptVariables } from '../../plan/gates/prompt-variables.ts';
import { judgeRecorded } from '../../plan/gates/recorded.ts';
import { judgeRun } from '../../plan/gates/run.ts';
import { judgeSignature, type SignatureTexts } from '../../plan/gates/signature.ts';
import type { Verdict } from '../../plan/gates/verdict.ts';
import type { LedgerEntry, Origin, Pin, Subject } from '../../plan/ledger/entry.ts';
import { COPY_KEY, copyKey, pinBefore } from '../../plan/promotion/copy.ts';
import { registeredName, resourceOf, variablesOf } from '../../plan/promotion/subject.ts';
import {
  type RegisteredRun,
  type RegisteredVersion,
  type Registry,
  type RegistryEntry,
  RegistryTrouble,
  type VersionContent,
} from '../../ports/registry.ts';
import type { Scene } from './scene.ts';

/** A subject on its way. */
export interface Passage {
  readonly subject: Subject;
  /** Undefined for a version that comes out of the registry, and for one that comes back. */
  readonly from: ResolvedConfig | undefined;
  readonly to: ResolvedConfig;
  /** The destination with the change made; undefined where nobody has made it yet. */
  readonly next: ResolvedConfig | undefined;
  readonly before: Pin | undefined;
  readonly after: Pin;
  /** What `after` was copied from; undefined where it was not. */
  readonly copyOf: Origin | undefined;
  /** Where it lies as long as it is not copied yet: then it is judged over there. */
  readonly still?: Registry;
  readonly isRollback: boolean;
}

/** Everything that the gates say, but for approvals. @param now milliseconds since 1970, by the registry's clock. */
export async function verdictsOn(
  scene: Scene,
  passage: Passage,
  entries: readonly LedgerEntry[],
  now: number,
): Promise<readonly Verdict[]> {
  const policies = policiesIn(passage.to);
  const own = await (passage.subject.kind === 'model'
    ? modelVerdicts(await scene.registryIn(passage.to.environment), passage, now)
    : promptVerdicts(await scene.registryIn(passage.to.environment), passage));
  // Whoever comes back does not wait for a better day.
  if (passage.isRollback) return own;
  const { from, to, subject, after: pin, copyOf } = passage;
  const soak = policies.map(({ spec }) => spec.soak).filter((each) => each !== undefined);
  const way = {
    entries,
    environments: scene.environments,
    from: from?.environment ?? null,
    to: to.environment,
    subject,
    pin,
    source: pinBefore(pin, copyOf),
    now,
  };
  const waits = soak
    .slice(1)
    .flatMap((each) => judgePassage({ ...way, soak: each }).filter(({ gate }) => gate === 'soak'));
  return [
    ...judgePassage({ ...way, soak: soak[0] }),
    ...waits,
    ...own,
    ...policies.flatMap(({ spec }) => judgeRecorded(spec.verdicts ?? [], { ...way, config: to })),
    ...policies.flatMap(({ spec }) => judgeFreezes(spec.freezes ?? [], now)),
  ];
}

/** What a registry tells of a version. */
interface VersionFacts {
  /** What its entry says that it is; undefined where there is no entry. */
  readonly kind: RegistryEntry['kind'] | undefined;
  readonly version: RegisteredVersion | undefined;
  readonly content: VersionContent | string | undefined;
  readonly run: RegisteredRun | string | undefined;
}

/** What is asked about the version that another would replace. */
interface ChampionFacts {
  readonly run: RegisteredRun | string | undefined;
  readonly signature: SignatureTexts | undefined;
}

async function modelVerdicts(registry: Registry, passage: Passage, now: number): Promise<readonly Verdict[]> {
  const { subject, to, before, after, copyOf, still, isRollback } = passage;
  const entry = registeredName(to, subject) ?? subject.name;
  const rules = isRollback ? [] : policiesIn(to).map(({ spec }) => spec);
  const over = still === undefined ? undefined : copyOf;
  const { entry: named, version: number } = over ?? { entry, version: after.version };
  const [candidate, champion] = await Promise.all([
    factsOf(still ?? registry, named, number),
    before === undefined || isRollback ? undefined : championOf(registry, entry, before.version, rules),
  ]);
  const origin = over === undefined ? copyOf : undefined;
  const metrics = { candidate: metricsIn(candidate), champion: champion && metricsIn(champion) };
  const signatures = { candidate: signatureIn(candidate.content), champion: champion?.signature };
  return [
    versionVerdict({ subject, entry: named, pin: { ...after, version: number }, origin }, candidate),
    digestVerdict(after, candidate),
    ...rules.flatMap(({ gates = [], run, data, signature }) => [
      ...(run === undefined ? [] : [judgeRun(run, candidate.run, now)]),
      ...(data === undefined ? [] : [judgeData(datasetsIn(candidate))]),
      ...judgeMetrics(gates, metrics),
      // Where nothing runs yet there are no callers whom a signature could break.
      ...(signature === undefined || champion === undefined ? [] : [judgeSignature(signature, signatures)]),
    ]),
  ];
}

async function factsOf(registry: Registry, entry: string, name: string): Promise<VersionFacts> {
  const [version, known] = await Promise.all([registry.version(entry, name), registry.entry(entry)]);
  const kind = known?.kind;
  if (version === undefined) return { kind, version, content: undefined, run: undefined };
  const [content, run] = await Promise.all([contentOf(registry, version), toldOr(registry.run(version))]);
  return { kind, version, content, run };
}

/** Its artifacts are not read, which may be gigabytes, and its signature where a policy asks for that alone. */
async function championOf(
  registry: Registry,
  entry: string,
  name: string,
  rules: readonly PolicySpec[],
): Promise<ChampionFacts> {
  const version = await registry.version(entry, name);
  if (version === undefined) return { run: undefined, signature: undefined };
  const isSigned = rules.some(({ signature }) => signature !== undefined);
  const [run, signature] = await Promise.all([
    toldOr(registry.run(version)),
    isSigned ? toldOr(registry.signature(version)) : undefined,
  ]);
  return { run, signature: typeof signature === 'string' ? { fault: UNREAD } : signature };
}

const UNREAD = 'shows no artifacts';

/** What a version holds, or in a sentence why it cannot be read: then no gate that needs it is passed. */
export async function contentOf(registry: Registry, version: RegisteredVersion): Promise<VersionContent | string> {
  return await toldOr(registry.content(version));
}

async function toldOr<T>(answer: Promise<T>): Promise<T | string> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RegistryTrouble && (error.kind === 'unusable' || error.kind === 'missing'))
      return error.message;
    throw error;
  }
}

/** The digest of what the registry holds as a version now; undefined where it is gone, or cannot be read. */
export async function digestIn(registry: Registry, entry: string, name: string): Promise<string | undefined> {
  const content = await contentIn(registry, entry, name);
  return typeof content === 'object' ? content.digest : undefined;
}

function datasetsIn({ run }: VersionFacts): readonly DatasetFacts[] | string | undefined {
  return typeof run === 'object' ? run.datasets : run;
}

/** What the registry holds as a version now; undefined where it is gone, and a sentence where it cannot be read. */
export async function contentIn(
  registry: Registry,
  entry: string,
  name: string,
): Promise<VersionContent | string | undefined> {
  const version = await registry.version(entry, name);
  return version && (await contentOf(registry, version));
}

function metricsIn({ run }: Pick<VersionFacts, 'run'>): Measurements | string {
  return typeof run === 'object' ? run.metrics : (run ?? {});
}

function signatureIn(content: VersionFacts['content']): SignatureTexts | undefined {
  return typeof content === 'string' ? { fault: UNREAD } : content?.signature;
}

/** Why a version is none of a model, or none of a prompt, as its subject is. */
export function kindFault(
  { kind: wanted }: Subject,
  entry: RegistryEntry['kind'] | undefined,
  { kind: own }: RegisteredVersion,
): string | undefined {
  // MLflow (3.17) takes a model's version under the name of a prompt.
  const other = [entry, own].find((kind) => kind !== undefined && kind !== wanted);
  return other === undefined ? undefined : `is one of a ${other}, and no ${wanted}`;
}

interface Wanted {
  readonly subject: Subject;
  readonly entry: string;
  readonly pin: Pin;
  /** What it must be a copy of. */
  readonly origin: Origin | undefined;
}

function versionVerdict({ subject, entry, pin, origin }: Wanted, { version, kind }: VersionFacts): Verdict {
  const { version: wanted } = pin;
  const fault =
    version === undefined
      ? 'is not registered'
      : (kindFault(subject, kind, version) ?? (version.isReady ? originFault(pin, origin, version) : 'is not ready'));
  return {
    gate: 'version',
    name: 'registered',
    status: fault === undefined ? 'passed' : 'failed',
    message: `Version ${wanted} of ${entry} ${fault ?? 'is registered and ready'}.`,
    inputs: {
      entry,
      version: wanted,
      kind: kind ?? null,
      isReady: version?.isReady ?? null,
      run: version?.run ?? null,
    },
  };
}

function originFault(pin: Pin, origin: Origin | undefined, { tags }: RegisteredVersion): string | undefined {
  if (origin === undefined || tags[COPY_KEY] === copyKey(origin, pin.digest)) return undefined;
  return `is no copy of version ${origin.version} of ${origin.entry} at ${origin.registry.url}`;
}

function digestVerdict(pin: Pin, { content }: VersionFacts): Verdict {
  const digest = typeof content === 'object' ? content.digest : undefined;
  const isSame = digest === pin.digest;
  const other = `It holds ${digest}, and ${pin.digest} is pinned.`;
  const unknown = typeof content === 'string' ? content : 'There is nothing to make a digest of.';
  return {
    gate: 'digest',
    name: 'content',
    status: isSame ? 'passed' : 'failed',
    message: isSame ? 'It holds what is pinned.' : digest === undefined ? unknown : other,
    inputs: { pinned: pin.digest, found: digest ?? null },
  };
}

/** Where Git holds another text of a prompt than the registry, in a sentence. */
export function textFault(
  config: ResolvedConfig,
  subject: Subject,
  content: VersionContent | string | undefined,
): string | undefined {
  const { status, message } = textVerdict(config, subject, content) ?? {};
  return status === 'failed' ? message : undefined;
}

function textVerdict(config: ResolvedConfig, subject: Subject, content: VersionFacts['content']): Verdict | undefined {
  const prompt =
    subject.kind === 'prompt' ? (resourceOf(subject, config) as Resource<'Prompt'> | undefined) : undefined;
  if (prompt === undefined) return undefined;
  return judgePromptText(typeof content === 'object' ? content.prompt : undefined, messageTextsOf(config, prompt));
}

async function promptVerdicts(registry: Registry, passage: Passage): Promise<readonly Verdict[]> {
  const { subject, to, next, before, after, copyOf, still, isRollback } = passage;
  if (subject.kind !== 'prompt') return [];
  const entry = registeredName(to, subject);
  const over = still === undefined ? undefined : copyOf;
  const { entry: named, version: number } = over ?? { entry, version: after.version };
  const facts = named === undefined ? undefined : await factsOf(still ?? registry, named, number);
  const origin = over === undefined ? copyOf : undefined;
  const pin = { ...after, version: number };
  const identity =
    named === undefined || facts === undefined
      ? []
      : [versionVerdict({ subject, entry: named, pin, origin }, facts), digestVerdict(after, facts)];
  const [candidate, champion] = [next, to].map(
    (config) => config && (resourceOf(subject, config) as Resource<'Prompt'> | undefined),
  );
  if (candidate === undefined || next === undefined) return identity;
  const text = facts && textVerdict(next, subject, facts.content);
  const own = text === undefined ? identity : [...identity, text];
  if (isRollback) return own;
  const known = before === undefined || champion === undefined ? undefined : variablesOf(champion);
  return [...own, judgePromptVariables(variablesOf(candidate), known)];
}
