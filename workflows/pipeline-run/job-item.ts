import { condition } from '@temporalio/workflow';
import type { JobCondition } from '../../contract/job.js';
import type { JobStep } from '../../contract/pipeline.js';
import type { RunPhase, RunState } from '../../contract/run.js';
import { conditionOf, evaluatedStep } from '../../pipeline/evaluation.js';
import { newScope } from '../runtime/own-scope.js';
import { type RunHandle, startRun } from '../run-job.js';
import {
  endOf,
  type ItemEnd,
  type ItemStart,
  noteOf,
  reportItem,
  type RunningItem,
} from './item.js';
import { isTimeUp, type Limited, limitByPipeline } from './job-limit.js';

/** Phases that continue-as-new waits for: a POST is under way, or the end is about to be reported. */
const MUST_SETTLE: readonly RunPhase[] = ['submitting', 'ended'];
/** Phases that may be repeated after continue-as-new; waiting for their end saves calls. */
const SHOULD_SETTLE: readonly RunPhase[] = ['preparing', 'reconciling', 'stopping'];

/**
 * A job step is `runJob` with all its options. After continue-as-new its run continues from its state. If the
 * pipeline's runTimeout is the limit, the pipeline stops the step; the step does not end by itself.
 */
export function startJobItem(given: ItemStart<JobStep> & Limited): RunningItem {
  const step = evaluatedStep(given.step, given.values);
  const start = { ...given, step };
  const { carried } = start;
  const jobCondition = carried?.jobCondition ?? conditionOf(step, start.values);
  start.sent(jobCondition);
  const { runTimeout: own } = step.options;
  const limitMs = limitByPipeline({ ...start, own, carriedMs: carried?.run?.timeLeftMs });
  const handle = startItsRun(start, jobCondition, limitMs);
  const told = { isCanceled: false, isOver: false };
  const afterFailure = limitMs === undefined ? endOf : endedBy(limitMs, told);
  reportItem(
    start,
    handle.result().then(
      ({ execution: { jobExecutionId: executionId } }): ItemEnd => ({
        ...{ outcome: 'succeeded', executionId },
        ...retriesOf(handle),
      }),
      async (error: unknown) => ({ ...(await afterFailure(error)), ...retriesOf(handle) }),
    ),
  );
  return {
    cancel: () => {
      told.isCanceled = true;
      handle.cancel();
    },
    isBusy: (isPatient) => {
      const { phase } = handle.progress();
      return MUST_SETTLE.includes(phase) || (isPatient && SHOULD_SETTLE.includes(phase));
    },
    snapshot: () => ({ run: leanState(handle.peek()), jobCondition }),
    handedOver: () => handle.state(),
    note: () => {
      if (told.isOver) return "nothing more is begun before the end of the pipeline's runTimeout";
      const progress = handle.progress();
      const { status, attempt } = progress;
      const facts = [attempt > 1 ? `attempt ${attempt}` : undefined, status, noteOf(progress)];
      return facts.filter((fact) => fact !== undefined).join(', ');
    },
    submission: () => handle.progress().submission,
  };
}

function retriesOf(handle: RunHandle): Pick<ItemEnd, 'retries'> {
  const { attempt } = handle.progress();
  return attempt > 1 ? { retries: attempt - 1 } : {};
}

function startItsRun(
  { step, carried, onStarted, ...start }: ItemStart<JobStep>,
  jobCondition: JobCondition,
  limitMs: number | undefined,
): ReturnType<typeof startRun> {
  const { jobId, options } = step;
  const profile = options.profile ?? start.profile;
  let shown = carried?.run?.started?.executionId;
  return startRun(
    {
      ...{ jobId, ...options, jobCondition },
      ...(limitMs !== undefined && { runTimeout: limitMs }),
      ...(profile !== undefined && { profile }),
      ...(carried?.run !== undefined && { state: carried.run }),
    },
    newScope(),
    ({ executionId }) => {
      if (executionId === undefined || executionId === shown) return;
      shown = executionId;
      onStarted(executionId);
    },
    start.owner,
  );
}

/** A run that reached the pipeline's limit waits to be stopped by the pipeline, so that both report the same end. */
function endedBy(
  limitMs: number,
  told: { readonly isCanceled: boolean; isOver: boolean },
): (error: unknown) => Promise<ItemEnd> {
  const endMs = Date.now() + limitMs;
  return async (error) => {
    if (!isTimeUp(error, Date.now() >= endMs)) return endOf(error);
    told.isOver = true;
    await condition(() => told.isCanceled);
    return { ...endOf(error), outcome: 'canceled' };
  };
}

/**
 * Removes from a state what only reconciling needs: with 2,000 items the baselines and claimed ids would exceed the
 * limit of an input.
 */
function leanState(state: RunState): RunState {
  const { posted, started, ...rest } = state;
  if (posted?.wasEverUnknown === true) return state;
  if (started === undefined) return { ...rest, claimedIds: [], ...(posted && { posted }) };
  return { ...rest, started, claimedIds: [] };
}
