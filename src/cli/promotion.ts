import { Argument, type Command, Option } from 'commander';
import { nearest } from '../lib/nearest.ts';
import type { Subject } from '../plan/ledger/entry.ts';
import type { Run } from './program.ts';
import { addTo, KINDS, positive, repoOption, subjectIn } from './promotion-flags.ts';
import { ledgerCommands } from './promotion-ledger.ts';

interface DeliveryFlags {
  readonly dryRun: boolean;
  readonly planOut?: string;
  readonly direct: boolean;
}

interface SubjectFlags extends DeliveryFlags {
  readonly repo: string;
  readonly from?: string;
  readonly to: string;
  readonly fromRegistry?: string;
  readonly plan?: string;
  readonly with?: readonly Subject[];
  readonly override?: readonly string[];
  readonly reason?: string;
}

/** `aigw promote` and everything below it. */
export function promotion(program: Command, run: Run): void {
  const promote = program
    .command('promote')
    .summary('move a version, a prompt or a config to the next environment')
    .description(
      'Moves a version, a prompt or a config from one environment to the next: its gates are asked, a change request is opened, ' +
        'and after the merge the plan is carried out under a lock, and kept in the ledger. It can always come back.',
    );
  addApply(promote, run);
  for (const kind of KINDS) addSubject(promote, kind, run);
  addRollback(promote, run);
  addRecovery(promote, run);
  addHistory(promote, run);
  addRecords(promote, run);
  ledgerCommands(promote, run);
}

