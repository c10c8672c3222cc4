import { creationMs, dateMs, type ExecutionStatus, type JobExecution } from '../contract/job.js';
import type { Timings } from '../contract/timings.js';
import { type DurationModel, NO_HISTORY } from './duration-model.js';
import {
  backoffMs,
  type PollBounds,
  type PollPrice,
  type PollTarget,
  pauseMs,
} from './poll-interval.js';

export type HubSettings = PollBounds & Pick<Timings, 'maxListingDelayMs'>;

/** One awaited execution. The functions below return new values. */
export interface Watched {
  readonly executionId: string;
  /**
   * Time from which its age counts: its start, or while that is unknown its creation, or the begin of the wait. After
   * a nudge, the time of that.
   */
  readonly agedFromMs: number;
  /** Remote timeout, ms: the service ends the execution at this age. */
  readonly timeoutMs: number | undefined;
  /** A cancel was sent: durations of earlier executions no longer apply. */
  readonly nudged: boolean;
  /** Time of the next read. While scans are made it may be later (docs/decisions/0052). */
  readonly dueMs: number;
  /** Latest answer that showed it, by id or in the list of its job. */
  readonly readMs: number | undefined;
  /** The list of its job does not show it, so its next read is by id. */
  readonly unlisted: boolean;
  /** The list showed a terminal status, which must be confirmed by id. */
  readonly endSeen: boolean;
  /** Consecutive failed reads. */
  readonly failures: number;
  /** First of the consecutive not-found answers. */
  readonly missingSinceMs: number | undefined;
  readonly lastStatus: ExecutionStatus | undefined;
  /** By the service's clock. A row of getJobs may show one of these dates. */
  readonly createdMs: number | undefined;
  readonly startedMs: number | undefined;
  /** Time at which getJobs showed an end in its job, so its read is urgent. */
  readonly hintedMs: number | undefined;
}

/** One job with awaited executions. */
export interface WatchedJob {
  readonly jobId: string;
  readonly executions: ReadonlyMap<string, Watched>;
  readonly lifetime: DurationModel;
  /** After a failure of its list: until then its executions are read by id. */
  readonly listNotBeforeMs: number;
  /** Number of calls of the latest reading of its list. */
  readonly listCalls: number;
  /** Whether the latest scan showed its execution; undefined: none was made yet. */
  readonly isScanned: boolean | undefined;
  /** Changes with each of the above, and with the calls in progress for the job. */
  readonly version: number;
}

