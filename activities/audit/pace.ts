import { pause } from '../activity-context.js';

/** Spreads the calls of one activity evenly: the first comes after a pause too, because others came before. */
export interface Pace {
  /** Calls so far. */
  readonly calls: number;
  /** Resolves when the next call may be made. Rejects with the reason of the signal. */
  next(): Promise<void>;
  /** Records further calls that were made at once. */
  made(calls: number): void;
}

export function createPace(callsPerMinute: number, signal: AbortSignal): Pace {
  const intervalMs = 60_000 / callsPerMinute;
  let nextMs = performance.now() + intervalMs;
  let calls = 0;
  const made = (more: number): void => {
    calls += more;
    nextMs = Math.max(nextMs, performance.now()) + more * intervalMs;
  };
  return {
    get calls() {
      return calls;
    },
    next: async () => {
      const waitMs = nextMs - performance.now();
      made(1);
      if (waitMs > 0) await pause(waitMs, signal);
    },
    made,
  };
}
