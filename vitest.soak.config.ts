import { defineConfig } from 'vitest/config';

/** Not part of `npm test`: thousands of waits, for two hours. SOAK_SCALE=0.1 is a tenth of it. */
export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    maxConcurrency: 1,
    hookTimeout: 60_000,
    globalSetup: './test/support/temporal-server.ts',
    setupFiles: './test/support/require-server.ts',
    runner: './test/support/server-runner.ts',
  },
});
