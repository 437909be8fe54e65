// Prometheus 3, for what 2.42 lacks: native histograms and names in UTF-8. Its module numbers 3.15.0 as 0.315.0.
import { join } from 'node:path';
import { goPrograms } from '../go.ts';
import { GO } from '../host.ts';
import type { Member } from '../member.ts';
import { firstAnswer, type PrometheusOptions, type RunningPrometheus, startProgram } from './prometheus.ts';

/** Starts it with native histograms taken in. */
export async function startPrometheus3(options: PrometheusOptions = {}): Promise<RunningPrometheus> {
  const names = ['prometheus', 'promtool'];
  const bin = await goPrograms({
    name: 'prometheus',
    programs: Object.fromEntries(names.map((name) => [name, `github.com/prometheus/prometheus/cmd/${name}`])),
    // The lab names every target, and the clients of all the clouds would double the build.
    tags: ['remove_all_sd'],
    variables: { 'github.com/prometheus/common/version.Version': '3.15.0' },
  });
  const program = { command: join(bin, 'prometheus'), env: {} };
  return await startProgram(program, options, { scrape_native_histograms: true });
}

export const member: Member = {
  group: 'metrics',
  about: 'Prometheus 3.15.0, with native histograms',
  needs: [GO],
  start: () => startPrometheus3(),
  firstAnswer,
};
