/** The test runs of this repository. */
export const suites = ['unit', 'lab'] as const;

export type Suite = (typeof suites)[number];

/** Where a run leaves a report: JSON for the closing line of `.ci/run`, JUnit for merge requests. From the root. */
export function reportFile(suite: Suite, format: 'json' | 'junit'): string {
  return `out/ci/${suite}.${format === 'json' ? 'json' : 'xml'}`;
}

/** Vitest's settings for the reports of a run: text always, files for machines in CI. */
export function reportsOf(suite: Suite) {
  if (!process.env['CI']) return { reporters: ['default'] };
  return {
    reporters: ['default', 'json', 'junit'],
    outputFile: { json: reportFile(suite, 'json'), junit: reportFile(suite, 'junit') },
  };
}
