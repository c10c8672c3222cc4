import type { Info } from '@temporalio/activity';

export type Retried = Pick<
  Info,
  | 'attempt'
  | 'retryPolicy'
  | 'scheduleToCloseTimeoutMs'
  | 'scheduledTimestampMs'
  | 'currentAttemptScheduledTimestampMs'
>;

/** In less time a further attempt could not do anything. */
const MIN_TIME_LEFT_MS = 1_000;

/**
 * * Pause before the next attempt; undefined: that of the retry policy. Temporal ends an activity at once if its next
 * attempt * would begin after its schedule-to-close timeout. So a longer pause is cut to half of the remaining time,
 * and attempts * continue until that timeout. * @param ranMs how long this attempt ran, by the clock of this process
 * * @param askedMs Retry-After of the answer
 */
export function retryDelayMs(
  info: Retried,
  ranMs: number,
  askedMs: number | undefined,
): number | undefined {
  const { scheduleToCloseTimeoutMs, scheduledTimestampMs } = info;
  // Both times are from Temporal's clock, so they are not compared with the clock of this process.
  const beganMs = info.currentAttemptScheduledTimestampMs - scheduledTimestampMs;
  const leftMs = scheduleToCloseTimeoutMs - beganMs - ranMs;
  const delayMs = askedMs ?? policyDelayMs(info);
  return delayMs < leftMs || leftMs < MIN_TIME_LEFT_MS ? askedMs : Math.round(leftMs / 2);
}

/** Retry policy in the `Info` of an activity. */
interface PolicyInMs {
  readonly initialInterval?: number;
  readonly backoffCoefficient?: number;
  readonly maximumInterval?: number;
}

/** 0 without a policy. */
function policyDelayMs({ attempt, retryPolicy }: Retried): number {
  const {
    initialInterval = 0,
    backoffCoefficient = 1,
    maximumInterval = Infinity,
  } = (retryPolicy ?? {}) as PolicyInMs;
  return Math.min(initialInterval * backoffCoefficient ** (attempt - 1), maximumInterval);
}
