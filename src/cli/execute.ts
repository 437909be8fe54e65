import { relative, resolve, sep } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Outcome } from '../commands/outcome.ts';
import type { ReportFiles } from '../ports/report-files.ts';
import type { World } from '../ports/world.ts';
import { type ReportFormatId, reportFormats } from '../reports/formats.ts';
import type { ExitCode, ReportContext } from '../reports/report.ts';
import { compose } from './compose.ts';
import type { Story } from './program.ts';
import { type Delivery, type GlobalOptions, pairDeliveries } from './report-options.ts';
import { colorWanted, messagesTo, widthOf, writeAll } from './terminal.ts';

/** Formats that a CI system or a Git host shows: their paths start at the Git root, not where the job stands. */
const formatsOfCi: ReadonlySet<string> = new Set(['sarif', 'junit', 'gitlab', 'github', 'markdown']);

/**
 * Gives a story its world, writes its reports, and answers the exit code: the report's own, or 3 where a report that was
 * asked for could not be written. `refuse` ends the run with a sentence about the flags.
 */
export async function execute(
  story: Story,
  options: GlobalOptions,
  refuse: (message: string) => never,
): Promise<ExitCode> {
  keepYoungSpaceSmall();
  const deliveries = pairDeliveries(options);
  if (typeof deliveries === 'string') return refuse(deliveries);
  const messages = messagesTo(process.stderr, { quiet: options.quiet === true });
  const { world, reportFiles } = compose(messages);
  const textOf = async (delivery: Delivery, { report, root }: Outcome) => {
    const prefix = prefixOf(delivery.format, root, world);
    return (await reportFormats[delivery.format]())(report, contextOf(delivery, prefix, options));
  };
  // Reports before the last go to whoever reads them at once: a file holds one report.
  const outcome = await story(world, async (early) => {
    for (const delivery of deliveries.filter(({ file }) => file === undefined))
      await writeAll(process.stdout, await textOf(delivery, early));
    return process.stdout.errored === null;
  });
  let exitCode = outcome.report.exitCode;
  for (const delivery of deliveries) {
    const text = await textOf(delivery, outcome);
    const error = await deliver(delivery.file, text, { directory: world.directory, reportFiles });
    if (error === undefined) continue;
    const { reasonOf } = await import('./trouble.ts');
    messages.warn(`The report could not be written to ${delivery.file ?? 'standard output'}: ${reasonOf(error)}.`);
    exitCode = 3;
  }
  return exitCode;
}

/**
 * V8 lets the space for young objects grow to 128 MB where a run keeps much of what it makes. Without growth a repo of 10,000
 * documents is validated in half the memory and the same time.
 */
function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

interface Place {
  readonly directory: string;
  readonly reportFiles: ReportFiles;
}

function contextOf({ file }: Delivery, prefix: string, options: GlobalOptions): ReportContext {
  const color = file === undefined && colorWanted(process.stdout, process.env, options.color);
  return { color, width: file === undefined ? widthOf(process.stdout) : 100, prefix, limit: options.maxFindings };
}

/** What stands before the report's paths so that they lead from the reader to the config repo. */
function prefixOf(format: ReportFormatId, root: string | undefined, { directory, files }: World): string {
  if (root === undefined) return '';
  const base = formatsOfCi.has(format) ? (files.gitRootOf(root) ?? root) : directory;
  const path = relative(base, root).split(sep).join('/');
  return path === '' ? '' : `${path}/`;
}

async function deliver(file: string | undefined, text: string, place: Place): Promise<Error | undefined> {
  if (file === undefined) return writeAll(process.stdout, text);
  return place.reportFiles.write(resolve(place.directory, file), text).then(
    () => undefined,
    (error: Error) => error,
  );
}
