// In each test file under `npm run mutants:all`: ends loops that a break makes endless, and writes which breaks were
// run.
import { appendFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import { COVERED_VARIABLE } from './copied-tree.js';

/** Global state of the code that Stryker's instrumenter adds. */
interface Instrumented {
  mutantCoverage?: { static: Record<string, number> };
  hitCount?: number;
  hitLimit?: number;
}

/** No test without a break evaluates one expression more often. */
const HIT_LIMIT = 50_000_000;

const state = ((globalThis as { __stryker__?: Instrumented }).__stryker__ ??= {});
state.hitCount = 0;
state.hitLimit = HIT_LIMIT;

afterAll(() => {
  const path = process.env[COVERED_VARIABLE];
  if (path === undefined) return;
  const ids = Object.keys(state.mutantCoverage?.static ?? {});
  appendFileSync(path, ids.map((id) => `${id}\n`).join(''));
});
