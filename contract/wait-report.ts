/** Request to an activity that may wait for long to report why its calls fail. */
export interface ReportRequest {
  /** Reports of this wait so far. Each makes the next one rarer, so that histories stay bounded. */
  readonly times: number;
  /** The error that was reported last; absent: none, or calls have worked since. */
  readonly told?: string;
  /** What the service has shown last of an execution that is waited for. */
  readonly status?: string;
}

export interface Reporting {
  readonly report?: ReportRequest;
}

/** Result of an activity that completes before its wait is over. It must be scheduled again. */
export interface WaitReport {
  /** Why its latest call failed; absent: its calls work again. */
  readonly report: { readonly lastError?: string; readonly status?: string };
}

/** Activity that completes with a report only on request. */
export interface ReportingActivity<Input, Output> {
  (input: Input & Required<Reporting>): Promise<Output | WaitReport>;
  (input: Input): Promise<Output>;
}

export const isWaitReport = (value: unknown): value is WaitReport =>
  typeof value === 'object' && value !== null && 'report' in value;
