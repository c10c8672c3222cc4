import type { Answer, DataFlowClient } from '../../../client/client.js';
import type { FailureType } from '../../../contract/failures.js';
import type { JobExecution, Page } from '../../../contract/job.js';
import type { OperationName } from '../../../contract/operations.js';
import type { ManualClock } from './manual-clock.js';

/** Has the members that polling reads of a client's error. */
export class FakeCallError extends Error {
  readonly failure: FailureType;
  readonly retryAfterMs: number | undefined;
  constructor(failure: FailureType, retryAfterMs?: number) {
    super(`fake ${failure}`);
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

/** One execution and its fate. */
export interface FakeExecution {
  readonly jobId: string;
  readonly executionId: string;
  readonly createdMs: number;
  readonly endMs: number;
  readonly end: 'COMPLETED' | 'FAILED' | 'CANCELED';
  /** Neither listed nor found before. */
  readonly visibleFromMs?: number;
  /** Shown instead of RUNNING. */
  readonly runningStatus?: string;
}

/** One call as it arrived. */
export interface SeenCall {
  readonly name: OperationName;
  readonly atMs: number;
  readonly jobId: string;
  readonly executionId?: string;
  readonly page?: number;
}

/** What happens to a call: how long it takes, and an error instead of the answer. */
export interface Fate {
  readonly takesMs?: number;
  readonly error?: Error;
}

/** The service in memory: executions that end by the clock, oldest first or newest first in lists. */
export class FakeService implements Pick<DataFlowClient, 'call'> {
  readonly executions: FakeExecution[] = [];
  readonly calls: SeenCall[] = [];
  listOrder: 'newest-first' | 'oldest-first' = 'newest-first';
  fate: (call: SeenCall) => Fate = () => ({});
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  get client(): DataFlowClient {
    const nowMs = (): number => this.#clock.nowMs();
    return {
      call: this.call.bind(this),
      serviceClock: { earliestMs: nowMs, latestMs: nowMs, isMeasured: () => true },
      close: () => Promise.resolve(),
    };
  }

  count(name: OperationName): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  call = async (
    name: OperationName,
    input: { jobId: string; executionId?: string; page?: number; limit?: number },
    options: { signal?: AbortSignal } = {},
  ): Promise<Answer<never>> => {
    const call = { name, atMs: this.#clock.nowMs(), ...input };
    this.calls.push(call);
    const { takesMs = 0, error } = this.fate(call);
    if (takesMs > 0) await this.#pass(takesMs, options.signal);
    if (error !== undefined) throw error;
    const output = name === 'getJobExecutions' ? this.#page(input) : this.#byId(input);
    return { output: output as never, dateMs: Math.floor(this.#clock.nowMs() / 1_000) * 1_000 };
  };

  #pass(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
      this.#clock.setTimer(resolve, ms);
    });
  }

  #visible(jobId: string): FakeExecution[] {
    const nowMs = this.#clock.nowMs();
    return this.executions.filter(
      (one) => one.jobId === jobId && one.createdMs <= nowMs && (one.visibleFromMs ?? 0) <= nowMs,
    );
  }

  #byId({ jobId, executionId }: { jobId: string; executionId?: string }): JobExecution {
    const found = this.#visible(jobId).find((one) => one.executionId === executionId);
    if (found === undefined) throw new FakeCallError('DataFlowNotFound');
    return this.#row(found);
  }

  #page(input: { jobId: string; page?: number; limit?: number }): Page<JobExecution> {
    const { jobId, page = 0, limit = 1_000 } = input;
    const sign = this.listOrder === 'newest-first' ? -1 : 1;
    const all = this.#visible(jobId).sort((a, b) => sign * (a.createdMs - b.createdMs));
    const list = all.slice(page * limit, (page + 1) * limit).map((one) => this.#row(one));
    return { list, count: list.length, page, limit };
  }

  #row(one: FakeExecution): JobExecution {
    const ended = one.endMs <= this.#clock.nowMs();
    return {
      jobExecutionId: one.executionId,
      jobId: one.jobId,
      status: ended ? one.end : (one.runningStatus ?? 'RUNNING'),
      createdDate: new Date(one.createdMs).toISOString(),
    };
  }
}
