// What is handed over to the ledger, and by it: verdicts in; new entries and signed statements out.
import { Argument, type Command, Option } from 'commander';
import type { VerdictOptions } from '../commands/promotion-verdict.ts';
import type { Subject } from '../plan/ledger/entry.ts';
import { interruption } from './interruption.ts';
import type { Run } from './program.ts';
import { intervalIn, KINDS, natural, repoOption } from './promotion-flags.ts';

export function ledgerCommands(promote: Command, run: Run): void {
  addVerdict(promote, run);
  addWatch(promote, run);
  addAttest(promote, run);
}

type VerdictFlags = Omit<VerdictOptions, 'path' | 'name' | 'subject' | 'environment'> & {
  readonly repo: string;
  readonly in?: string;
};

function addVerdict(promote: Command, run: Run): void {
  promote
    .command('verdict')
    .summary('tell the ledger what a test, an evaluation or a canary says of a version')
    .description(
      'Tells the ledger what a test, an evaluation or a canary says of a version and its content. Policies may ask for it, at spec.verdicts.',
    )
    .argument('<test>', 'name of the test, the evaluation or the canary, as policies call it')
    .addArgument(new Argument('<kind>', 'what was judged').choices(KINDS))
    .argument('<name>', 'its name')
    .addOption(new Option('--status <status>', 'what it says').choices(['passed', 'failed']).makeOptionMandatory())
    .addOption(new Option('--in <environment>', 'the environment that runs what was judged').conflicts('fromRegistry'))
    .option('--from-registry <version>', 'a version out of the registry')
    .option('--digest <digest>', 'what was judged; refused where the version holds something else by now')
    .option('--url <address>', 'where more of it can be read')
    .option('--reason <text>', 'what was seen, in a sentence; it stays in the ledger')
    .addOption(repoOption())
    .action(
      (test: string, kind: Subject['kind'], subject: string, { repo: path, in: environment, ...flags }: VerdictFlags) =>
        run(async (world) =>
          (await import('../commands/promotion-verdict.ts')).recordVerdict(world, {
            ...flags,
            path,
            name: test,
            subject: { kind, name: subject },
            ...(environment === undefined ? {} : { environment }),
          }),
        ),
    );
}

interface WatchFlags {
  readonly repo: string;
  readonly in?: string;
  readonly since?: number;
  readonly once: boolean;
  readonly interval: number;
}

function addWatch(promote: Command, run: Run): void {
  promote
    .command('watch')
    .summary('tell each new entry of the ledger as it comes')
    .description(
      'Tells each new entry of the ledger as it comes, until it is interrupted: as text, or with --format jsonl as JSON, one a line. ' +
        'A registry that is gone is waited for.',
    )
    .option('--in <environment>', 'only this environment')
    .option('--since <ticket>', 'begin behind this ticket, with what is there already; 0 for all', natural)
    .option('--once', 'end when there was something to tell', false)
    .addOption(
      new Option('--interval <duration>', 'how long to wait between two looks')
        .argParser(intervalIn)
        .default(10_000, '10s'),
    )
    .addOption(repoOption())
    .action(({ repo: path, in: environment, ...flags }: WatchFlags) =>
      run(async (world, put) => {
        const signal = interruption();
        return (await import('../commands/promotion-watch.ts')).watch(world, {
          ...flags,
          path,
          environment,
          put,
          signal,
        });
      }),
    );
}

function addAttest(promote: Command, run: Run): void {
  promote
    .command('attest')
    .summary('sign what the ledger says')
    .description(
      'Signs entries of the ledger by the private key in AIGW_SIGNING_KEY: with --format jsonl in-toto statements in DSSE envelopes, one a line.',
    )
    .option('--ticket <number>', 'only this entry', natural)
    .addOption(repoOption())
    .action(({ repo: path, ...flags }: { readonly repo: string; readonly ticket?: number }) =>
      run(async (world) => (await import('../commands/promotion-attest.ts')).attest(world, { ...flags, path })),
    );
}
