import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

/** Something that time can stop for: a process of the model. Its timers and whatever arrives at it wait or vanish. */
export interface Owner {
  readonly isDead: boolean;
  /** Nothing of it moves before; 0: it runs. */
  readonly frozenUntilMs: number;
  /** How long its machine has slept in all: its timers stood still. */
  readonly suspendedMs: number;
}

interface Event {
  atMs: number;
  /** When it was to happen: of two that a freeze held back the earlier one comes first. */
  dueMs: number;
  /** Of a timer: how long its machine had slept when it was last set. */
  suspendedMs: number | undefined;
  readonly order: number;
  readonly owner: Owner | undefined;
  readonly act: () => void;
  isCalledOff: boolean;
}

const NEW = { isCalledOff: false, suspendedMs: undefined } as const;

/** Whose code runs: timers that it starts are that process's. */
const running = new AsyncLocalStorage<Owner>();

const REAL = { setTimeout, clearTimeout, setInterval, clearInterval } as const;
const { setImmediate: realImmediate } = globalThis;
const { now: realNow } = Date;
const { random: realRandom } = Math;
const MAX_TIMER_MS = 2_147_483_647;

/** One clock and one queue of events for a whole model: the same events in the same order for the same input. */
export class VirtualTime {
  nowMs: number;
  readonly startMs: number;
  #events: Event[] = [];
  #order = 0;
  /** Events that have happened. */
  count = 0;
  /** What a reader of a failed case wants to know, in order. */
  readonly diary: string[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
    this.startMs = startMs;
  }

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return this.nowMs - this.startMs;
  }

  note(what: string): void {
    this.diary.push(`${(this.elapsedMs / 1_000).toFixed(3)} ${what}`);
  }

  /** Lets something happen in so many ms; returns how to call it off. With an owner: only while that one moves. */
  in(ms: number, act: () => void, owner?: Owner): () => void {
    this.#order += 1;
    const atMs = this.nowMs + Math.max(0, ms);
    return this.#add({ ...NEW, atMs, dueMs: atMs, order: this.#order, owner, act });
  }

  /** A timer of a process: stands still while its machine sleeps. */
  timer(ms: number, act: () => void, owner: Owner | undefined): () => void {
    this.#order += 1;
    const atMs = this.nowMs + ms;
    const suspendedMs = owner?.suspendedMs;
    return this.#add({ atMs, dueMs: atMs, order: this.#order, owner, act, ...NEW, suspendedMs });
  }

  #add(event: Event): () => void {
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
      if (owner !== undefined && isHeldBack(event, owner)) {
        this.#push(event);
        continue;
      }
      this.nowMs = Math.max(this.nowMs, event.atMs);
      this.count += 1;
      if (owner === undefined) event.act();
      else running.run(owner, event.act);
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
  a.atMs - b.atMs < 0 || (a.atMs === b.atMs && (a.dueMs - b.dueMs || a.order - b.order) < 0);

/** Moves an event to when its process can take part in it; false when that is now. */
function isHeldBack(event: Event, { frozenUntilMs, suspendedMs }: Owner): boolean {
  const sleptMs = suspendedMs - (event.suspendedMs ?? suspendedMs);
  if (sleptMs > 0) {
    event.dueMs += sleptMs;
    event.atMs = Math.max(event.atMs, event.dueMs);
    event.suspendedMs = suspendedMs;
    return true;
  }
  if (frozenUntilMs <= event.atMs) return false;
  event.atMs = frozenUntilMs;
  return true;
}

/** Every promise that can go on has gone on: nothing in the model waits for the real world. */
const drained = (): Promise<void> =>
  new Promise((resolve) => {
    realImmediate(resolve);
  });

interface Timer {
  callOff: () => void;
  ref(): Timer;
  unref(): Timer;
}

/** Runs `body` with the timers and dates of this process on a virtual clock, and chance as given; puts the real ones back. */
export async function onVirtualTime<Value>(
  time: VirtualTime,
  random: () => number,
  body: () => Promise<Value>,
): Promise<Value> {
  const start = (act: () => void, ms = 0, repeats = false): Timer => {
    const bound = AsyncResource.bind(act);
    const owner = running.getStore();
    const everyMs = ms >= 1 && ms <= MAX_TIMER_MS ? Math.trunc(ms) : 1; // as Node does
    const timer: Timer = { callOff: () => undefined, ref: () => timer, unref: () => timer };
    const arm = (): void => {
      timer.callOff = time.timer(
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
  Date.now = () => time.nowMs;
  Math.random = random;
  performance.now = () => time.elapsedMs + 1_000;
  try {
    return await body();
  } finally {
    Object.assign(globalThis, REAL);
    Date.now = realNow;
    Math.random = realRandom;
    Reflect.deleteProperty(performance, 'now'); // the prototype has the real one
  }
}
