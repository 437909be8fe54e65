import { defineConfig } from 'vitest/config';
import { reportsOf } from './scripts/test-reports.ts';

export default defineConfig({
  test: { include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'], ...reportsOf('unit') },
});
