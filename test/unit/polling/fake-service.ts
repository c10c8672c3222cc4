import type { Answer, DataFlowClient } from '../../../client/client.js';
import type { FailureType } from '../../../contract/failures.js';
import type { JobExecution, JobSummary, Page } from '../../../contract/job.js';
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
  /** @default createdMs */
  readonly startedMs?: number;
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
  readonly jobId?: string;
  readonly executionId?: string;
  readonly page?: number;
  /** Rows with ids, status, creation and start alone were asked for. */
  readonly brief?: boolean;
}

type Asked = Pick<SeenCall, 'jobId' | 'executionId' | 'page' | 'brief'> & {
  readonly limit?: number;
};

/** What happens to a call: how long it takes, and an error instead of the answer. */
export interface Fate {
  readonly takesMs?: number;
  readonly error?: Error;
}

/** Some order that is always the same and has nothing to do with time. */
const shuffledPlace = ({ executionId, createdMs }: FakeExecution): number =>
  (createdMs * 7_919 + executionId.length * 104_729) % 10_007;

/** What is made of rows that are oldest first. */
const ORDERS = {
  'newest-first': (rows: FakeExecution[]) => rows.reverse(),
  'oldest-first': (rows: FakeExecution[]) => rows,
  shuffled: (rows: FakeExecution[]) => rows.sort((a, b) => shuffledPlace(a) - shuffledPlace(b)),
};

/** The service in memory: executions that end by the clock, oldest first or newest first in lists. */
export class FakeService implements Pick<DataFlowClient, 'call'> {
  readonly executions: FakeExecution[] = [];
  readonly calls: SeenCall[] = [];
  listOrder: keyof typeof ORDERS = 'newest-first';
  fate: (call: SeenCall) => Fate = () => ({});
  /** What getJobs says of the last execution of a job: how far it lies behind, or something else instead. */
  jobsLagMs = 0;
  jobsShow: (truth: JobSummary) => JobSummary = (truth) => truth;
  readonly #byJob = new Map<string, FakeExecution[]>();
  #indexed = 0;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  get client(): DataFlowClient {
    const nowMs = (): number => this.#clock.nowMs();
    return {
      call: this.call.bind(this),
      serviceClock: {
        earliestMs: nowMs,
        atLeastMs: nowMs,
        latestMs: nowMs,
        isMeasured: () => true,
      },
      close: () => Promise.resolve(),
    };
  }

  count(name: OperationName): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  call = async (
    name: OperationName,
    input: Asked,
    { signal, brief = false }: { signal?: AbortSignal; brief?: boolean } = {},
  ): Promise<Answer<never>> => {
    const asked = { ...input, ...(brief && { brief }) };
    const call = { name, atMs: this.#clock.nowMs(), ...asked };
    this.calls.push(call);
    const { takesMs = 0, error } = this.fate(call);
    if (takesMs > 0) await this.#pass(takesMs, signal);
    if (error !== undefined) throw error;
    const output = this.#answer(name, asked);
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

  #answer(name: OperationName, input: Asked): unknown {
    switch (name) {
      case 'getJobExecutions':
        return this.#page(input);
      case 'getJobs':
        return this.#jobs(input);
      default:
        return this.#byId(input);
    }
  }

  /** Of one job, oldest first. */
  #of(jobId: string): readonly FakeExecution[] {
    for (; this.#indexed < this.executions.length; this.#indexed += 1) {
      const one = this.executions[this.#indexed]!;
      const those = this.#byJob.get(one.jobId) ?? [];
      this.#byJob.set(one.jobId, those);
      const place = those.findLastIndex(({ createdMs }) => createdMs <= one.createdMs);
      those.splice(place + 1, 0, one);
    }
    return this.#byJob.get(jobId) ?? [];
  }

  #visible(jobId: string | undefined): FakeExecution[] {
    const nowMs = this.#clock.nowMs();
    return this.#of(jobId ?? '').filter(
      (one) => one.createdMs <= nowMs && (one.visibleFromMs ?? 0) <= nowMs,
    );
  }

  #jobs({ page = 0, limit = 1_000 }: Asked): Page<JobSummary> {
    this.#of('');
    const all = [...this.#byJob.keys()].slice(page * limit, (page + 1) * limit);
    const list = all.map((jobId) => this.jobsShow(this.#jobRow(jobId)));
    return { list, count: list.length, page, limit };
  }

  #jobRow(jobId: string): JobSummary {
    const atMs = this.#clock.nowMs() - this.jobsLagMs;
    const last = this.#of(jobId).findLast(({ createdMs }) => createdMs <= atMs);
    const bare = { jobId, name: jobId, type: 'SCRIPT', status: 'READY' };
    if (last === undefined) return bare;
    const ended = last.endMs <= atMs;
    return {
      ...bare,
      lastExecutionStatus: ended ? last.end : (last.runningStatus ?? 'RUNNING'),
      lastExecutionDate: new Date(last.createdMs).toISOString(),
    };
  }

  #byId({ jobId, executionId }: Asked): JobExecution {
    const found = this.#visible(jobId).find((one) => one.executionId === executionId);
    if (found === undefined) throw new FakeCallError('DataFlowNotFound');
    return this.#row(found);
  }

  #page(input: Asked): Page<JobExecution> {
    const { jobId, page = 0, limit = 1_000, brief } = input;
    const all = ORDERS[this.listOrder](this.#visible(jobId));
    const list = all.slice(page * limit, (page + 1) * limit).map((one) => this.#row(one, brief));
    return { list, count: list.length, page, limit };
  }

  #row(one: FakeExecution, brief = false): JobExecution {
    const ended = one.endMs <= this.#clock.nowMs();
    return {
      jobExecutionId: one.executionId,
      jobId: one.jobId,
      status: ended ? one.end : (one.runningStatus ?? 'RUNNING'),
      createdDate: new Date(one.createdMs).toISOString(),
      startDate: new Date(one.startedMs ?? one.createdMs).toISOString(),
      ...(ended && !brief && { endDate: new Date(one.endMs).toISOString() }),
    };
  }
}
