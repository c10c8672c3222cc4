import type { OperationName } from './operations/operation-name.js';

/** A request and its answer, without key or signature. */
export interface LoggedCall {
  /** 1 for the first request since the start or the last reset. */
  readonly number: number;
  /** When the whole request had arrived, by the simulator's clock, ms since 1970. */
  readonly atMs: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** Undefined for an unknown route. */
  readonly operation?: OperationName;
  readonly jobId?: string;
  readonly executionId?: string;
  /** Parsed JSON, or the text if it is not JSON. */
  readonly body?: unknown;
  /** Effect of the fault that applied. */
  readonly fault?: string;
  /** Undefined while the call is in progress, and if the connection was dropped. */
  readonly status?: number;
}

/** The calls since the start or the last reset. Counts include entries that have left the log. */
export interface CallLog {
  begin(call: Omit<LoggedCall, 'number'>): number;
  answered(number: number, status: number): void;
  refuseSignature(): void;
  readonly calls: readonly LoggedCall[];
  readonly counts: CallCounts;
}

export interface CallCounts {
  readonly byOperation: ReadonlyMap<string, number>;
  readonly statusByExecution: ReadonlyMap<string, number>;
  readonly listByJob: ReadonlyMap<string, number>;
  readonly unknownRoutes: readonly string[];
  readonly refusedSignatures: number;
}

/** Older entries are dropped. */
const MAX_ENTRIES = 100_000;

export function createCallLog(): CallLog {
  const calls: LoggedCall[] = [];
  const byOperation = new Map<string, number>();
  const statusByExecution = new Map<string, number>();
  const listByJob = new Map<string, number>();
  const unknownRoutes: string[] = [];
  let refusedSignatures = 0;
  let total = 0;

  const count = (call: Omit<LoggedCall, 'number'>): void => {
    const { operation, jobId = '', executionId = '' } = call;
    if (operation === undefined) unknownRoutes.push(`${call.method} ${call.url}`);
    else increment(byOperation, operation);
    if (operation === 'getJobExecutionById') increment(statusByExecution, executionId);
    if (operation === 'getJobExecutions') increment(listByJob, jobId);
  };

  return {
    calls,
    get counts() {
      return { byOperation, statusByExecution, listByJob, unknownRoutes, refusedSignatures };
    },
    begin: (call) => {
      total += 1;
      calls.push({ number: total, ...call });
      if (calls.length > MAX_ENTRIES) calls.shift();
      count(call);
      return total;
    },
    answered: (number, status) => {
      const index = number - 1 - (total - calls.length);
      const call = calls[index];
      if (call !== undefined) calls[index] = { ...call, status };
    },
    refuseSignature: () => {
      refusedSignatures += 1;
    },
  };
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
