/** What the service showed before a POST. */
export interface Baseline {
  /** B0: the service's clock (epoch ms) when it made the list; in steps of one second. */
  readonly baselineMs: number;
  /** Executions that were listed and young enough to be mistaken for ours. */
  readonly knownIds: readonly string[];
}
