import { type Options, type Problem, withDefaults } from './validate.js';

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

/** Bounds, defaults and meanings of {@link Timings}. */
export const TIMING_OPTIONS = {
  permitTtlMs: {
    ...MS,
    min: 2_000,
    default: 15_000,
    about: 'X: validity of a permit, from its baseline to the moment the bytes of the POST leave.',
  },
  submitTimeoutMs: {
    ...MS,
    min: 2_000,
    default: 15_000,
    about: 'T: time limit of the POST, from the moment its bytes leave.',
  },
  maxListingDelayMs: {
    ...MS,
    min: 500,
    default: 30_000,
    about:
      'Longest time from acceptance of a POST until the execution is listed. If the service lists later, a second execution can be started; a greater value makes lost outcomes known later.',
  },
  maxSignatureAgeMs: {
    ...MS,
    min: 1_000,
    default: 300_000,
    about: "V: the gateway's limit on the age of a signature.",
  },
  backdateSubmit: {
    kind: 'choice',
    choices: {
      auto: 'so that the gateway refuses it after X + T, if it takes such dates',
      off: 'with the present time, so that nothing protects against a sender that froze',
    },
    default: 'auto',
    about: 'How a POST is dated.',
  },
  waitHeartbeatTimeoutMs: {
    ...MS,
    min: 2_000,
    default: 300_000,
    about:
      'Longest time until another worker takes over the wait of a killed one. A wait sends a heartbeat, which is a Temporal action, about twice in this time.',
  },
  minPollMs: {
    ...MS,
    min: 50,
    default: 2_000,
    about: 'Shortest pause between two status reads of one execution.',
  },
  maxPollMs: {
    ...MS,
    min: 50,
    default: 300_000,
    about: 'Longest pause between them, if `statusCallsPerMinute` suffices for it.',
  },
} as const satisfies Options<Partial<Timings>>;

export const DEFAULT_TIMINGS: Timings = Object.freeze(
  withDefaults<typeof TIMING_OPTIONS, Partial<Timings>>(TIMING_OPTIONS, {}),
);

/**
 * Cap on Retry-After, which a proxy may set to any time. Neither the refused call nor other calls of its profile
 * pause for longer.
 */
export const MAX_RETRY_AFTER_MS = 60_000;

/** Margin for HTTP dates, which have steps of one second: one second each way. */
export const DATE_STEP_MARGIN_MS = 2_000;

/** Problems of timings that do not fit together, each with its remedy; empty if there are none. */
export function timingConflicts({
  permitTtlMs,
  submitTimeoutMs,
  maxSignatureAgeMs,
  minPollMs,
  maxPollMs,
}: Timings): readonly Problem[] {
  const problems: Problem[] = [];
  const untilRefusedMs = permitTtlMs + submitTimeoutMs + DATE_STEP_MARGIN_MS;
  if (untilRefusedMs > maxSignatureAgeMs)
    problems.push({
      path: ['permitTtlMs'],
      message:
        `must be shorter, or submitTimeoutMs: both and ${DATE_STEP_MARGIN_MS} are ${untilRefusedMs}, ` +
        `more than maxSignatureAgeMs (${maxSignatureAgeMs}), so that no POST could be made to expire`,
    });
  if (minPollMs > maxPollMs)
    problems.push({
      path: ['minPollMs'],
      message: `must be at most maxPollMs (${maxPollMs}); got ${minPollMs}`,
    });
  return problems;
}
