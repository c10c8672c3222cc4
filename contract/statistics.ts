/** Figures of the dashboard (NOTES §3 "Dashboard"). */

/** Executions of one day. */
export interface ExecutionInterval {
  readonly totalCount: number;
  /** ISO 8601 with offset, whichever form the service sent. */
  readonly startDate?: string;
  readonly endDate?: string;
}

/** Totals of a range. Whether the total includes canceled and running executions is UNKNOWN. */
export interface ExecutionTotals {
  readonly totalCount: number;
  readonly completedCount: number;
  readonly failedCount: number;
}

/** One point of a series; points are two hours apart in the documentation's example. */
export interface ExecutionPoint {
  /** Epoch ms. */
  readonly time: number;
  /** Described as a number of executions, although the operation is named times. */
  readonly value: number;
}

export interface Result<Row> {
  readonly result: readonly Row[];
}
