import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

/** A process of the model, for which time can stop. Its timers and arrivals then wait, or vanish. */
export interface Owner {
  readonly isDead: boolean;
  /** Frozen until this time; 0: it runs. */
  readonly frozenUntilMs: number;
  /** Total time of sleep of its machine, in which its timers stood still. */
  readonly suspendedMs: number;
}

interface Event {
  atMs: number;
  /** Due time. Of two events that a freeze delayed the earlier one comes first. */
  dueMs: number;
  /** For a timer: `suspendedMs` of its process when it was last set. */
  suspendedMs: number | undefined;
  readonly order: number;
  readonly owner: Owner | undefined;
  readonly act: () => void;
  isCalledOff: boolean;
}

const NEW = { isCalledOff: false, suspendedMs: undefined } as const;

/** The process whose code runs. Timers that it starts belong to that process. */
const running = new AsyncLocalStorage<Owner>();

const REAL = { setTimeout, clearTimeout, setInterval, clearInterval } as const;
const { setImmediate: realImmediate } = globalThis;
const { now: realNow } = Date;
const { random: realRandom } = Math;
const MAX_TIMER_MS = 2_147_483_647;

/** Clock and event queue of a model. Equal input gives equal events in equal order. */
export class VirtualTime {
  nowMs: number;
  readonly startMs: number;
  #events: Event[] = [];
  #order = 0;
  /** Events that have happened. */
  count = 0;
  /** Log for readers of a failed case. */
  readonly diary: string[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
    this.startMs = startMs;
  }

  /** Since the start. */
  get elapsedMs(): number {
    return this.nowMs - this.startMs;
  }

  note(what: string): void {
    this.diary.push(`${(this.elapsedMs / 1_000).toFixed(3)} ${what}`);
  }

  /** Schedules an event in `ms`. Returns a function that cancels it. With an owner it waits while that is frozen. */
  in(ms: number, act: () => void, owner?: Owner): () => void {
    this.#order += 1;
    const atMs = this.nowMs + Math.max(0, ms);
    return this.#add({ ...NEW, atMs, dueMs: atMs, order: this.#order, owner, act });
  }

  /** A timer of a process. It stands still while the machine sleeps. */
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

  /** Runs code as that of a process. */
  as<Value>(owner: Owner, act: () => Value): Value {
    return running.run(owner, act);
  }

  /** Runs events until the condition holds, none is left, or `untilMs` (since the start) is reached. */
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

/** Delays an event until its process runs. False: it runs now. */
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

/** Resolves when no promise can continue: nothing in the model waits for the real world. */
const drained = (): Promise<void> =>
  new Promise((resolve) => {
    realImmediate(resolve);
  });

interface Timer {
  callOff: () => void;
  ref(): Timer;
  unref(): Timer;
}

/**
 * Runs `body` with the timers and dates of this process on a virtual clock and the given random numbers. Restores the
 * real ones.
 */
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
