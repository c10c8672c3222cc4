import { type Info, activityInfo } from '@temporalio/activity';
import type { ApplicationFailure } from '@temporalio/common';
import { DataFlowCallError, DataFlowInvalidInputError } from '../client/errors.js';
import type { SubmitInput } from '../contract/activities.js';
import type { JobExecution } from '../contract/job.js';
import { act, BEAT_MS } from './act.js';
import { laterDelivery } from './delivery.js';
import { type About, callDetails, failure } from './failure.js';
import { measureClock } from './measure-clock.js';
import type { FindProfile, Profile } from './profile.js';

/** One POST under a permit (design §6, rules 1 to 3). */
export const executeJob =
  (profiles: FindProfile) =>
  (input: SubmitInput): Promise<JobExecution> =>
    act({ jobId: input.jobId }, BEAT_MS, async ({ signal }) => {
      const profile = profiles(input.profile);
      const about = { jobId: input.jobId };
      const stranger = notFirstDelivery(activityInfo(), input.permit.runId);
      if (stranger !== undefined) {
        const message = `${stranger}: an earlier delivery may have posted, so this one did not`;
        throw failure('DataFlowSubmissionDoubtful', message, {
          details: { ...about, call: 'executeJob' },
        });
      }
      if (input.postNothing === true) {
        const message = 'nothing was to be posted: the permit is this very run’s, and unused';
        throw failure('DataFlowNotSent', message, { details: about });
      }
      return await postOnce(profile, input, about, signal);
    });

/** Why this delivery of the submit may not be the first one; undefined when it surely is. */
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

async function postOnce(
  profile: Profile,
  { jobId, jobCondition, permit: { baselineMs, timings } }: SubmitInput,
  about: About,
  signal: AbortSignal,
): Promise<JobExecution> {
  const { permitMs, postMs, signatureAgeMs, expiringPost } = timings;
  const expires = expiringPost === 'auto' && profile.oldDates.areTaken();
  let left = false;
  try {
    await measureClock(profile, jobId, signal, baselineMs + permitMs);
  } catch (error) {
    throw failure('DataFlowNotSent', `the service's clock is not known: ${String(error)}`, {
      details: about,
    });
  }
  try {
    const { output } = await profile.client.call(
      'executeJob',
      { jobId, ...(jobCondition !== undefined && { jobCondition }) },
      {
        signal,
        timeoutMs: postMs,
        notAfterMs: baselineMs + permitMs,
        ...(expires && { signedAtMs: baselineMs + permitMs + postMs - signatureAgeMs }),
        onSent: () => {
          left = true;
        },
      },
    );
    profile.echo.learn(jobCondition ?? {}, output.jobCondition);
    return output;
  } catch (error) {
    throw submitFailure(error, about, left);
  }
}

/** What an error of the POST proves. Whatever does not prove that nothing was started is doubt. */
export function submitFailure(
  error: unknown,
  about: About,
  left: boolean,
): ApplicationFailure | Error {
  if (!(error instanceof DataFlowCallError)) {
    if (error instanceof DataFlowInvalidInputError) return error;
    const type = left ? 'DataFlowSubmissionDoubtful' : 'DataFlowNotSent';
    return failure(type, `executeJob: ${String(error)}`, {
      details: { ...about, call: 'executeJob' },
    });
  }
  const details = { ...callDetails(error), ...about };
  if (error.sent === 'no') return failure('DataFlowNotSent', error.message, { details });
  const refused =
    error.complete && error.status !== undefined && error.status >= 400 && error.status < 500;
  if (!refused) return failure('DataFlowSubmissionDoubtful', error.message, { details });
  const isRepeatable = ['DataFlowUnauthenticated', 'DataFlowThrottled'].includes(error.failure);
  return failure(isRepeatable ? 'DataFlowNotSent' : error.failure, error.message, { details });
}