/** What `aigw promote --plan FILE` means: flags of `promote` itself would be taken for those of what stands below it. */
function addApply(promote: Command, run: Run): void {
  promote
    .command('apply', { isDefault: true })
    .summary('carry out a plan that was proposed and merged; the word may be left out')
    .option('--plan <file>', 'the plan')
    .addOption(repoOption())
    .allowExcessArguments()
    .action(({ repo: path, plan }: { readonly repo: string; readonly plan?: string }, command: Command) => {
      const [word] = command.args;
      const meant = nearest(
        word ?? '',
        promote.commands.map((each) => each.name()),
      );
      const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`;
      if (word !== undefined) command.error(`error: There is no command "promote ${word}".${suggestion}`);
      if (plan === undefined) return promote.help({ error: true });
      return run(async (world) => (await import('../commands/promote.ts')).applyPlan(world, { path, plan }));
    });
}

function addSubject(promote: Command, kind: Subject['kind'], run: Run): void {
  const whats = {
    model: ['promote a version of a registered model', 'name of the Model'],
    prompt: ['promote a prompt', 'name of the Prompt'],
    config: ['promote any resource', 'kind and name of the resource, as in Route/faq'],
  } as const;
  const [summary, meaning] = whats[kind];
  const command = promote
    .command(kind)
    .summary(summary)
    .argument('<name>', meaning)
    .requiredOption('--to <environment>', 'where it is to run')
    .option('--from <environment>', 'where it runs now')
    .option('--with <kind/name>', 'another that moves along, all or none; may repeat', addTo(subjectIn))
    .option('--override <gate/name>', 'go on in spite of a gate, where a policy lets you; may repeat', addTo(String));
  if (kind !== 'config')
    command.addOption(
      new Option('--from-registry <version>', 'a version out of the registry, for the first environment').conflicts(
        'from',
      ),
    );
  delivery(command)
    .option('--reason <text>', 'why; it stays in the ledger')
    .addOption(repoOption())
    .option('--plan <file>', 'carry out a plan that was proposed and merged')
    .action((name: string, { repo: path, plan, with: others = [], override: overrides = [], ...flags }: SubjectFlags) =>
      run(async (world) => {
        const { applyPlan, promote: story } = await import('../commands/promote.ts');
        if (plan !== undefined) return await applyPlan(world, { path, plan, subject: { kind, name }, to: flags.to });
        return await story(world, { ...flags, path, overrides, subjects: [{ kind, name }, ...others] });
      }),
    );
}

function addRollback(promote: Command, run: Run): void {
  const command = promote
    .command('rollback')
    .summary('come back to what an environment ran before')
    .description(
      'Comes back to the last good entry of the ledger. What is left is barred from promotion until it is cleared.',
    )
    .requiredOption('--in <environment>', 'the environment')
    .option(
      '--of <kind/name>',
      'only this; all that the last promotion moved when left out; may repeat',
      addTo(subjectIn),
    );
  delivery(command)
    .option('--reason <text>', 'why; it bars what is left')
    .addOption(repoOption())
    .action(({ repo: path, in: environment, of: subjects = [], ...flags }) =>
      run(async (world) =>
        (await import('../commands/promotion-rollback.ts')).rollback(world, { ...flags, path, environment, subjects }),
      ),
    );
}

function addRecovery(promote: Command, run: Run): void {
  promote
    .command('resume')
    .summary('go on with a promotion that was killed')
    .addOption(repoOption())
    .action(({ repo: path }: { readonly repo: string }) =>
      run(async (world) => (await import('../commands/promotion-recovery.ts')).resume(world, { path })),
    );
  promote
    .command('abort')
    .summary('take back a promotion that was killed')
    .option('--reason <text>', 'why; it stays in the ledger')
    .addOption(repoOption())
    .action(({ repo: path, ...flags }: { readonly repo: string; readonly reason?: string }) =>
      run(async (world) => (await import('../commands/promotion-recovery.ts')).abort(world, { ...flags, path })),
    );
}

function addHistory(promote: Command, run: Run): void {
  promote
    .command('history')
    .summary('tell what was promoted, by whom and why')
    .option('--in <environment>', 'only this environment')
    .option('--of <kind/name>', 'only this', subjectIn)
    .option('--limit <number>', 'how many entries are shown, the newest first', positive, 20)
    .addOption(repoOption())
    .action(({ repo: path, in: environment, of: subject, limit }) =>
      run(async (world) =>
        (await import('../commands/promotion-history.ts')).history(world, { path, environment, subject, limit }),
      ),
    );
  promote
    .command('verify')
    .summary('check that the ledger is as it was written, and things as it says')
    .addOption(repoOption())
    .action(({ repo: path }: { readonly repo: string }) =>
      run(async (world) => (await import('../commands/promotion-history.ts')).verify(world, { path })),
    );
}

function addRecords(promote: Command, run: Run): void {
  promote
    .command('approve')
    .summary('approve of a plan that somebody else asks for')
    .requiredOption('--plan <file>', 'the plan')
    .addOption(repoOption())
    .action(({ repo: path, plan }: { readonly repo: string; readonly plan: string }) =>
      run(async (world) => (await import('../commands/promotion-records.ts')).approve(world, { path, plan })),
    );
  promote
    .command('clear')
    .summary('let a version be promoted again that a rollback has barred')
    .addArgument(new Argument('<kind>', 'what it is').choices(KINDS))
    .argument('<name>', 'its name')
    .argument('<version>', 'the version')
    .option('--reason <text>', 'why; it stays in the ledger')
    .addOption(repoOption())
    .action((kind: Subject['kind'], name: string, version: string, { repo: path, ...flags }) =>
      run(async (world) =>
        (await import('../commands/promotion-records.ts')).clear(world, {
          ...flags,
          path,
          subject: { kind, name },
          version,
        }),
      ),
    );
  promote
    .command('adopt')
    .summary('write into the ledger what an environment runs already')
    .requiredOption('--in <environment>', 'the environment')
    .option('--reason <text>', 'why; it stays in the ledger')
    .addOption(repoOption())
    .action(({ repo: path, in: environment, ...flags }) =>
      run(async (world) =>
        (await import('../commands/promotion-records.ts')).adopt(world, { ...flags, path, environment }),
      ),
    );
}

function delivery(command: Command): Command {
  return command
    .addOption(new Option('--dry-run', 'show everything, and write nothing').default(false))
    .addOption(new Option('--plan-out <file>', 'write the plan to a file, and nothing else').conflicts('dryRun'))
    .addOption(new Option('--direct', 'at once, without a change request').default(false));
}
