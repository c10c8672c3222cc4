import { inSoak } from './in-soak.js';

const PAUSE_MS = 50;
/** Below the time limit of tests, whose error does not name the condition. */
const LIMIT_MS = inSoak(240_000, 3_600_000);

/** Waits for a condition. The error of one that does not come true shows the condition and the waiting line. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const inVain = new Error(`waited ${LIMIT_MS / 1000} s in vain until ${String(holds)}`);
  const end = performance.now() + LIMIT_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw inVain;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
