/**
 * Timings of a profile. The first four are the symbols of docs/submit-protocol.md; the inequalities between
 * them are checked at start-up, because a breach makes duplicates possible.
 */
export interface Timings {
  /** X: validity of a permit, from its baseline to the moment the bytes leave. @default 15000 */
  readonly permitTtlMs: number;
  /** T: time limit of the POST, from the moment its bytes leave. @default 15000 */
  readonly submitTimeoutMs: number;
  /**
   * Longest time from acceptance of a POST until the execution is listed. Its truth is UNKNOWN: a service that
   * lists later than this can be given a second POST. A longer time makes outcomes known later. @default 30000
   */
  readonly maxListingDelayMs: number;
  /** V: the gateway's limit on the age of a signature (DOC, NOTES §4). @default 300000 */
  readonly maxSignatureAgeMs: number;
  /**
   * `auto`: date a POST so that the gateway refuses it after X + T, when a trial GET shows that it takes such dates;
   * `off`: plain dates, and no protection against a sender that froze. @default 'auto'
   */
  readonly backdateSubmit: 'auto' | 'off';
  /**
   * Longest time until another worker takes over the wait of a killed one; one that is stopped hands over at once. A wait
   * costs a Temporal action each 0.4 of it; the SDK holds back more than one in a minute (docs/scale.md). @default 300000
   */
  readonly waitHeartbeatTimeoutMs: number;
  /**
   * Shortest and longest pause between two status reads of one execution. Where the job's earlier durations show that
   * the end is far, the pause may be five times the longest. @default 2000 and 60000
   */
  readonly minPollMs: number;
  readonly maxPollMs: number;
  /**
   * What a status call is worth: one more is made where that lets ends be seen earlier by so much on average. A quarter
   * of it halves all delays and doubles the calls. With the default an execution of unknown habits is read every
   * 8 s when it is a minute old, every 24 s at ten minutes, every minute from an hour on; where the job's earlier
   * durations show when the end is due, calls are saved until then. @default 500
   */
  readonly callWorthMs: number;
}

export const DEFAULT_TIMINGS: Timings = Object.freeze({
  permitTtlMs: 15_000,
  submitTimeoutMs: 15_000,
  maxListingDelayMs: 30_000,
  maxSignatureAgeMs: 300_000,
  backdateSubmit: 'auto',
  waitHeartbeatTimeoutMs: 300_000,
  minPollMs: 2_000,
  maxPollMs: 60_000,
  callWorthMs: 500,
});

/**
 * Cap on Retry-After, from whatever sent it: a proxy may name any time. Neither a call that was refused nor the others of
 * its profile pause for longer on its word.
 */
export const MAX_RETRY_AFTER_MS = 60_000;

/** Margin for HTTP dates, which have steps of one second: one each way. */
export const DATE_STEP_MARGIN_MS = 2_000;

const LEAST_MS: Partial<Record<keyof Timings, number>> = {
  permitTtlMs: 2_000,
  submitTimeoutMs: 2_000,
  maxListingDelayMs: 500,
  maxSignatureAgeMs: 1_000,
  waitHeartbeatTimeoutMs: 2_000,
  minPollMs: 50,
  maxPollMs: 50,
  callWorthMs: 1,
};

/** What is wrong with these timings, each with its remedy; empty when nothing is. */
export function timingProblems(timings: Timings): string[] {
  const problems = Object.entries(LEAST_MS).flatMap(([name, least]) => {
    const value = timings[name as keyof Timings];
    return Number.isSafeInteger(value) && Number(value) >= least
      ? []
      : [`${name} must be an integer of at least ${least} (ms); got ${String(value)}`];
  });
  const { permitTtlMs, submitTimeoutMs, maxSignatureAgeMs, backdateSubmit } = timings;
  if (!['auto', 'off'].includes(backdateSubmit)) {
    problems.push(`backdateSubmit must be 'auto' or 'off'; got ${JSON.stringify(backdateSubmit)}`);
  }
  if (permitTtlMs + submitTimeoutMs + DATE_STEP_MARGIN_MS > maxSignatureAgeMs) {
    problems.push(
      `permitTtlMs + submitTimeoutMs + ${DATE_STEP_MARGIN_MS} is ${permitTtlMs + submitTimeoutMs + DATE_STEP_MARGIN_MS}, more than maxSignatureAgeMs ` +
        `(${maxSignatureAgeMs}): a POST could not be made to expire; shorten permitTtlMs or submitTimeoutMs`,
    );
  }
  if (timings.minPollMs > timings.maxPollMs) {
    problems.push(`minPollMs (${timings.minPollMs}) is above maxPollMs (${timings.maxPollMs})`);
  }
  return problems;
}
