import { defineConfig } from 'vitest/config';

/** `npm run test:quick`: what needs neither server nor build, without the fuzz of the status hub, in one context. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/unit/polling/status-hub-*.test.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
