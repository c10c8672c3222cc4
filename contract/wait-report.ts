/** Asks an activity that may wait for long to report why its calls fail. */
export interface ReportRequest {
  /**
   * Number of reports of this wait so far. The time to the next one doubles with each, so that histories stay
   * bounded.
   */
  readonly times: number;
  /** The error that was reported last. Absent: none, or calls have worked since. */
  readonly told?: string;
  /** Last status of the execution that is waited for. */
  readonly status?: string;
}

export interface Reporting {
  readonly report?: ReportRequest;
}

/** Result of an activity that completes before its wait is over. It must be scheduled again. */
export interface WaitReport {
  /** `lastError`: why the latest call failed. Absent: calls work again. */
  readonly report: { readonly lastError?: string; readonly status?: string };
}

/** Activity that completes with a report only on request. */
export interface ReportingActivity<Input, Output> {
  (input: Input & Required<Reporting>): Promise<Output | WaitReport>;
  (input: Input): Promise<Output>;
}

export const isWaitReport = (value: unknown): value is WaitReport =>
  typeof value === 'object' && value !== null && 'report' in value;
