// aigw promote verdict: what a test, an evaluation or a canary says of a version goes into the ledger, where policies ask for it.
import type { Verdict } from '../plan/gates/verdict.ts';
import type { Pin, Subject } from '../plan/ledger/entry.ts';
import { registeredName } from '../plan/promotion/subject.ts';
import type { World } from '../ports/world.ts';
import type { Outcome } from './outcome.ts';
import { digestIn } from './promotion/evidence.ts';
import { alone, record, unplanned } from './promotion/saga.ts';
import { configOf, Ending, no, openRegistryScene, type RegistryScene, readJournal, told } from './promotion/scene.ts';
import { heldPin } from './promotion-records.ts';

export interface VerdictOptions {
  readonly path: string;
  /** Of the test, the evaluation or the canary, as policies call it. */
  readonly name: string;
  readonly subject: Subject;
  readonly status: 'passed' | 'failed';
  /** The environment that runs what was judged; left out for a version out of the registry. */
  readonly environment?: string;
  /** A version of the registry's, where `environment` is left out. */
  readonly fromRegistry?: string;
  /** What was judged, where whoever judged knows. */
  readonly digest?: string;
  /** Where more of it can be read. */
  readonly url?: string;
  readonly reason?: string;
}

export function recordVerdict(world: World, options: VerdictOptions): Promise<Outcome> {
  return told(world, 'promote verdict', async () => {
    const { name, subject, status, environment = null, url } = options;
    const scene = await openRegistryScene(world, options.path);
    const pin = await judgedPin(scene, options);
    if (options.digest !== undefined && options.digest !== pin.digest)
      throw no(
        `Version ${pin.version} of ${subject.name} holds ${pin.digest}, and ${options.digest} was judged.`,
        'Judge it again: it is not what it was.',
      );
    const reason = options.reason ?? 'No reason was given.';
    const verdict: Verdict = {
      gate: 'verdict',
      name,
      status,
      message: reason,
      inputs: url === undefined ? {} : { url },
    };
    const promotion = `verdict ${name} on ${subject.kind} ${subject.name} ${pin.version}`;
    const entry = await alone(scene, promotion, async (ticket) => {
      await readJournal(scene);
      const moves = [{ subject, before: null, since: null, after: pin, file: null, verdicts: [verdict] }];
      const deed = { kind: 'verdict', promotion, to: environment, moves, commit: null, reason } as const;
      return await record(scene, ticket, { ...unplanned(scene), ...deed });
    });
    const { ticket } = entry;
    const text = [
      `${name} ${status} for ${subject.kind} ${subject.name} ${pin.version} (${pin.digest}), by the ledger's ticket ${ticket}.`,
    ];
    return { root: scene.opened.root, parts: { text, result: { state: status, ticket, ...pin } } };
  });
}

/** Rejects with an Ending where nothing says what was judged, or the registry does not hold it. */
async function judgedPin(
  scene: RegistryScene,
  { subject, environment, fromRegistry: version }: VerdictOptions,
): Promise<Pin> {
  if (environment !== undefined) return await heldPin(scene, environment, subject);
  const [first = ''] = scene.environments;
  const entry = registeredName(configOf(scene, first), subject);
  if (entry === undefined || version === undefined)
    throw new Ending(['Say what was judged: --in ENVIRONMENT, or --from-registry VERSION of what is registered.'], {
      answer: 'misunderstood',
    });
  const digest = await digestIn(await scene.registryIn(first), entry, version);
  if (digest === undefined) throw no(`Version ${version} of ${entry} is not registered, or cannot be read.`);
  return { version, digest };
}
