/** What the service showed before a POST. */
export interface Baseline {
  /** B0: the service's clock (epoch ms) when it made the list; in steps of one second. Absent: its answers have no `Date`. */
  readonly baselineMs?: number;
  /** The listing was not proven complete: what is not among `knownIds` may be older, and no likeness is a match. */
  readonly incomplete?: true;
  /** Executions that were listed and young enough to be mistaken for ours. */
  readonly knownIds: readonly string[];
  /**
   * Every execution that was listed with a createdDate at or after this (epoch ms) is in `knownIds`; what was created before
   * it existed before the POST. Told by createdDate alone: ten minutes before the youngest that was listed. Absent: all
   * that was listed is known.
   */
  readonly knownSinceMs?: number;
}
