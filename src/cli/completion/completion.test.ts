import { spawnSync } from 'node:child_process';
import { Argument, Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../program.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { commandWords } from './words.ts';
import { zshScript } from './zsh.ts';

/** A program with everything that completion has to cope with. */
function sample(): Command {
  const program = new Command('aigw').version('1.0.0', '--version', 'show the version');
  program.addOption(new Option('--format <format>', 'how to write it').choices(['text', 'json', 'junit']));
  program.option('--output <file>', 'where to write it');
  program.addOption(new Option('--secret-flag', 'not for people').hideHelp());
  program.command('render').summary('write an environment').argument('[path]').option('-e, --env <name>', 'which one');
  const promote = program.command('promote').summary("move it on: it's time");
  promote.command('model').summary('a model').argument('<name>');
  promote.command('prompt').summary('a prompt').argument('<name>').option('--dry-run', 'say it, do not do it');
  program
    .command('completion')
    .summary('a script')
    .addArgument(new Argument('<shell>').choices(['bash', 'fish']));
  program.command('inner', { hidden: true }).action(() => undefined);
  return program;
}

/** What the real bash offers for a line that ends where the cursor stands. */
function bashOffers(program: Command, line: string): readonly string[] {
  const words = line.split(/\s+|(=)/).filter((word) => word !== undefined);
  const script = `
    ${bashScript(commandWords(program))}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _aigw; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-u', '-c', script, 'bash', ...words], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('bash', () => {
  test.each([
    ['aigw ', ['render', 'promote', 'completion']],
    ['aigw re', ['render']],
    ['aigw --f', ['--format']],
    ['aigw --v', ['--version']],
    ['aigw render --v', []],
    ['aigw --format ', ['text', 'json', 'junit']],
    ['aigw --format j', ['json', 'junit']],
    ['aigw --format=j', ['json', 'junit']],
    ['aigw --format=', ['text', 'json', 'junit']],
    ['aigw render --format ju', ['junit']],
    ['aigw --format json pro', ['promote']],
    ['aigw --output render pro', ['promote']],
    ['aigw render --output ', []],
    ['aigw render -e ', []],
    ['aigw render --', ['--format', '--output', '--env', '--help']],
    ['aigw render ', []],
    ['aigw promote ', ['model', 'prompt']],
    ['aigw promote prompt --d', ['--dry-run']],
    ['aigw promote model --d', []],
    ['aigw completion ', ['bash', 'fish']],
    ['aigw completion f', ['fish']],
    ['aigw --s', []],
    ['aigw in', []],
  ])('%j offers %j', (line, offered) => {
    expect(bashOffers(sample(), line)).toEqual(offered);
  });

  test("offers all of aigw's own commands and flags", () => {
    const program = createProgram(async () => undefined);
    const commands = program.commands.map((command) => command.name());
    expect(bashOffers(program, 'aigw ')).toEqual(commands);
    for (const command of program.commands) {
      const flags = command.options.map((option) => option.long);
      expect(bashOffers(program, `aigw ${command.name()} --`)).toEqual(expect.arrayContaining(flags));
    }
  });
});

test('zsh is offered every word with its meaning, in its own quoting', () => {
  const script = zshScript(commandWords(sample()));
  expect(script).toMatch(/^#compdef aigw\n/);
  expect(script).toContain(
    "    ('') if [[ $PREFIX == -* ]]; then items=('--format:how to write it' '--output:where to write it' " +
      "'--version:show the version' '--help:show help'); else " +
      "items=('render:write an environment' 'promote:move it on: it'\\''s time' 'completion:a script'); fi ;;",
  );
  expect(script).toContain("('promote prompt --format') compadd -- text json junit; return ;;");
  expect(script).toContain("('render --env'|'render -e') _files; return ;;");
});

test('fish is offered every word with its meaning, in its own quoting', () => {
  const lines = fishScript(commandWords(sample())).split('\n');
  expect(lines).toContain("complete -c aigw -n '__aigw_at \\'\\'' -f -a 'promote' -d 'move it on: it\\'s time'");
  expect(lines).toContain(
    "complete -c aigw -n '__aigw_at \\'promote prompt\\'' -l format -x -a 'text json junit' -d 'how to write it'",
  );
  expect(lines).toContain("complete -c aigw -n '__aigw_at \\'render\\'' -l env -s e -r -F -d 'which one'");
});
