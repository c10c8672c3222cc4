import type { PollClock } from '../../../polling/clock.js';

/** Lets every promise that can settle do so; no time passes. */
export const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

interface Timer {
  readonly atMs: number;
  readonly act: () => void;
}

/** A clock that stands still until it is moved. */
export class ManualClock implements PollClock {
  readonly #timers = new Set<Timer>();
  #nowMs: number;

  constructor(startMs = Date.parse('2026-11-01T00:00:00Z')) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  get timers(): number {
    return this.#timers.size;
  }

  setTimer(act: () => void, ms: number): () => void {
    const timer = { atMs: this.#nowMs + Math.max(1, ms), act };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.setTimer(resolve, ms);
    });
  }

  /** Moves on, timer by timer, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#next(); next !== undefined && next.atMs <= endMs; next = this.#next()) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#timers.delete(next);
      next.act();
      await settle();
    }
    this.#nowMs = endMs;
  }

  #next(): Timer | undefined {
    return [...this.#timers].reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.atMs < first.atMs ? timer : first),
      undefined,
    );
  }
}
