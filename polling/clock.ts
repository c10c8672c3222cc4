import { AsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';

/** Clock of polling. Tests replace it. */
export interface PollClock {
  /** Epoch ms; must never run backwards. */
  nowMs(): number;
  /** Calls `act` once after `ms`, never synchronously. Returns a function that cancels the timer. */
  setTimer(act: () => void, ms: number): () => void;
}

/**
 * Monotonic clock of this process: setting the system clock does not change when polls are made. Its timers keep the
 * process alive, so that a command that waits does not end. There are timers only during waits.
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
 * Runs `act` in the async context in which this module was loaded. Timers and calls that callers share start here.
 * Otherwise they would keep the context of the first caller for ever: in an activity, its abort signal, logger and
 * metrics.
 */
export const outsideOfCallers = <T>(act: () => T): T => atLoad.runInAsyncScope(act);