/** What is known of an execution when a wait begins. */
export interface FirstKnown {
  readonly executionId: string;
  /** Epoch ms. */
  readonly createdMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

/** A new wait. The execution is read at once, unless it is so young that its end is unlikely. */
export function watch(
  { executionId, createdMs, timeoutMs }: FirstKnown,
  lifetime: DurationModel,
  nowMs: number,
  price: PollPrice,
): Watched {
  const agedFromMs = Math.min(nowMs, createdMs ?? nowMs);
  const sinceCreationMs = pauseMs([{ ageMs: 0, lifetime, timeoutMs }], price);
  const firstReadMs = createdMs === undefined ? nowMs : agedFromMs + sinceCreationMs;
  return {
    executionId,
    agedFromMs,
    timeoutMs,
    nudged: false,
    dueMs: Math.max(nowMs, firstReadMs),
    readMs: undefined,
    unlisted: false,
    endSeen: false,
    failures: 0,
    missingSinceMs: undefined,
    lastStatus: undefined,
    createdMs,
    startedMs: undefined,
    hintedMs: undefined,
  };
}

/** Age counts from the start, once the service shows it. */
export function withAge(
  { agedFromMs, startedMs, nudged }: Watched,
  { startDate }: Pick<JobExecution, 'startDate'>,
  nowMs: number,
): Pick<Watched, 'agedFromMs' | 'startedMs'> {
  // A known start is kept, so that thousands of dates are not parsed at each read.
  const shownMs = startedMs === undefined ? dateMs(startDate) : NaN;
  if (Number.isNaN(shownMs)) return { agedFromMs, startedMs };
  return { agedFromMs: nudged ? agedFromMs : Math.min(shownMs, nowMs), startedMs: shownMs };
}

/**
 * * After an answer, by id or in the list of its job, that shows it as not ended. * @param begunMs start of the call.
 * A later hint of getJobs is kept, because this answer may be older
 */
export function afterStatus(
  watched: Watched,
  execution: Pick<JobExecution, 'status' | 'createdDate' | 'startDate'>,
  nowMs: number,
  pauseMs: number,
  begunMs = nowMs,
): Watched {
  const hintedMs = (watched.hintedMs ?? -Infinity) > begunMs ? watched.hintedMs : undefined;
  return {
    ...watched,
    ...withAge(watched, execution, nowMs),
    createdMs: watched.createdMs ?? creationMs(execution),
    dueMs: hintedMs === undefined ? nowMs + pauseMs : nowMs,
    readMs: nowMs,
    unlisted: false,
    endSeen: false,
    failures: 0,
    missingSinceMs: undefined,
    lastStatus: execution.status,
    hintedMs,
  };
}

/** After a row of getJobs that shows an end, perhaps of this execution. A pause after failures stays. */
export const afterHint = (watched: Watched, nowMs: number): Watched => ({
  ...watched,
  dueMs: watched.failures > 0 ? watched.dueMs : Math.min(watched.dueMs, nowMs),
  hintedMs: nowMs,
});

export const pollTarget = (
  { agedFromMs, nudged, timeoutMs }: Pick<Watched, 'agedFromMs' | 'nudged' | 'timeoutMs'>,
  lifetime: DurationModel,
  nowMs: number,
): PollTarget => ({
  ageMs: nowMs - agedFromMs,
  ...(nudged ? { lifetime: NO_HISTORY } : { lifetime, timeoutMs }),
});

/** Whether its next read must be by id. */
export const isAskedById = ({ unlisted, endSeen }: Watched): boolean => unlisted || endSeen;

/** After the price has fallen to `part` of itself: the pause falls with its root. A pause after failures stays. */
export function afterCheaper(
  watched: Watched,
  part: number,
  { minPollMs, longestMs }: Pick<PollPrice, 'minPollMs' | 'longestMs'>,
  nowMs: number,
): Watched {
  const { dueMs, readMs = nowMs, failures } = watched;
  if (failures > 0) return watched;
  const pauseMs = Math.max(minPollMs, Math.min(longestMs, (dueMs - readMs) * Math.sqrt(part)));
  return { ...watched, dueMs: Math.min(dueMs, readMs + pauseMs) };
}

/** After a list showed an end, which counts only once it is confirmed by id. */
export const afterListedEnd = (watched: Watched, nowMs: number): Watched => ({
  ...watched,
  // A failed confirmation keeps its pause.
  dueMs: watched.endSeen ? watched.dueMs : nowMs,
  endSeen: true,
});

export const afterUnlisted = (watched: Watched): Watched => ({ ...watched, unlisted: true });

export interface FailedRead {
  /** The execution itself was not found. */
  readonly notFound: boolean;
  /** Retry-After, ms. */
  readonly retryAfterMs: number | undefined;
}

/** After a failed read: the pause doubles, and is at least Retry-After. */
export function afterFailure(
  watched: Watched,
  { notFound, retryAfterMs }: FailedRead,
  nowMs: number,
  settings: HubSettings,
): Watched {
  const failures = watched.failures + 1;
  const missingSinceMs = watched.missingSinceMs ?? (notFound ? nowMs : undefined);
  const pausedUntilMs = nowMs + Math.max(backoffMs(failures, settings), retryAfterMs ?? 0);
  // The read that decides about rejecting waiters is not delayed.
  const giveUpMs = (missingSinceMs ?? Infinity) + settings.maxListingDelayMs;
  const dueMs =
    retryAfterMs === undefined && giveUpMs > nowMs
      ? Math.min(pausedUntilMs, giveUpMs)
      : pausedUntilMs;
  return { ...watched, failures, missingSinceMs, dueMs };
}

/** After a cancel was sent: it is read often, as just after a start. A pause after failures stays. */
export const afterNudge = (watched: Watched, nowMs: number, settings: HubSettings): Watched => ({
  ...watched,
  agedFromMs: nowMs,
  nudged: true,
  dueMs: watched.failures > 0 ? watched.dueMs : Math.min(watched.dueMs, nowMs + settings.minPollMs),
});

/**
 * Whether a waiter since `registeredMs` must be rejected: the execution has been missing for longer than
 * `maxListingDelayMs`.
 */
export const isLost = (
  { missingSinceMs }: Watched,
  registeredMs: number,
  nowMs: number,
  { maxListingDelayMs }: HubSettings,
): boolean =>
  missingSinceMs !== undefined &&
  nowMs >= Math.max(missingSinceMs, registeredMs) + maxListingDelayMs;
