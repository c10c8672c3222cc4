/** What the service showed before a POST. */
export interface Baseline {
  /**
   * B0: the service's clock when it made the list, epoch ms in steps of one second. Absent: its answers have no
   * `Date`.
   */
  readonly baselineMs?: number;
  /**
   * The listing was not proven complete. An execution that is not in `knownIds` may be older, so likeness is no
   * match.
   */
  readonly incomplete?: true;
  /** Listed executions that are young enough to be mistaken for ours. */
  readonly knownIds: readonly string[];
  /**
   * Epoch ms: at least ten minutes before the youngest createdDate that was listed. `knownIds` holds every listed execution
   * that was created later; one that was created earlier existed before the POST. Absent: `knownIds` holds every
   * listed execution.
   */
  readonly knownSinceMs?: number;
}
