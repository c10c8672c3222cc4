import { defineConfig } from 'vitest/config';

/** Not part of `npm test`: talks to the real service, with the credentials that NAVER's own tools use. */
export default defineConfig({
  test: { include: ['test/live/**/*.test.ts'], testTimeout: 60_000, maxWorkers: 1 },
});
