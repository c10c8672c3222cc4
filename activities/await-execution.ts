import type { AwaitInput, AwaitResult, MatchCriteria } from '../contract/activities.js';
import { creationMs, isOfSameTime, type JobExecution } from '../contract/job.js';
import type { Reporting, WaitReport } from '../contract/wait-report.js';
import { DataFlowCallError } from '../client/errors.js';
import type { WaitInfo, WaitResult, WaitTarget } from '../polling/status-hub.js';
import { ExecutionListTooLong } from '../polling/newest-pages.js';
import { pause } from './activity-context.js';
import { runWait, type WaitContext } from './async-wait.js';
import type { AsyncWaits } from './worker-waits.js';
import { callDetails, failure, notFound } from './failure.js';
import { inDetail, matchesAmong, readBackTo } from './find-matches.js';
import { canMatchExactly } from './match.js';
import type { FindProfile, Profile } from './profile.js';
import { reporting, watchTrouble } from './wait-report.js';

const MAX_DUPLICATE_PAUSE_MS = 300_000;
const MIN_DUPLICATE_PAUSE_MS = 500;

/** Waits for the end of an execution in the status hub of the process. */
export const awaitExecution = (profiles: FindProfile, waits: AsyncWaits) =>
  reporting(async (input: AwaitInput & Reporting): Promise<AwaitResult | WaitReport> => {
    const profile = profiles(input.profile);
    const { jobId, executionId } = input;
    return await runWait(waits, { jobId, executionId }, (context) =>
      untilEnd(profile, input, context),
    );
  });

async function untilEnd(
  profile: Profile,
  input: AwaitInput & Reporting,
  { signal, info, setHeartbeatDetails }: WaitContext,
): Promise<AwaitResult | WaitReport> {
  const { executionId, duplicates: criteria } = input;
  const trouble = watchTrouble(input.report, profile.timings.maxPollMs);
  const left = info.heartbeatDetails as { readonly status?: string } | undefined;
  let lastStatus = left?.status ?? input.report?.status;
  const onStatus = ({ execution, lastError }: WaitInfo): void => {
    lastStatus = execution?.status ?? lastStatus;
    setHeartbeatDetails({ executionId, status: lastStatus, lastError: lastError?.message });
    trouble.saw(lastError?.message);
  };
  const end = profile.hub.wait(targetOf(input), { signal, onStatus }).catch((error: unknown) => {
    throw notFound(error) ? gone(input, lastStatus, error) : error;
  });
  try {
    const late = exactDuplicates(profile, input, criteria, signal);
    const first = await Promise.race([end, trouble.reported, ...(late ? [late] : [])]);
    if ('report' in first) {
      const { report } = first;
      return { report: { ...report, ...(lastStatus !== undefined && { status: lastStatus }) } };
    }
    if (!('execution' in first)) return result(stillRunning(input), first, true);
    learn(profile, input, first);
    if (criteria === undefined) return result(first, NONE);
    return result(
      first,
      await readDuplicates(profile, input, criteria, signal),
      canMatchExactly(criteria),
    );
  } finally {
    trouble.end();
  }
}

/** The execution is no longer found. It may still run: its job may have been deleted. */
function gone(
  { jobId, executionId }: AwaitInput,
  lastStatus: string | undefined,
  error: DataFlowCallError,
): Error {
  const details = { ...callDetails(error), jobId, executionId };
  const mayRun = `execution ${executionId} of job ${jobId} may still run: look for it in the console, and cancel it there if it is not wanted`;
  const message =
    lastStatus === undefined
      ? `${error.message} It has not been shown since it was started`
      : `execution ${executionId} of job ${jobId} is not found any more, neither by id nor in the list of its job. ` +
        `It was shown as ${lastStatus} before; its job may have been deleted`;
  return failure('DataFlowNotFound', `${message}; ${mayRun}.`, {
    details: { ...details, unknown: mayRun, ...(lastStatus !== undefined && { remedy: mayRun }) },
  });
}

function targetOf(input: AwaitInput): WaitTarget {
  const { jobId, executionId, seen, timeoutMs } = input;
  return {
    ...{ jobId, executionId, createdMs: creationMs(input) },
    ...(seen !== undefined && { seen }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

type Duplicates = Pick<AwaitResult, 'duplicates' | 'copies'>;
const NONE: Duplicates = { duplicates: [], copies: [] };

const result = (
  { execution, calls }: WaitResult,
  { duplicates, copies }: Duplicates,
  exactMatch = false,
): AwaitResult => ({
  execution,
  duplicates,
  copies,
  exactDuplicates: exactMatch && duplicates.length > 0,
  statusCalls: calls,
});

/** Records how the service shows an execution of ours. The hub has read its end by id. */
function learn(
  { roundTripFields }: Profile,
  { ours }: AwaitInput,
  { execution }: WaitResult,
): void {
  if (ours === true) roundTripFields.sawOurs(execution);
}

/** Result of a wait that ends early: an exact duplicate is reported at once, so that it is stopped. */
const stillRunning = ({ jobId, executionId: jobExecutionId }: AwaitInput): WaitResult => ({
  execution: { jobId, jobExecutionId, status: 'UNKNOWN' },
  calls: 0,
});

/**
 * Reads the list again and again, with growing pauses, for a late execution of a POST with an unknown outcome.
 * Resolves with exact matches only; undefined if the criteria allow none.
 */
function exactDuplicates(
  profile: Profile,
  input: AwaitInput,
  criteria: MatchCriteria | undefined,
  signal: AbortSignal,
): Promise<Duplicates> | undefined {
  if (criteria === undefined || !canMatchExactly(criteria)) return undefined;
  const look = async (): Promise<Duplicates> => {
    let pauseMs = profile.timings.maxListingDelayMs / 4 + MIN_DUPLICATE_PAUSE_MS;
    for (;;) {
      await pause(pauseMs, signal);
      const found = await readDuplicates(profile, input, criteria, signal);
      if (found.duplicates.length > 0) return found;
      pauseMs = Math.min(pauseMs * 2, MAX_DUPLICATE_PAUSE_MS);
    }
  };
  // Never rejects: the wait for the end reports errors.
  return look().catch(() => new Promise<never>(() => undefined));
}

/**
 * Reads the list once for duplicates. A failed read counts as none, because the end of the execution must be
 * reported.
 */
async function readDuplicates(
  profile: Profile,
  { jobId, executionId }: AwaitInput,
  criteria: MatchCriteria,
  signal: AbortSignal,
): Promise<Duplicates> {
  try {
    const untilOlderThanMs = readBackTo(criteria);
    const options = { untilOlderThanMs, priority: 'watch', signal } as const;
    const { rows } = await profile.newest.read(jobId, options);
    const { matches } = await matchesAmong(profile, rows, criteria, signal);
    if (matches.length === 0) return NONE;
    const own = await inDetail(profile, { jobId, jobExecutionId: executionId }, signal);
    const copies = matches.filter(
      (duplicate) => !isOfSameTime(duplicate, own ?? {}, criteria.windowMs),
    );
    return { duplicates: matches.map(idOf), copies: copies.map(idOf) };
  } catch (error) {
    if (error instanceof DataFlowCallError || error instanceof ExecutionListTooLong) return NONE;
    throw error;
  }
}

const idOf = ({ jobExecutionId }: JobExecution): string => jobExecutionId;
