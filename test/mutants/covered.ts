// In each test file under `npm run mutants:all`: ends loops that a break makes endless, and says which breaks were met.
import { appendFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import { COVERED_VARIABLE } from './copied-tree.js';

/** What Stryker's instrumenter puts into the code keeps its state here. */
interface Instrumented {
  mutantCoverage?: { static: Record<string, number> };
  hitCount?: number;
  hitLimit?: number;
}

/** More often than this no test without a break evaluates one expression. */
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
