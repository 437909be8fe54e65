// Runs the examples of diagnostics as a user would run them: real files in a folder of their own, and the real command.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compose } from '../src/cli/compose.ts';
import { render } from '../src/commands/render.ts';
import type { Diagnostic, ExampleFile, ExampleFiles } from '../src/diagnostics/diagnostic.ts';

/** The day on which examples are run. */
const TODAY = '2026-11-21';

/** What rendering an example repo finds; validation is a part of it. The folder's name is left out of all messages. */
export async function runExample(files: ExampleFiles): Promise<readonly Diagnostic[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aigw-example-'));
  try {
    const named = typeof files === 'string' ? { 'aigw.yaml': files } : files;
    for (const [path, file] of Object.entries(named)) lay(join(folder, 'repo', path), file);
    const silent = { note: () => undefined, warn: () => undefined };
    const { world } = compose(silent);
    const clock = { ...world.clock, today: () => TODAY, elapsed: () => 0 };
    const directory = join(folder, 'repo');
    const { report } = await render({ ...world, clock, directory }, { path: '.', directory: 'out', check: false });
    const clean = (text: string) => text.replaceAll(directory, '/repo');
    return report.diagnostics.map((finding) => ({
      ...finding,
      message: clean(finding.message),
      help: clean(finding.help),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lay(path: string, file: ExampleFile): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof file === 'string') writeFileSync(path, file);
  else if ('link' in file) symlinkSync(file.link, path);
  else if ('pipe' in file) execFileSync('mkfifo', [path]);
  else if ('base64' in file) writeFileSync(path, Buffer.from(file.base64, 'base64'));
  else {
    writeFileSync(path, '');
    truncateSync(path, file.size);
  }
}
