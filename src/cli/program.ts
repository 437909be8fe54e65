import { Argument, Command, Option } from 'commander';
import type { Outcome, Put } from '../commands/outcome.ts';
import type { RenderOptions } from '../commands/render.ts';
import type { ValidateOptions } from '../commands/validate.ts';
import { KINDS, type Kind } from '../config/schema-types.ts';
import type { World } from '../ports/world.ts';
import { targetIds } from '../targets/targets.ts';
import { type CompletionShell, completionShells } from './completion/shells.ts';
import { promotion } from './promotion.ts';
import { reportOptions } from './report-options.ts';
import { version } from './version.ts';

/** What a command does once its words are understood. Its module is imported here and not before. */
export type Story = (world: World, put: Put) => Promise<Outcome>;

/** Gives a story its world and delivers what it answers. */
export type Run = (story: Story) => Promise<void>;

type RenderFlags = Omit<RenderOptions, 'path' | 'directory'> & { readonly out?: string };

/** All commands and flags. */
export function createProgram(run: Run): Command {
  const program: Command = new Command('aigw')
    .exitOverride()
    .description('Keeps AI gateways in Git: checked before they merge, rendered to what really runs.')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .configureHelp({
      showGlobalOptions: true,
      visibleGlobalOptions: (command) => (command.parent === null ? [] : [...program.options]),
    })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'aigw: ')) })
    .showHelpAfterError('Run "aigw --help" for the commands, "aigw COMMAND --help" for the flags of one.');
  for (const option of reportOptions()) program.addOption(option);
  program
    .addOption(new Option('--no-color', 'no colours, as with NO_COLOR'))
    .addOption(new Option('-q, --quiet', 'no messages but warnings and errors'))
    .addOption(new Option('--debug', 'show where a fault in aigw itself arose'));
  for (const add of [validate, render, promotion, init, explain, schema, demo, completion]) add(program, run);
  return program;
}

function validate(program: Command, run: Run): void {
  program
    .command('validate')
    .summary('find every fault of a config repo')
    .description('Checks a config repo in all its environments and tells every fault, with its place and its remedy.')
    .argument('[path]', 'a folder of the repo', '.')
    .option('-e, --environment <name>', 'only this environment')
    .addOption(
      new Option('--fail-on <severity>', 'the mildest severity that fails')
        .choices(['error', 'warning', 'info'])
        .default('error'),
    )
    .option('--no-baseline', 'also tell what the baseline lists')
    .addOption(
      new Option('--update-baseline', 'make all that is found the new baseline, in .aigw-baseline.json')
        .default(false)
        .conflicts('environment'),
    )
    .action((path: string, options: Omit<ValidateOptions, 'path'>) =>
      run(async (world) => (await import('../commands/validate.ts')).validate(world, { ...options, path })),
    );
}

function render(program: Command, run: Run): void {
  program
    .command('render')
    .summary('write what each environment runs')
    .description(
      'Turns a config repo into Kubernetes manifests and the native configuration of its gateways, one folder for each ' +
        'environment. Only files that aigw wrote are ever replaced or removed.',
    )
    .argument('[path]', 'a folder of the repo', '.')
    .option('-e, --environment <name>', 'only this environment')
    .option('-o, --out <folder>', 'where to write (default: the folder that aigw.yaml names)')
    .addOption(new Option('--target <id>', 'only what gateways of this target run; with --out').choices(targetIds))
    .option('--check', 'write nothing; fail where files differ from what would be written', false)
    .action((path: string, { out, ...options }: RenderFlags, command: Command) => {
      if (options.target !== undefined && out === undefined)
        command.error('error: --target writes a part only, so it needs a folder of its own: add --out FOLDER.');
      return run(async (world) => {
        const directory = out === undefined ? {} : { directory: out };
        return (await import('../commands/render.ts')).render(world, { ...options, path, ...directory });
      });
    });
}

function init(program: Command, run: Run): void {
  program
    .command('init')
    .summary('lay a small config repo that passes at once')
    .description(
      'Lays a config repo with one gateway, one model and one route. What stands there already is left alone.',
    )
    .argument('[path]', 'where to', '.')
    .action((path: string) => run(async (world) => (await import('../commands/init.ts')).init(world, { path })));
}

function explain(program: Command, run: Run): void {
  program
    .command('explain')
    .summary('tell what a code means')
    .description(
      'Tells what a code means and shows an example of the fault and of its remedy; without a code, lists all.',
    )
    .argument('[code]', 'a code such as AIGW2001, its number, or its name')
    .action((code: string | undefined) =>
      run(async (world) => (await import('../commands/explain.ts')).explain(world, { code })),
    );
}

function schema(program: Command, run: Run): void {
  program
    .command('schema')
    .summary('print the schema of the config language')
    .description(
      'Prints the JSON Schema of all kinds of resources, or of one, for editors and other programs. In a YAML file: ' +
        '# yaml-language-server: $schema=PATH',
    )
    .addArgument(new Argument('[kind]', 'a kind of resource').choices(KINDS))
    .option('--fields', 'list the fields with their types, defaults and meanings instead', false)
    .action((kind: Kind | undefined, options: { readonly fields: boolean }) =>
      run(async (world) => (await import('../commands/schema.ts')).schema(world, { ...options, kind })),
    );
}

function demo(program: Command, run: Run): void {
  program
    .command('demo')
    .summary('validate and render the example of a customer service')
    .description(
      'Validates and renders the flagship example for its three environments, without a server or an account.',
    )
    .option('-o, --out <folder>', 'where to write', 'out/demo')
    .action(({ out }: { out: string }) =>
      run(async (world) => (await import('../commands/demo.ts')).demo(world, { directory: out })),
    );
}

function completion(program: Command, run: Run): void {
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
}
