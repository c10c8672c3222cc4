import { Context } from '@temporalio/activity';
import { ActivityCompletionError, type Client } from '@temporalio/client';
import { IllegalStateError } from '@temporalio/common';

/** Limit of one call to Temporal. */
const CALL_MS = 10_000;
/** Calls to Temporal at a time, of one worker: heartbeats, and ends of attempts. */
const MAX_HEARTBEAT_CALLS = 20;
const MAX_END_CALLS = 50;
/** Longest time that a stopping worker spends on handing over; what is left is taken over after its heartbeat timeout. */
const HAND_OVER_LIMIT_MS = 20_000;
/** Shortest time between two warnings that Temporal takes no calls. */
const WARN_INTERVAL_MS = 60_000;

/** One wait, as its worker sees it. */
export interface HeldWait {
  readonly isOver: Promise<void>;
  /** Its worker stops. */
  leave(): void;
}

/** Writes to the worker's log. */
type Warn = (message: string, about: Readonly<Record<string, unknown>>) => void;

/** The waits that the workers of one plugin hold. */
export class AsyncWaits {
  readonly #workers = new Set<WorkerWaits>();
  readonly #warn: Warn;

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  /** A worker begins. @param client its client, asked again for each call: a worker's connection may be replaced */
  attach(client: () => Client | undefined): WorkerWaits {
    const worker = new WorkerWaits(client, this.#warn);
    this.#workers.add(worker);
    return worker;
  }

  /** The worker has ended. */
  detach(worker: WorkerWaits): void {
    this.#workers.delete(worker);
  }

  /** Those of the worker that runs the current activity; undefined where it has no client, as in a test environment. */
  ofCurrentWorker(): WorkerWaits | undefined {
    const client = clientOf(Context.current());
    return client && [...this.#workers].find((worker) => worker.isOf(client));
  }
}

function clientOf(context: Context): Client | undefined {
  try {
    return context.client;
  } catch (error) {
    if (error instanceof IllegalStateError) return undefined;
    throw error;
  }
}

/** The waits of one worker, and its calls to Temporal about them. */
export class WorkerWaits {
  readonly held = new Set<HeldWait>();
  readonly heartbeats = new Turns(MAX_HEARTBEAT_CALLS);
  readonly ends = new Turns(MAX_END_CALLS);
  /** From now on a wait fails as soon as it begins, so that another worker takes it. */
  isStopping = false;
  /** The time to hand over has passed: no call is repeated any more. */
  isOver = false;
  readonly #client: () => Client | undefined;
  readonly #warn: Warn;
  #replacement: Client | undefined;
  #warnedMs = -Infinity;

  constructor(client: () => Client | undefined, warn: Warn) {
    this.#client = client;
    this.#warn = warn;
  }

  isOf(client: Client): boolean {
    return this.#client() === client;
  }

  /** Makes one call to Temporal about an activity. */
  readonly call = async (act: (activity: Client['activity']) => Promise<void>): Promise<void> => {
    const client = this.#replacement ?? this.#client();
    if (client === undefined) throw new ActivityCompletionError('the worker has no connection');
    await client.connection.withDeadline(Date.now() + CALL_MS, () => act(client.activity));
  };

  /** A call failed; it is repeated. */
  callFailed(what: string, error: unknown): void {
    const nowMs = performance.now();
    if (nowMs - this.#warnedMs < WARN_INTERVAL_MS) return;
    this.#warnedMs = nowMs;
    const message = error instanceof Error ? error.message : String(error);
    this.#warn(`Temporal did not take ${what} of a wait, which is repeated: ${message}`, {
      waits: this.held.size,
    });
  }

  /** Ends all waits without telling Temporal: other workers take them over after waitHeartbeatTimeoutMs. */
  giveUp(): void {
    this.isStopping = true;
    this.isOver = true;
    for (const wait of this.held) wait.leave();
  }

  /**
   * The worker stops: every wait fails, so that another worker goes on in a second. Resolves when Temporal has been told
   * of all of them, or after 20 s. May be called again.
   * @param replacement used from now on, because the worker's own connection is closed
   */
  async handOver(replacement?: Client): Promise<void> {
    this.#replacement = replacement ?? this.#replacement;
    this.isStopping = true;
    const left = [...this.held].map((wait) => {
      wait.leave();
      return wait.isOver;
    });
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, HAND_OVER_LIMIT_MS);
    });
    await Promise.race([Promise.all(left), limit]);
    clearTimeout(timer);
    if (this.held.size === 0) return;
    this.giveUp();
    const count = `${this.held.size} waits could not be handed over`;
    this.#warn(`${count}: other workers take them over after waitHeartbeatTimeoutMs`, {
      waits: this.held.size,
    });
  }
}

/** At most so many at a time, in the order in which they came. */
class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(most: number) {
    this.#free = most;
  }

  async take(act: () => Promise<void>): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      await act();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
