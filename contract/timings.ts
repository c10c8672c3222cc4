import { problemsOf, problemTexts, type Shape } from './validate.js';

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
   * Longest time from acceptance of a POST until the execution is listed. The real delay is UNKNOWN: if the service
   * lists later than this, a second execution can be started. A greater value makes lost outcomes known later.
   * @default 30000
   */
  readonly maxListingDelayMs: number;
  /** V: the gateway's limit on the age of a signature (DOC, NOTES §4). @default 300000 */
  readonly maxSignatureAgeMs: number;
  /**
   * `auto`: date a POST so that the gateway refuses it after X + T, if a trial GET shows that the gateway takes such
   * dates. `off`: present dates, and no protection against a sender that froze.
   * @default 'auto'
   */
  readonly backdateSubmit: 'auto' | 'off';
  /**
   * Longest time until another worker takes over the wait of a killed one. A worker that is stopped hands over at
   * once. A wait sends a heartbeat, which is a Temporal action, about twice in this time (docs/scale.md).
   * @default 300000
   */
  readonly waitHeartbeatTimeoutMs: number;
  /**
   * Shortest and longest pause between two status reads of one execution. The pause follows from how likely its end
   * is, and from `statusCallsPerMinute` of the profile. Where thousands wait it may exceed `maxPollMs`
   * (docs/polling.md).
   * @default 2000 and 300000
   */
  readonly minPollMs: number;
  readonly maxPollMs: number;
}

const MS = { kind: 'integer', unit: 'ms' } as const;
/** Bounds and defaults of {@link Timings}. */
const TIMING_OPTIONS = {
  permitTtlMs: { ...MS, min: 2_000, default: 15_000 },
  submitTimeoutMs: { ...MS, min: 2_000, default: 15_000 },
  maxListingDelayMs: { ...MS, min: 500, default: 30_000 },
  maxSignatureAgeMs: { ...MS, min: 1_000, default: 300_000 },
  backdateSubmit: {
    kind: 'choice',
    choices: {
      auto: 'POSTs are dated so that they expire, if the gateway takes that',
      off: 'present dates',
    },
    default: 'auto',
  },
  waitHeartbeatTimeoutMs: { ...MS, min: 2_000, default: 300_000 },
  minPollMs: { ...MS, min: 50, default: 2_000 },
  maxPollMs: { ...MS, min: 50, default: 300_000 },
} as const satisfies Shape<Partial<Timings>>;

export const DEFAULT_TIMINGS = Object.freeze(
  Object.fromEntries(
    Object.entries(TIMING_OPTIONS).map(([name, option]) => [name, option.default]),
  ),
) as unknown as Timings;

/**
 * Cap on Retry-After, which a proxy may set to any time. Neither the refused call nor other calls of its profile
 * pause for longer.
 */
export const MAX_RETRY_AFTER_MS = 60_000;

/** Margin for HTTP dates, which have steps of one second: one second each way. */
export const DATE_STEP_MARGIN_MS = 2_000;

/** All problems, each with its remedy; empty if there are none. */
export function timingProblems(timings: Timings): string[] {
  const rule = { kind: 'object', options: TIMING_OPTIONS, isOpen: true } as const;
  const problems = [...problemTexts(problemsOf(rule, timings), 'timings')];
  const { permitTtlMs, submitTimeoutMs, maxSignatureAgeMs } = timings;
  if (permitTtlMs + submitTimeoutMs + DATE_STEP_MARGIN_MS > maxSignatureAgeMs) {
    problems.push(
      `permitTtlMs + submitTimeoutMs + ${DATE_STEP_MARGIN_MS} is ${permitTtlMs + submitTimeoutMs + DATE_STEP_MARGIN_MS}, more than maxSignatureAgeMs ` +
        `(${maxSignatureAgeMs}): no POST could be made to expire; shorten permitTtlMs or submitTimeoutMs`,
    );
  }
  if (timings.minPollMs > timings.maxPollMs) {
    problems.push(
      `minPollMs (${timings.minPollMs}) must be at most maxPollMs (${timings.maxPollMs})`,
    );
  }
  return problems;
}
