import { defineConfig } from 'vitest/config';
import { reportsOf } from './scripts/test-reports.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    // No module keeps state, so test files share them: loading them anew for each file is most of a run.
    isolate: false,
    // Machines are shared: what hangs shall fail, not what others slow down.
    testTimeout: 60_000,
    ...reportsOf('unit'),
  },
});
