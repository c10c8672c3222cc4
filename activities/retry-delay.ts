import type { Info } from '@temporalio/activity';

/** Facts about an activity that decide when its next attempt may run. */
export type Retried = Pick<
  Info,
  | 'attempt'
  | 'retryPolicy'
  | 'scheduleToCloseTimeoutMs'
  | 'scheduledTimestampMs'
  | 'currentAttemptScheduledTimestampMs'
>;

/** Below this remaining time no further attempt could do anything. */
const MIN_TIME_LEFT_MS = 1_000;

/**
 * Pause before the next attempt, where the retry policy must not decide it; undefined: the policy's own pause.
 * Temporal ends an activity at once when the next attempt would begin after its schedule-to-close time-out. So a pause,
 * asked for by an answer or the policy's own, is cut to half of the time left: attempts go on until that time is over.
 * @param ranMs how long this attempt ran, by this process's clock
 * @param askedMs what the answer asked to wait
 */
export function retryDelayMs(
  info: Retried,
  ranMs: number,
  askedMs: number | undefined,
): number | undefined {
  const { scheduleToCloseTimeoutMs, scheduledTimestampMs } = info;
  // Both times are the server's: the clock of this process is not compared with them.
  const beganMs = info.currentAttemptScheduledTimestampMs - scheduledTimestampMs;
  const leftMs = scheduleToCloseTimeoutMs - beganMs - ranMs;
  const delayMs = askedMs ?? policyDelayMs(info);
  return delayMs < leftMs || leftMs < MIN_TIME_LEFT_MS ? askedMs : Math.round(leftMs / 2);
}

/** A retry policy as the SDK hands it to an activity. */
interface PolicyInMs {
  readonly initialInterval?: number;
  readonly backoffCoefficient?: number;
  readonly maximumInterval?: number;
}

/** 0 where no policy is known. */
function policyDelayMs({ attempt, retryPolicy }: Retried): number {
  const {
    initialInterval = 0,
    backoffCoefficient = 1,
    maximumInterval = Infinity,
  } = (retryPolicy ?? {}) as PolicyInMs;
  return Math.min(initialInterval * backoffCoefficient ** (attempt - 1), maximumInterval);
}
