import { Argument, Command, Option } from 'commander';
import type { Outcome } from '../commands/outcome.ts';
import type { World } from '../ports/world.ts';
import { type CompletionShell, completionShells } from './completion/shells.ts';
import { reportOptions } from './report-options.ts';
import { version } from './version.ts';

/** What a command does once its words are understood. Its module is imported here and not before. */
export type Story = (world: World) => Promise<Outcome>;

/** All commands and flags. `run` gives a story its world and delivers what it answers. */
export function createProgram(run: (story: Story) => Promise<void>): Command {
  const program = new Command('aigw')
    .exitOverride()
    .description('Keeps AI gateways in Git: checked before they merge, rendered to what really runs.')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'aigw: ')) })
    .showHelpAfterError('Run "aigw --help" for the commands, "aigw COMMAND --help" for the flags of one.');
  for (const option of reportOptions()) program.addOption(option);
  program
    .addOption(new Option('--no-color', 'no colours, as with NO_COLOR'))
    .addOption(new Option('-q, --quiet', 'no messages but warnings and errors'))
    .addOption(new Option('--debug', 'show where a fault in aigw itself arose'));

  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description(
      'Prints a script that completes commands, flags and their values. Load it with: source <(aigw completion bash)',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(completionShells))
    .action((shell: CompletionShell) =>
      run(async (world) => (await import('./completion/command.ts')).completion(world, { shell, program })),
    );

  return program;
}
