// The demo's promotion: the flagship's own model and its answer prompt go from staging to prod, by the very commands that people run, in a Git
// repository of their own. It plays on one day, since what may be promoted depends on the day.
import { relative } from 'node:path';
import { isObject } from '../lib/json.ts';
import type { World } from '../ports/world.ts';
import type { Outcome } from './outcome.ts';
import { applyPlan, promote } from './promote.ts';
import { history } from './promotion-history.ts';
import { adopt, approve } from './promotion-records.ts';

/** 2026-11-21, before the flagship's busiest week. */
const DAY = Date.parse('2026-11-21T10:00:00Z');

export interface DemoPromotionOptions {
  /** Absolute; a repository that an earlier demo laid there goes. */
  readonly folder: string;
  readonly registry: 'files' | 'mlflow';
}

export interface PlayedPromotion {
  readonly lines: readonly string[];
  /** The first command that did not do what it was asked. */
  readonly failed: Outcome | undefined;
}

export async function playPromotion(
  world: World,
  { folder, registry }: DemoPromotionOptions,
): Promise<PlayedPromotion> {
  const root = await world.packageFiles.read('fixtures/cognitotech/aigw.yaml');
  const local = root.replace(/^ {2}platform: .*$/m, '  platform: {type: local}');
  const text = registry === 'mlflow' ? local : local.replace(/^ {2}registry: .*$/m, '  registry: {type: files}');
  const source = world.packageFiles.pathOf('fixtures/cognitotech');
  await world.layRepository(source, folder, { texts: { 'aigw.yaml': text }, user: 'anna' });
  const as = (name: string): World => ({
    ...world,
    directory: folder,
    clock: { ...world.clock, today: () => new Date(DAY).toISOString().slice(0, 10) },
    actor: async () => ({ name, evidence: 'the demo' }),
    registry: async (setting, at) => ({ ...(await world.registry(setting, at)), now: async () => DAY }),
  });
  return await play(as, `cd ${relative(world.directory, folder) || '.'}`, folder);
}

async function play(as: (name: string) => World, first: string, folder: string): Promise<PlayedPromotion> {
  const lines: string[] = [first];
  const tell = (command: string, { report }: Outcome) =>
    lines.push('', `$ ${command}`, ...report.text.map((line) => `  ${line}`.trimEnd()));
  const run = async (command: string, story: Promise<Outcome>) => {
    const outcome = await story;
    tell(command, outcome);
    if (!outcome.report.ok) throw new Failure(outcome);
    return outcome.report.result;
  };
  try {
    for (const environment of ['staging', 'prod'])
      await run(`aigw promote adopt --in ${environment}`, adopt(as('anna'), { path: '.', environment }));
    const subjects = [
      { kind: 'model', name: 'product-expert' },
      { kind: 'prompt', name: 'product-answer' },
    ] as const;
    const reason = 'Answers name the document that they stand on.';
    const asked = {
      path: '.',
      subjects,
      from: 'staging',
      to: 'prod',
      reason,
      overrides: [],
      dryRun: false,
      direct: false,
    };
    const words = `aigw promote model product-expert --with prompt/product-answer --from staging --to prod --reason "${reason}"`;
    const result = await run(words, promote(as('anna'), asked));
    const [plan, number, commit] = proposalIn(result);
    const platform = await as('anna').platform({ type: 'local', branch: 'main' }, folder);
    lines.push('', `(merged by the Git host: ${await platform.merge(number, commit)})`);
    for (const who of ['ben', 'carla'])
      await run(`aigw promote approve --plan ${plan}  # as ${who}`, approve(as(who), { path: '.', plan }));
    await run(`aigw promote --plan ${plan}`, applyPlan(as('anna'), { path: '.', plan }));
    await run('aigw promote history --in prod', history(as('anna'), { path: '.', environment: 'prod', limit: 20 }));
    return { lines, failed: undefined };
  } catch (error) {
    if (error instanceof Failure) return { lines, failed: error.outcome };
    throw error;
  }
}

class Failure extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super('a command of the demo failed');
    this.outcome = outcome;
  }
}

function proposalIn(result: unknown): readonly [plan: string, number: number, commit: string] {
  const { path, request } = isObject(result) ? result : {};
  const { number, commit } = isObject(request) ? request : {};
  return [String(path), Number(number), String(commit)];
}
