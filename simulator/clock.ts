/** The simulator's time, ms since 1970: for dates, the Date header, the age of signatures, and executions. */
export interface SimulatorClock {
  now(): number;
  /** Moves the clock forward, and resolves waits whose time has come. */
  advance(ms: number): void;
  /** Resolves when the clock has moved by `ms`. Rejects if the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** A clock that moves only by `advance`. Share it with the client under test. */
export function createVirtualClock(startMs: number): SimulatorClock {
  return clockOver(() => startMs, false);
}

/** The clock of the machine. `advance` puts it ahead of the machine, also for signatures and the Date header. */
export function createSystemClock(): SimulatorClock {
  return clockOver(() => Date.now(), true);
}

function clockOver(base: () => number, ticks: boolean): SimulatorClock {
  const sleepers = new Set<Sleeper>();
  let offsetMs = 0;
  const now = (): number => base() + offsetMs;
  const wakeDue = (): void => {
    for (const sleeper of sleepers) if (sleeper.dueAt <= now()) sleeper.wake();
  };
  const wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = ticks ? setTimeout(wakeOnTime, ms) : undefined;
      const sleeper: Sleeper = { dueAt: now() + ms, wake: wakeOnTime };
      function leave(): void {
        clearTimeout(timer);
        sleepers.delete(sleeper);
        signal.removeEventListener('abort', giveUp);
      }
      function wakeOnTime(): void {
        leave();
        resolve();
      }
      function giveUp(): void {
        leave();
        reject(new Error('The simulator was closed while a fault delayed this call.'));
      }
      sleepers.add(sleeper);
      signal.addEventListener('abort', giveUp);
      if (signal.aborted) giveUp();
      else if (ms <= 0) wakeOnTime();
    });
  const advance = (ms: number): void => {
    if (!Number.isFinite(ms) || ms < 0) {
      throw new RangeError(`advance: must be a number of ms, 0 or more; got ${ms}.`);
    }
    offsetMs += ms;
    wakeDue();
  };
  return { now, advance, wait };
}
