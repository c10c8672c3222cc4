import { pause } from './activity-context.js';

/** A caller that waits for a read. */
export interface Reader {
  readonly signal: AbortSignal;
  /** Called just before the first request of the read. */
  readonly begun: () => void;
}

type Read<Value> = (reader: Reader) => Promise<Value>;

/** Longest time that a read waits for the one before it. */
const MAX_QUEUED_MS = 1_000;

interface Flight<Value> {
  readonly readers: Set<Reader>;
  readonly controller: AbortController;
  readonly result: Promise<Value>;
}

/**
 * Reads that callers share. A read that has begun is never joined, so each caller gets values that were read after it
 * asked.
 */
export class SharedReads<Value> {
  /** Reads that have not begun. */
  readonly #queued = new Map<string, Flight<Value>>();
  /** The end of the read that began last. */
  readonly #running = new Map<string, Promise<void>>();

  /**
   * Joins the queued read of this key, or queues one. A read begins when the one before it has ended, at the latest a
   * second after it was queued.
   */
  async join(key: string, reader: Reader, read: Read<Value>): Promise<Value> {
    const { signal } = reader;
    signal.throwIfAborted();
    const flight = this.#queued.get(key) ?? this.#add(key, read);
    flight.readers.add(reader);
    return await new Promise<Value>((resolve, reject) => {
      const onAbort = (): void => {
        this.#leave(key, flight, reader);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      void flight.result.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', onAbort);
      });
    });
  }

  #add(key: string, read: Read<Value>): Flight<Value> {
    const readers = new Set<Reader>();
    const controller = new AbortController();
    const before = this.#running.get(key) ?? Promise.resolve();
    const result = endOrTime(before, MAX_QUEUED_MS).then(() =>
      this.#begin(key, readers, controller.signal, read),
    );
    result.catch(ignore); // all callers may have left
    const flight = { readers, controller, result };
    this.#queued.set(key, flight);
    return flight;
  }

  #begin(
    key: string,
    readers: ReadonlySet<Reader>,
    signal: AbortSignal,
    read: Read<Value>,
  ): Promise<Value> {
    signal.throwIfAborted();
    this.#queued.delete(key);
    const begun = (): void => {
      for (const reader of readers) reader.begun();
    };
    const reading = read({ signal, begun });
    const end = reading.then(ignore, ignore);
    this.#running.set(key, end);
    void end.then(() => {
      if (this.#running.get(key) === end) this.#running.delete(key);
    });
    return reading;
  }

  #leave(key: string, flight: Flight<Value>, reader: Reader): void {
    flight.readers.delete(reader);
    if (flight.readers.size > 0) return;
    if (this.#queued.get(key) === flight) this.#queued.delete(key);
    flight.controller.abort(reader.signal.reason);
  }
}

const ignore = (): void => undefined;

/** Resolves when the promise does, at the latest after `ms`. */
async function endOrTime(promise: Promise<void>, ms: number): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([promise, pause(ms, over.signal).catch(ignore)]);
  } finally {
    over.abort();
  }
}
