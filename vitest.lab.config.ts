import { defineConfig } from 'vitest/config';
import { reportsOf } from './scripts/test-reports.ts';

/**
 * Tests against real servers, which the lab starts itself, each on free ports and in folders of its own: two files at a time, since most of
 * them wait for one server while another one works; three would need more than 8 GiB when all of them bring up clusters.
 */
export default defineConfig({
  test: {
    include: ['lab/**/*.lab.test.ts'],
    passWithNoTests: true,
    maxWorkers: 2,
    testTimeout: 120_000,
    // The first time, what a file needs is built before its tests, after what others need.
    hookTimeout: 1_800_000,
    ...reportsOf('lab'),
  },
});
