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

/** Settings of a profile that the hub uses. */
export type HubSettings = PollBounds & Pick<Timings, 'maxListingDelayMs'>;

/** One awaited execution. Every function below returns a new value and changes none. */
export interface Watched {
  readonly executionId: string;
  /** From when its age counts: its start, until that is known its creation, else its registration; or the last nudge. */
  readonly agedFromMs: number;
  /** Its remote time-out: the age at which the service ends it for sure. */
  readonly timeoutMs: number | undefined;
  /** It was changed (a cancel): durations of other executions no longer apply. */
  readonly nudged: boolean;
  /** Earliest time of the next read. Beside scans it may be later (docs/decisions/0052). */
  readonly dueMs: number;
  /** When the service showed it last, by id or in its job's list. */
  readonly readMs: number | undefined;
  /** A list does not show it: its next read is by id. */
  readonly unlisted: boolean;
  /** A list showed a terminal status: to be confirmed by id. */
  readonly endSeen: boolean;
  /** Consecutive failed reads. */
  readonly failures: number;
  /** Since when the service has answered nothing but "not found". */
  readonly missingSinceMs: number | undefined;
  readonly lastStatus: ExecutionStatus | undefined;
  /** By the service's clock, where it is known: by these getJobs may name it. */
  readonly createdMs: number | undefined;
  readonly startedMs: number | undefined;
  /** Time at which getJobs showed an end in its job: its read has priority. */
  readonly hintedMs: number | undefined;
}

/** One job with awaited executions. */
export interface WatchedJob {
  readonly jobId: string;
  readonly executions: ReadonlyMap<string, Watched>;
  readonly lifetime: DurationModel;
  /** Its list failed: until then its executions are asked by id. */
  readonly listNotBeforeMs: number;
  /** Calls of the latest reading of its list. */
  readonly listCalls: number;
  /** Whether the latest scan showed its execution; undefined: there was none yet. */
  readonly isScanned: boolean | undefined;
  /** Another one after each change of the above, and of calls under way for it. */
  readonly version: number;
}

/** Facts about an execution when a wait begins. */
export interface FirstKnown {
  readonly executionId: string;
  /** When the service created it (epoch ms). */
  readonly createdMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

/** A new watch: read at once, unless the execution is so young that a read would be wasted. */
export function watch(
  { executionId, createdMs, timeoutMs }: FirstKnown,
  lifetime: DurationModel,
  nowMs: number,
  price: PollPrice,
): Watched {
  const agedFromMs = Math.min(nowMs, createdMs ?? nowMs);
  const sinceCreationMs = pauseMs([{ ageMs: 0, lifetime, timeoutMs }], price);
  const firstLookMs = createdMs === undefined ? nowMs : agedFromMs + sinceCreationMs;
  return {
    executionId,
    agedFromMs,
    timeoutMs,
    nudged: false,
    dueMs: Math.max(nowMs, firstLookMs),
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

/** Its age as the service showed it: it counts from its start, once that is known. */
export function withAge(
  { agedFromMs, startedMs, nudged }: Watched,
  { startDate }: Pick<JobExecution, 'startDate'>,
  nowMs: number,
): Pick<Watched, 'agedFromMs' | 'startedMs'> {
  // A start date is kept once shown: thousands of dates need not be parsed again at each read.
  const shownMs = startedMs === undefined ? dateMs(startDate) : NaN;
  if (Number.isNaN(shownMs)) return { agedFromMs, startedMs };
  return { agedFromMs: nudged ? agedFromMs : Math.min(shownMs, nowMs), startedMs: shownMs };
}

/**
 * The service showed, by id or in its job's list, that it is running: the next read is after a pause.
 * @param begunMs start of the call: what getJobs showed since then, it may not have seen
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

/** getJobs shows that something ended in its job: perhaps it. Pauses after failures stay. */
export const afterHint = (watched: Watched, nowMs: number): Watched => ({
  ...watched,
  dueMs: watched.failures > 0 ? watched.dueMs : Math.min(watched.dueMs, nowMs),
  hintedMs: nowMs,
});

/** Input of the duration model for it now. */
export const pollTarget = (
  { agedFromMs, nudged, timeoutMs }: Pick<Watched, 'agedFromMs' | 'nudged' | 'timeoutMs'>,
  lifetime: DurationModel,
  nowMs: number,
): PollTarget => ({
  ageMs: nowMs - agedFromMs,
  ...(nudged ? { lifetime: NO_HISTORY } : { lifetime, timeoutMs }),
});

/** Whether its next read must be by id, whatever other waits there are. */
export const isAskedById = ({ unlisted, endSeen }: Watched): boolean => unlisted || endSeen;

/**
 * Calls have become cheaper, to `part` of their price: the next read comes earlier. A pause goes with the root of the price.
 * Pauses after failures stay.
 */
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

/** A list showed an end, which counts only once it is confirmed by id. */
export const afterListedEnd = (watched: Watched, nowMs: number): Watched => ({
  ...watched,
  // A confirmation that failed keeps its pause.
  dueMs: watched.endSeen ? watched.dueMs : nowMs,
  endSeen: true,
});

/** A list was read and did not show it. */
export const afterUnlisted = (watched: Watched): Watched => ({ ...watched, unlisted: true });

/** Why a read failed, as far as it affects the next one. */
export interface FailedLook {
  /** The execution itself was not found. */
  readonly notFound: boolean;
  /** Ms that the service asked to wait. */
  readonly retryAfterMs: number | undefined;
}

/** A read failed: the next one is later, longer each time, and not before Retry-After. */
export function afterFailure(
  watched: Watched,
  { notFound, retryAfterMs }: FailedLook,
  nowMs: number,
  settings: HubSettings,
): Watched {
  const failures = watched.failures + 1;
  const missingSinceMs = watched.missingSinceMs ?? (notFound ? nowMs : undefined);
  const pausedUntilMs = nowMs + Math.max(backoffMs(failures, settings), retryAfterMs ?? 0);
  // The read after which waiters are rejected is not delayed.
  const giveUpMs = (missingSinceMs ?? Infinity) + settings.maxListingDelayMs;
  const dueMs =
    retryAfterMs === undefined && giveUpMs > nowMs
      ? Math.min(pausedUntilMs, giveUpMs)
      : pausedUntilMs;
  return { ...watched, failures, missingSinceMs, dueMs };
}

/** It was changed (a cancel): read often again, as just after a start. A pause after failures stays. */
export const afterNudge = (watched: Watched, nowMs: number, settings: HubSettings): Watched => ({
  ...watched,
  agedFromMs: nowMs,
  nudged: true,
  dueMs: watched.failures > 0 ? watched.dueMs : Math.min(watched.dueMs, nowMs + settings.minPollMs),
});

/** Whether a waiter since `registeredMs` must be rejected: missing for longer than listing may take. */
export const isLost = (
  { missingSinceMs }: Watched,
  registeredMs: number,
  nowMs: number,
  { maxListingDelayMs }: HubSettings,
): boolean =>
  missingSinceMs !== undefined &&
  nowMs >= Math.max(missingSinceMs, registeredMs) + maxListingDelayMs;
