// Prometheus, which scrapes what it is told to and answers queries; with promtool, which backfills a past.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../commands.ts';
import { debianProgram } from '../debian.ts';
import { debian } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { answersAt, freePort } from '../process.ts';
import { runAt } from '../site.ts';

export interface PrometheusOptions {
  /** Addresses to scrape, HOST:PORT, each under the job's name. */
  readonly targets?: Readonly<Record<string, string>>;
  /** Seconds between scrapes. */
  readonly interval?: number;
  /** A past, as OpenMetrics text with timestamps in seconds. */
  readonly past?: string;
}

export interface RunningPrometheus extends RunningMember {
  readonly url: string;
}

export async function startPrometheus({
  targets = {},
  interval = 1,
  past,
}: PrometheusOptions = {}): Promise<RunningPrometheus> {
  const { command, env } = await debianProgram({ program: 'prometheus', packages: ['prometheus'] });
  return await runAt('prometheus', async ({ folder, start }) => {
    const [config, data, port] = [join(folder, 'prometheus.yml'), join(folder, 'data'), await freePort()];
    await mkdir(data);
    await writeFile(config, JSON.stringify(configOf(targets, interval)));
    if (past !== undefined) {
      const file = join(folder, 'past.txt');
      await writeFile(file, past);
      await mustRun(
        `${command.replace(/prometheus$/, 'promtool')}`,
        ['tsdb', 'create-blocks-from', 'openmetrics', file, data],
        { env },
      );
    }
    const url = `http://127.0.0.1:${port}`;
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`];
    const more = ['--web.enable-lifecycle', '--storage.tsdb.retention.time=10y'];
    await start('prometheus', {
      command,
      args: [...args, ...more],
      env,
      isReady: answersAt(`${url}/-/ready`),
      readyWithin: 30_000,
    });
    return { url, variables: { PROMETHEUS_URL: url } };
  });
}

/** JSON is YAML. */
function configOf(targets: Readonly<Record<string, string>>, interval: number): object {
  return {
    global: { scrape_interval: `${interval}s` },
    scrape_configs: Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    })),
  };
}

export const member: Member = {
  group: 'metrics',
  about: "Prometheus of Debian's release",
  needs: [debian('prometheus')],
  start: () => startPrometheus(),
  firstAnswer: async ({ variables }) => ({
    answer: await (await fetch(`${variables['PROMETHEUS_URL']}/api/v1/query?query=vector(42)`)).text(),
    expected: '"42"',
  }),
};
