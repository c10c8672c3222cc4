import type { Info } from '@temporalio/activity';

/** Why this delivery of an activity may not be its first one; undefined if it certainly is. */
export function laterDelivery(
  info: Pick<Info, 'attempt' | 'scheduledTimestampMs' | 'currentAttemptScheduledTimestampMs'>,
): string | undefined {
  if (info.attempt > 1) return `this is attempt ${info.attempt}`;
  if (info.currentAttemptScheduledTimestampMs > info.scheduledTimestampMs) {
    return 'this attempt was scheduled later than the activity (reset)';
  }
  return undefined;
}

/** Heartbeat details of an attempt that is proven to have changed nothing in the service, nor any before it. */
interface NothingDone {
  readonly nothingDoneBy: number;
}

/** Proof that an attempt leaves for the next one. It names its attempt: a later attempt may have left none. */
export const nothingDoneBy = (attempt: number): NothingDone => ({ nothingDoneBy: attempt });

/**
 * Why an earlier delivery may have changed something; undefined if none can have. A crash, a time-out and an activity
 * reset leave no proof: what came before them counts as possibly done.
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
