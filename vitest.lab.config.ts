import { defineConfig } from 'vitest/config';
import { reportsOf } from './scripts/test-reports.ts';

/** Tests against real servers, which the lab starts itself: one file at a time, since they share ports and memory. */
export default defineConfig({
  test: {
    include: ['lab/**/*.lab.test.ts'],
    passWithNoTests: true,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
    ...reportsOf('lab'),
  },
});
