import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

/** Something that time can stop for: a process of the model. Its timers and whatever arrives at it wait or vanish. */
export interface Owner {
  readonly isDead: boolean;
  /** Nothing of it moves before; 0: it runs. */
  readonly frozenUntilMs: number;
}

interface Event {
  atMs: number;
  /** When it was to happen: of two that a freeze held back the earlier one comes first. */
  readonly dueMs: number;
  readonly order: number;
  readonly owner: Owner | undefined;
  readonly act: () => void;
  isCalledOff: boolean;
}

/** Whose code runs: timers that it starts are that process's. */
const running = new AsyncLocalStorage<Owner>();

const REAL = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } as const;
const LONGEST_TIMER_MS = 2_147_483_647;

/** One clock and one queue of events for a whole model: the same events in the same order for the same input. */
export class VirtualTime {
  nowMs: number;
  readonly startMs: number;
  #events: Event[] = [];
  #order = 0;
  /** Events that have happened. */
  count = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
    this.startMs = startMs;
  }

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return this.nowMs - this.startMs;
  }

  /** Lets something happen in so many ms; returns how to call it off. With an owner: only while that one moves. */
  in(ms: number, act: () => void, owner?: Owner): () => void {
    this.#order += 1;
    const atMs = this.nowMs + Math.max(0, ms);
    const event = { atMs, dueMs: atMs, order: this.#order, owner, act, isCalledOff: false };
    this.#push(event);
    return () => {
      event.isCalledOff = true;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.in(ms, resolve);
    });
  }

  /** Runs code as a process's own. */
  as<Value>(owner: Owner, act: () => Value): Value {
    return running.run(owner, act);
  }

  /** Lets events happen until the condition holds, none is left, or `untilMs` (since the start) is reached. */
  async run(isOver: () => boolean, untilMs: number): Promise<void> {
    await drained();
    for (let event = this.#pop(); event !== undefined; event = this.#pop()) {
      if (event.atMs > this.startMs + untilMs) {
        this.#push(event);
        this.nowMs = this.startMs + untilMs;
        return;
      }
      const { owner } = event;
      if (event.isCalledOff || owner?.isDead === true) continue;
      if (owner !== undefined && owner.frozenUntilMs > event.atMs) {
        event.atMs = owner.frozenUntilMs;
        this.#push(event);
        continue;
      }
      this.nowMs = Math.max(this.nowMs, event.atMs);
      this.count += 1;
      event.act();
      await drained();
      if (isOver()) return;
    }
  }

  #push(event: Event): void {
    const heap = this.#events;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#events;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

const isBefore = (a: Event, b: Event): boolean =>
  a.atMs - b.atMs < 0 ||
  (a.atMs === b.atMs && (a.dueMs - b.dueMs || a.order - b.order) < 0);

/** Every promise that can go on has gone on: nothing in the model waits for the real world. */
const drained = (): Promise<void> =>
  new Promise((resolve) => {
    REAL.setImmediate(resolve);
  });

interface Timer {
  callOff: () => void;
  ref(): Timer;
  unref(): Timer;
}

/** Runs `body` with the timers of this process on a virtual clock; puts the real ones back. */
export async function onVirtualTime<Value>(
  time: VirtualTime,
  body: () => Promise<Value>,
): Promise<Value> {
  const start = (act: () => void, ms = 0, repeats = false): Timer => {
    const bound = AsyncResource.bind(act);
    const owner = running.getStore();
    const everyMs = ms >= 1 && ms <= LONGEST_TIMER_MS ? Math.trunc(ms) : 1; // as Node does
    const timer: Timer = { callOff: () => undefined, ref: () => timer, unref: () => timer };
    const arm = (): void => {
      timer.callOff = time.in(
        everyMs,
        () => {
          if (repeats) arm();
          bound();
        },
        owner,
      );
    };
    arm();
    return timer;
  };
  const stop = (timer?: Timer): void => {
    timer?.callOff();
  };
  Object.assign(globalThis, {
    setTimeout: (act: () => void, ms?: number) => start(act, ms),
    setInterval: (act: () => void, ms?: number) => start(act, ms, true),
    clearTimeout: stop,
    clearInterval: stop,
  });
  try {
    return await body();
  } finally {
    const { setTimeout, clearTimeout, setInterval, clearInterval } = REAL;
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
  }
}
