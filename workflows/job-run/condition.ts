import type { Permit } from '../../contract/activities.js';
import { type JobCondition, TIMEOUT_MINUTES } from '../../contract/job.js';
import { runKeyOf } from '../../contract/run-key.js';
import type { RunPlan } from './request.js';

const MINUTE = 60_000;

/** Whether less than a minute of runTimeout is left: the shortest remote timeout would exceed it. */
export const isTooLate = (timeLeftMs: number | undefined): boolean =>
  timeLeftMs !== undefined && timeLeftMs < MINUTE;

/**
 * jobCondition of a POST: the stored one merged with the caller's values. Older generations of the API require nrn,
 * scriptPath and logPath with it (docs/submit-protocol.md, rule 10). Undefined: send no body.
 */
export function conditionToSend(
  plan: RunPlan,
  stored: Permit['job']['jobCondition'],
  key: string,
  timeLeftMs: number | undefined,
): JobCondition | undefined {
  const parameters = {
    ...stored?.parameters,
    ...plan.jobCondition.parameters,
    ...(plan.runKeyParameter !== undefined && { [plan.runKeyParameter]: runKeyOf(key) }),
  };
  const merged: JobCondition = {
    ...withoutZero(stored),
    ...plan.jobCondition,
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
  // Without a readable stored condition, older generations may refuse a timeout alone: leave it out.
  const minutesLeft =
    stored !== undefined && timeLeftMs !== undefined ? Math.floor(timeLeftMs / MINUTE) : undefined;
  const timeout = leastMinutes(merged.timeout, minutesLeft);
  const whole = timeout === undefined ? merged : { ...merged, timeout };
  return Object.keys(whole).length === 0 ? undefined : whole;
}

/** Older generations store a `timeout` of 0, which cannot be sent (NOTES §5.8). */
function withoutZero(stored: JobCondition | undefined): JobCondition | undefined {
  const { timeout, ...rest } = stored ?? {};
  return timeout === 0 ? rest : stored;
}

function leastMinutes(wanted: number | undefined, left: number | undefined): number | undefined {
  if (left === undefined) return wanted;
  const { max } = TIMEOUT_MINUTES;
  return Math.min(left, max, wanted === undefined || wanted <= 0 ? max : wanted);
}

/** Limit of a wait without runTimeout: the remote timeout plus one hour of queueing. */
export const unboundedWaitMs = (sent: JobCondition | undefined): number =>
  (remoteTimeoutMs(sent) ?? TIMEOUT_MINUTES.ofNewJobs * MINUTE) + 60 * MINUTE;

/** Remote timeout of the execution; undefined if the condition has none. */
export function remoteTimeoutMs(sent: JobCondition | undefined): number | undefined {
  const minutes = sent?.timeout ?? 0;
  return minutes > 0 ? minutes * MINUTE : undefined;
}
