import { AsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';

/** Clock of polling; tests replace it by a manual one. */
export interface PollClock {
  /** Epoch ms; must never run backwards. */
  nowMs(): number;
  /** Runs the callback once after so many ms, never synchronously. Returns how to cancel it. */
  setTimer(act: () => void, ms: number): () => void;
}

/**
 * This process's clock, made monotonic: a corrected system clock neither stalls nor hastens polling.
 * Its timers keep the process alive on purpose: there are some only while somebody waits, and a command
 * line that waits must not end in silence.
 */
export const systemClock: PollClock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  setTimer(act, ms) {
    const timer = setTimeout(act, Math.ceil(ms));
    return () => {
      clearTimeout(timer);
    };
  },
};

const atLoad = new AsyncResource('DataFlowPolling');

/**
 * Runs `act` in the async context in which this module was loaded. Whatever a caller starts for everybody
 * (timers, shared calls) starts here: else it would keep the first caller's context for ever, and in a
 * Temporal activity that is the activity's abort signal, logger and metrics.
 */
export const outsideOfCallers = <T>(act: () => T): T => atLoad.runInAsyncScope(act);
