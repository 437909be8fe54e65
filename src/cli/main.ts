// The shell: words in, a report out. The one catch-all and the one exit of aigw.
import { CommanderError } from 'commander';
import type { ExitCode } from '../reports/report.ts';
import { createProgram } from './program.ts';
import type { GlobalOptions } from './report-options.ts';

/** Signals end aigw at once: what it writes is replaced as a whole or not at all. */
const signals = { SIGINT: 130, SIGTERM: 143 } as const;

for (const [signal, code] of Object.entries(signals)) process.once(signal, () => process.exit(code));
// A reader that has seen enough (`aigw validate | head`) is no fault; the verdict stays what it is.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  try {
    const program = createProgram(async (story) => {
      const { execute } = await import('./execute.ts');
      exitCode = await execute(story, program.opts<GlobalOptions>(), (message) => program.error(`error: ${message}`));
    });
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { troubleOf } = await import('./trouble.ts');
    const trouble = troubleOf(error, { debug: argv.includes('--debug'), env: process.env });
    process.stderr.write(`aigw: ${trouble.message}\n`);
    return trouble.exitCode;
  }
}
