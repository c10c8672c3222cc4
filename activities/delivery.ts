import type { Info } from '@temporalio/activity';

/** Why this may not be the first delivery of the activity; undefined if it certainly is. */
export function laterDelivery(
  info: Pick<Info, 'attempt' | 'scheduledTimestampMs' | 'currentAttemptScheduledTimestampMs'>,
): string | undefined {
  if (info.attempt > 1) return `this is attempt ${info.attempt}`;
  if (info.currentAttemptScheduledTimestampMs > info.scheduledTimestampMs) {
    return 'this attempt was scheduled later than the activity (reset)';
  }
  return undefined;
}

/** Heartbeat details: this attempt and all before it are proven to have changed nothing in the service. */
interface NothingDone {
  readonly nothingDoneBy: number;
}

/** The proof names its attempt, because a later attempt may have left none. */
export const nothingDoneBy = (attempt: number): NothingDone => ({ nothingDoneBy: attempt });

/**
 * Why an earlier delivery may have changed something; undefined if none can have. A crash, a timeout and an activity
 * reset leave no proof, so attempts before them may have changed something.
 */
export function mayHaveActed(
  info: Pick<
    Info,
    'attempt' | 'scheduledTimestampMs' | 'currentAttemptScheduledTimestampMs' | 'heartbeatDetails'
  >,
): string | undefined {
  const later = laterDelivery(info);
  const left = info.heartbeatDetails as Partial<NothingDone> | undefined;
  const isProven = info.attempt > 1 && left?.nothingDoneBy === info.attempt - 1;
  return isProven ? undefined : later;
}
