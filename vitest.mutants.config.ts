import { defineConfig } from 'vitest/config';

/** For `npm run mutants:all`, whose breaks stand in a copy of the tree: one thread, which starts fast. */
export default defineConfig({
  test: {
    include: ['test/{unit,client,model}/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 20_000,
    setupFiles: './test/mutants/covered.ts',
  },
});
