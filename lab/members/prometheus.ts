// Prometheus, which scrapes what it is told to and answers queries; with promtool, which backfills a past.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mustRun } from '../commands.ts';
import { debianProgram, type InstalledProgram } from '../debian.ts';
import { debian } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { answersAt, freePort } from '../process.ts';
import { runAt } from '../site.ts';

export interface PrometheusOptions {
  /** Addresses to scrape, HOST:PORT, by the names of their jobs. */
  readonly targets?: Readonly<Record<string, string>>;
  /** Seconds between scrapes. */
  readonly interval?: number;
  /** What it remembers from before its start: OpenMetrics text, each sample with its time in seconds, up to `# EOF`. */
  readonly past?: string;
  /** Further command line flags. */
  readonly flags?: readonly string[];
}

export interface RunningPrometheus extends RunningMember {
  readonly url: string;
}

/** Starts Debian's release, 2.42 in Debian 12. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<RunningPrometheus> {
  return await startProgram(await debianProgram({ program: 'prometheus', packages: ['prometheus'] }), options);
}

/**
 * Starts a Prometheus that lies beside its promtool.
 * @param global further settings of the whole file.
 */
export async function startProgram(
  { command, env }: InstalledProgram,
  { targets = {}, interval = 1, past, flags = [] }: PrometheusOptions,
  global: Readonly<Record<string, unknown>> = {},
): Promise<RunningPrometheus> {
  return await runAt('prometheus', async ({ folder, start }) => {
    const [config, data, port] = [join(folder, 'prometheus.yml'), join(folder, 'data'), await freePort()];
    await mkdir(data);
    await writeFile(config, JSON.stringify(configOf(targets, { scrape_interval: `${interval}s`, ...global })));
    if (past !== undefined) {
      const file = join(folder, 'past.txt');
      await writeFile(file, past);
      const promtool = join(dirname(command), 'promtool');
      await mustRun(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', file, data], { env });
    }
    const url = `http://127.0.0.1:${port}`;
    const settings = {
      'config.file': config,
      'storage.tsdb.path': data,
      // A past may lie further back than the two weeks that it keeps otherwise.
      'storage.tsdb.retention.time': '10y',
      'web.listen-address': `127.0.0.1:${port}`,
    };
    const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    const isReady = answersAt(`${url}/-/ready`);
    await start('prometheus', { command, args: [...args, ...flags], env, isReady, readyWithin: 60_000 });
    return { url, variables: { PROMETHEUS_URL: url } };
  });
}

/** JSON is YAML, which its file is. */
function configOf(targets: Readonly<Record<string, string>>, global: object): object {
  return {
    global,
    scrape_configs: Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    })),
  };
}

/** A query whose answer needs no data. */
export async function firstAnswer({ variables }: RunningMember): ReturnType<Member['firstAnswer']> {
  const query = `${variables['PROMETHEUS_URL']}/api/v1/query?query=${encodeURIComponent('vector(42)')}`;
  return { answer: await (await fetch(query)).text(), expected: '"42"' };
}

export const member: Member = {
  group: 'metrics',
  about: "Prometheus of Debian's release",
  needs: [debian('prometheus')],
  start: () => startPrometheus(),
  firstAnswer,
};
