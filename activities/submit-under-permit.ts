import type { Profile } from './profile.js';
import { type Info, activityInfo } from '@temporalio/activity';
import type { ApplicationFailure } from '@temporalio/common';
import type { Answer, ExecuteOptions } from '../client/client.js';
import { DataFlowCallError, DataFlowInvalidInputError, isRefusal } from '../client/errors.js';
import type { SubmitInput } from '../contract/activities.js';
import type { OperationInput, OperationOutput } from '../contract/operations.js';
import type { Timings } from '../contract/timings.js';
import { laterDelivery } from './delivery.js';
import { type About, callDetails, failure } from './failure.js';

/** Operations that are posted under a permit. */
type Start = 'executeJob' | 'executeWorkflow';

type SubmitPermit = Pick<SubmitInput, 'permit' | 'postNothing'>;

/** One POST under a permit (docs/submit-protocol.md, rules 1 to 3). */
export async function postUnderPermit<Name extends Start>(
  profile: Profile,
  name: Name,
  input: OperationInput<Name>,
  { permit, postNothing }: SubmitPermit,
  { about, signal }: { readonly about: About; readonly signal: AbortSignal },
): Promise<Answer<OperationOutput<Name>>> {
  const earlierDelivery = notFirstDelivery(activityInfo(), permit.runId);
  if (earlierDelivery !== undefined) {
    const message = `${earlierDelivery}: an earlier delivery may have posted, so this one posted nothing`;
    throw failure('DataFlowSubmissionUnknown', message, { details: { ...about, call: name } });
  }
  if (postNothing === true) {
    const message =
      'nothing was posted, as requested: this run took the permit and has not used it';
    throw failure('DataFlowNotSent', message, { details: about });
  }
  return await postOnce(profile, name, input, permit, { about, signal });
}

/** Why this may not be the first delivery of the submit; undefined if it certainly is. */
export function notFirstDelivery(
  info: Pick<
    Info,
    'attempt' | 'workflowExecution' | 'scheduledTimestampMs' | 'currentAttemptScheduledTimestampMs'
  >,
  permitRunId: string,
): string | undefined {
  if ((info.workflowExecution?.runId ?? '') !== permitRunId) {
    return 'the permit was taken by another run of the workflow (reset)';
  }
  return laterDelivery(info);
}

async function postOnce<Name extends Start>(
  profile: Profile,
  name: Name,
  input: OperationInput<Name>,
  { baselineMs, timings }: SubmitPermit['permit'],
  { about, signal }: { readonly about: About; readonly signal: AbortSignal },
): Promise<Answer<OperationOutput<Name>>> {
  const { permitTtlMs, submitTimeoutMs } = timings;
  const isYoung = stopwatch(permitTtlMs);
  let left = false;
  try {
    if (baselineMs !== undefined) {
      await measureClock(profile, input, signal, baselineMs + permitTtlMs);
    }
  } catch (error) {
    throw failure(
      'DataFlowNotSent',
      `nothing was posted, because the clock of the service could not be read: ${String(error)}`,
      {
        details: about,
      },
    );
  }
  const options = {
    signal,
    timeoutMs: submitTimeoutMs,
    mayLeave: isYoung,
    ...datesOf(profile, { baselineMs, timings }),
    onSent: () => {
      left = true;
    },
  };
  try {
    return await profile.client.call<Start>(name, input, options);
  } catch (error) {
    throw submitFailure(error, { ...about, call: name }, left);
  }
}

/** Latest time of the POST and date of its signature, by the service's clock. */
function datesOf(
  { client: { serviceClock }, backdatingSupport }: Profile,
  { baselineMs, timings }: { readonly baselineMs: number | undefined; readonly timings: Timings },
): Pick<ExecuteOptions, 'notAfterMs' | 'signedAtMs'> {
  const { permitTtlMs, submitTimeoutMs, maxSignatureAgeMs, backdateSubmit } = timings;
  // Times are comparable only if prepare and this process have both read the service's clock.
  const isDated = baselineMs !== undefined && serviceClock.isMeasured();
  const notAfterMs = isDated ? baselineMs + permitTtlMs : undefined;
  const lastMs = notAfterMs ?? Math.floor(serviceClock.atLeastMs()) + permitTtlMs;
  const expires = backdateSubmit === 'auto' && backdatingSupport.areTaken();
  return {
    ...(notAfterMs !== undefined && { notAfterMs }),
    ...(expires && { signedAtMs: lastMs + submitTimeoutMs - maxSignatureAgeMs }),
  };
}

/**
 * Whether less than `ms` have passed since the call, by the clocks of this process: a permit also ends if the
 * service's `Date` is wrong or absent. The clock that shows more time counts: one stands still while the machine is
 * suspended, the other may be set.
 */
function stopwatch(ms: number): () => boolean {
  const begun = { wallMs: Date.now(), monotonicMs: performance.now() };
  return () => Math.max(Date.now() - begun.wallMs, performance.now() - begun.monotonicMs) < ms;
}

/** Converts an error of the POST. The outcome is unknown, unless the error proves that nothing was started. */
export function submitFailure(
  error: unknown,
  about: About & { readonly call: Start },
  left: boolean,
): ApplicationFailure | Error {
  if (!(error instanceof DataFlowCallError)) {
    if (error instanceof DataFlowInvalidInputError) return error;
    const type = left ? 'DataFlowSubmissionUnknown' : 'DataFlowNotSent';
    return failure(type, `${about.call}: ${String(error)}`, { details: about });
  }
  const details = { ...callDetails(error), ...about };
  if (error.sent === 'no') return failure('DataFlowNotSent', error.message, { details });
  if (!isRefusal(error)) return failure('DataFlowSubmissionUnknown', error.message, { details });
  const isRepeatable = ['DataFlowUnauthenticated', 'DataFlowThrottled'].includes(error.failure);
  return failure(isRepeatable ? 'DataFlowNotSent' : error.failure, error.message, { details });
}

/** What to read to learn the service's time. */
type Subject = { readonly jobId: string } | { readonly workflowId: string };

/**
 * Reads something unless the service's clock is known: before the first answer the clock of this process is used for
 * it, which may be wrong, and a permit must not be limited by it. Also reads if `notAfterMs` seems to have passed:
 * after a jump of the wall clock it would seem so until the next answer, and a process that makes only submits would
 * refuse them for ever.
 */
export async function measureClock(
  { client }: Pick<Profile, 'client'>,
  subject: Subject,
  signal: AbortSignal,
  notAfterMs = Infinity,
): Promise<void> {
  const { serviceClock } = client;
  if (serviceClock.isMeasured() && serviceClock.latestMs() < notAfterMs) return;
  if ('jobId' in subject) await client.call('getJobById', { jobId: subject.jobId }, { signal });
  else await client.call('getWorkflowById', { workflowId: subject.workflowId }, { signal });
}
