import type { Command } from 'commander';
import type { Outcome } from '../../commands/outcome.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { World } from '../../ports/world.ts';
import { runReport } from '../../reports/report.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import type { CompletionShell } from './shells.ts';
import { type CommandWords, commandWords } from './words.ts';
import { zshScript } from './zsh.ts';

/** Prints what a shell needs to complete aigw's words. Made from the command tree: what the help shows, and no more. */
export async function completion(
  world: World,
  { shell, program }: { readonly shell: CompletionShell; readonly program: Command },
): Promise<Outcome> {
  const script = scriptFor(shell, commandWords(program));
  const report = runReport({
    command: 'completion',
    version: world.version,
    result: { shell, script },
    text: script.trimEnd().split('\n'),
  });
  return { report };
}

function scriptFor(shell: CompletionShell, commands: readonly CommandWords[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return zshScript(commands);
    case 'fish':
      return fishScript(commands);
    default:
      return assertNever(shell);
  }
}
