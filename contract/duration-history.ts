/**
 * How long the newest ended executions of a job ran (ms, newest first): from this a wait tells when the next one is
 * likely to end. Running time, from startDate to endDate; those that were cancelled tell nothing and are left out.
 */
export interface DurationHistory {
  readonly completedMs: readonly number[];
  /** Kept apart: what fails often fails early, and is no measure of what a whole run takes. */
  readonly failedMs: readonly number[];
}

/** Durations that are kept in all, so that what travels with each wait stays small. */
export const MOST_DURATIONS_SEEN = 24;
