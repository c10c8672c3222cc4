import { defineConfig } from 'vitest/config';

const A_DAY = 86_400_000;
/** Tests that need a Temporal server; the in-memory one of this run, if they start none of their own. */
const onAServer = {
  maxConcurrency: 1,
  hookTimeout: 60_000,
  globalSetup: './test/support/temporal-server.ts',
  setupFiles: './test/support/require-server.ts',
  runner: './test/support/server-runner.ts',
};
const longer = { pool: 'forks', env: { SOAK: '1' }, testTimeout: A_DAY } as const;

/** `npm run soak`, and `npm run soak -- --cluster` (scripts/soak.mjs). Not part of `npm test`: thousands of waits, and tests of `npm test` with larger bounds (`inSoak`). SOAK_SCALE=0.1 is a tenth of the waits. */
export default defineConfig({
  test: {
    maxWorkers: 1,
    projects: [
      {
        test: {
          ...longer,
          name: 'pure',
          include: [
            'test/unit/polling/status-hub-day.test.ts',
            'test/unit/pipeline/schedule/*.test.ts',
            'test/model/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          ...longer,
          name: 'temporal',
          include: [
            'test/soak/*.test.ts',
            'test/crash/{ended-activations,outages,pipelines}.test.ts',
            'test/workflows/neighbours.test.ts',
          ],
          ...onAServer,
        },
      },
      {
        test: {
          ...longer,
          name: 'cluster',
          include: ['test/soak/cluster/*.test.ts'],
          ...onAServer,
        },
      },
    ],
  },
});
