import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { reportsOf } from './scripts/test-reports.ts';

/** The files that take a minute or more, the longest first. */
const LONG = [
  'litellm-promises',
  'cluster/members',
  'registry/promotion',
  'envoy-ai-gateway',
  'agreement',
  'acceptance',
];

/** Begins with the long ones, so that none of them runs on alone when all others are done. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONG.findIndex((name) => moduleId.includes(name));
      return index === -1 ? LONG.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/**
 * Tests against real servers, which the lab starts itself, each on free ports and in folders of its own: two files at a time, since most of
 * them wait for one server while another one works; three would need more than 8 GiB when all of them bring up clusters.
 */
export default defineConfig({
  test: {
    include: ['lab/**/*.lab.test.ts'],
    passWithNoTests: true,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 300_000,
    // The first time, what a file needs is built before its tests, after what others need.
    hookTimeout: 1_800_000,
    ...reportsOf('lab'),
  },
});
