import { Context } from '@temporalio/activity';
import { ActivityCompletionError, type Client } from '@temporalio/client';
import { IllegalStateError } from '@temporalio/common';

/** Time limit of one call to Temporal. */
const CALL_MS = 10_000;
/** Calls of one worker to Temporal at a time: heartbeats, and ends of attempts. */
const MAX_HEARTBEAT_CALLS = 20;
const MAX_END_CALLS = 50;
/**
 * Longest time that a stopping worker spends on handing over. Waits that are left are taken over after their
 * heartbeat timeout.
 */
const HAND_OVER_LIMIT_MS = 20_000;
/** Shortest time between two warnings about failed calls to Temporal. */
const WARN_INTERVAL_MS = 60_000;

export interface HeldWait {
  readonly isOver: Promise<void>;
  /** Ends the wait because its worker stops. */
  leave(): void;
}

/** Writes a warning to the worker's log. */
type Warn = (message: string, about: Readonly<Record<string, unknown>>) => void;

/** The waits of all workers of one plugin. */
export class AsyncWaits {
  readonly #workers = new Set<WorkerWaits>();
  readonly #warn: Warn;

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  /**
   * @param client the client of a new worker. It is called again for each call to Temporal, because the connection of
   * a worker can be replaced
   */
  attach(client: () => Client | undefined): WorkerWaits {
    const worker = new WorkerWaits(client, this.#warn);
    this.#workers.add(worker);
    return worker;
  }

  detach(worker: WorkerWaits): void {
    this.#workers.delete(worker);
  }

  /** Waits of the worker that runs the current activity; undefined without a client, as in a test environment. */
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
  readonly heartbeats = new Semaphore(MAX_HEARTBEAT_CALLS);
  readonly ends = new Semaphore(MAX_END_CALLS);
  /** A new wait fails at once, so that another worker takes it. */
  isStopping = false;
  /** The time for handing over has passed. No call is repeated. */
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

  readonly call = async (act: (activity: Client['activity']) => Promise<void>): Promise<void> => {
    const client = this.#replacement ?? this.#client();
    if (client === undefined) throw new ActivityCompletionError('the worker has no connection');
    await client.connection.withDeadline(Date.now() + CALL_MS, () => act(client.activity));
  };

  /** Warns of a failed call, which is repeated. */
  callFailed(what: string, error: unknown): void {
    const nowMs = performance.now();
    if (nowMs - this.#warnedMs < WARN_INTERVAL_MS) return;
    this.#warnedMs = nowMs;
    const message = error instanceof Error ? error.message : String(error);
    this.#warn(`A call to Temporal with ${what} of a wait failed and is repeated: ${message}`, {
      waits: this.held.size,
    });
  }

  /** Ends all waits without a report to Temporal. Other workers take them over after waitHeartbeatTimeoutMs. */
  giveUp(): void {
    this.isStopping = true;
    this.isOver = true;
    for (const wait of this.held) wait.leave();
  }

  /**
   * * Hands all waits over: they fail retryably, so that another worker continues within a second or two. Resolves
   * when * Temporal has taken all failures, at the latest after 20 s. May be called again. * @param replacement
   * client to use, because the connection of the worker is closed
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

/** Limits the number of calls at a time. First in, first out. */
class Semaphore {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(most: number) {
    this.#free = most;
  }

  async run(act: () => Promise<void>): Promise<void> {
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
