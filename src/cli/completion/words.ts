import type { Command, Option } from 'commander';

/** A word that can be completed, and what it means in a few words. */
export interface Word {
  readonly text: string;
  readonly about: string;
}

/** A flag: all its spellings, and what its value can be. */
export interface Flag {
  readonly spellings: readonly string[];
  readonly about: string;
  /** `none`: it takes no value. `file`: any value; shells offer files. */
  readonly value: 'none' | 'file' | readonly string[];
}

/** What can follow the words of one command. */
export interface CommandWords {
  /** The words that lead to it, '' for aigw itself: `promote model`. */
  readonly path: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  /** Subcommands, or the choices of its first argument. */
  readonly words: readonly Word[];
}

/** A program's commands, from the outermost in. Flags of an outer command hold in the inner ones too. */
export function commandWords(program: Command): readonly CommandWords[] {
  return visit(program, '', []);
}

/** The flags that take a value, each spelling once. */
export function valueFlags(commands: readonly CommandWords[]): readonly string[] {
  const flags = commands.flatMap(({ flags }) => flags.filter(({ value }) => value !== 'none'));
  return [...new Set(flags.flatMap(({ spellings }) => spellings))];
}

function visit(command: Command, path: string, outer: readonly Flag[]): readonly CommandWords[] {
  const shown = command.createHelp();
  const own = command.options.filter((option) => !option.hidden && !isVersion(option, command)).map(flagOf);
  const flags = [...outer, ...own];
  const inner = shown.visibleCommands(command).filter((child) => child.name() !== 'help');
  const choices = command.registeredArguments[0]?.argChoices ?? [];
  const words = [
    ...inner.map((child) => ({ text: child.name(), about: child.summary() })),
    ...choices.map((text) => ({ text, about: '' })),
  ];
  const help: Flag = { spellings: ['--help', '-h'], about: 'show help', value: 'none' };
  const versions = command.options.filter((option) => isVersion(option, command)).map(flagOf);
  return [
    { path, about: command.summary(), flags: [...flags, ...versions, help], words },
    ...inner.flatMap((child) => visit(child, `${path} ${child.name()}`.trim(), flags)),
  ];
}

/** --version is aigw's own and means nothing behind a command. */
function isVersion(option: Option, command: Command): boolean {
  return command.parent === null && option.long === '--version';
}

function flagOf(option: Option): Flag {
  const spellings = [option.long, option.short].filter((spelling) => spelling !== undefined);
  const taken = option.required || option.optional;
  return { spellings, about: option.description, value: taken ? (option.argChoices ?? 'file') : 'none' };
}
