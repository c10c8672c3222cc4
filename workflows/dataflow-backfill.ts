import { CancelledFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  allHandlersFinished,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  defineQuery,
  isCancellation,
  ParentClosePolicy,
  setHandler,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import {
  type BackfillProgress,
  type BackfillRequest,
  type BackfillResult,
  DEFAULT_BACKFILL_ACTIVE,
  MAX_BACKFILL_ACTIVE,
  MAX_BACKFILL_TIMES,
  type Reprocess,
} from '../contract/backfill.js';
import { BACKFILL_QUERY, RUN_PIPELINE_WORKFLOW } from '../contract/names.js';
import {
  isPipelineName,
  PIPELINE_NAME_RULE,
  pipelineWorkflowId,
} from '../contract/pipeline-ids.js';
import type { RunPipelineRequest } from '../contract/pipeline-run.js';
import { instantText, scheduledKey } from '../contract/schedule.js';
import { isRecord, problemsOf, problemTexts, type Rule } from '../contract/validate.js';
import { pack, unpack } from '../pipeline/packed.js';
import {
  advanceBackfill,
  type BackfillEvent,
  type BackfillState,
  beginBackfill,
  hasTimesLeft,
  isBackfillIdle,
  phaseOf,
} from './backfill/backfill-state.js';
import { pauseUpdate, resumeUpdate } from './pipeline-run/updates.js';
import { readable } from './pipeline-run/begin.js';
import { currentActivation, isCurrent, pending } from './runtime/activation.js';
import { cancellationOf } from './runtime/cancellation.js';
import { invalidInput } from './runtime/failures.js';
import { isHistoryLong } from './runtime/history-length.js';
import { newScope, nonCancellable, ownScope } from './runtime/own-scope.js';

const progressQuery = defineQuery<BackfillProgress>(BACKFILL_QUERY);

/**
 * Workflow `dataflowBackfill`: runs a pipeline for scheduled times that have passed, so many at once. Each run is a child
 * with the workflow id that the schedule gives the time too, so that a time has one run whoever starts it. Before it
 * continues as new it lets what runs end. A cancel stops its runs, and waits until they have stopped.
 */
export async function dataflowBackfill(request: BackfillRequest): Promise<BackfillResult> {
  refuseUnfit(request);
  const times = readable('times', () => readTimes(request));
  const backfill = new Backfill(request, beginBackfill(times, request.resumeFrom));
  setHandler(progressQuery, () => backfill.progress());
  setHandler(pauseUpdate, () => {
    backfill.dispatch({ kind: 'pause' });
    return undefined;
  });
  setHandler(resumeUpdate, () => {
    backfill.dispatch({ kind: 'resume' });
    return undefined;
  });
  const cancellation = cancellationOf(ownScope());
  const cancel = (): void => {
    backfill.cancel();
  };
  if (cancellation.requested) cancel();
  else cancellation.onRequest(cancel);
  await nonCancellable(() => backfill.play());
  await nonCancellable(() => condition(allHandlersFinished));
  const { state } = backfill;
  if (state.halt === 'cancel')
    throw new CancelledFailure('the backfill was canceled; its runs have stopped');
  if (!hasTimesLeft(state)) return { pipeline: request.name, ...state.counts };
  return await continueAsNew<typeof dataflowBackfill>({
    ...request,
    times: pack(state.times.slice(state.next)),
    resumeFrom: { ...state.counts, paused: state.paused },
  });
}

class Backfill {
  state: BackfillState;
  readonly #request: BackfillRequest;
  readonly #maxActive: number;
  /** Cancels a run that goes on. */
  readonly #cancels = new Map<number, () => void>();

  constructor(request: BackfillRequest, state: BackfillState) {
    this.#request = request;
    this.#maxActive = request.maxActive ?? DEFAULT_BACKFILL_ACTIVE;
    this.state = state;
  }

  /** Until all runs have ended, or it can be continued. */
  async play(): Promise<void> {
    const activation = currentActivation();
    this.dispatch({ kind: 'begin' });
    for (;;) {
      if (!isCurrent(activation)) return await pending<never>();
      if (isBackfillIdle(this.state)) return;
      if (this.#isDrainDue()) this.dispatch({ kind: 'drain' });
      else await condition(() => isBackfillIdle(this.state) || this.#isDrainDue());
    }
  }

  dispatch(event: BackfillEvent | { readonly kind: 'begin' }): void {
    const { state, start } = advanceBackfill(this.state, event, this.#maxActive);
    this.state = state;
    for (const time of start) void this.#run(time);
  }

  cancel(): void {
    this.dispatch({ kind: 'cancel' });
    for (const cancel of this.#cancels.values()) cancel();
  }

  progress(): BackfillProgress {
    const { state } = this;
    return {
      pipeline: this.#request.name,
      phase: phaseOf(state),
      maxActive: this.#maxActive,
      waiting: state.times.length - state.next,
      running: state.running.map((time) => this.#idOf(time)),
      ...state.counts,
    };
  }

  #isDrainDue(): boolean {
    return this.state.halt === undefined && isHistoryLong(this.#request.continueAfterEvents);
  }

  #idOf(time: number): string {
    return pipelineWorkflowId(this.#request.name, scheduledKey(time * 1_000));
  }

  async #run(time: number): Promise<void> {
    const runId = this.#idOf(time);
    const activation = currentActivation();
    const end = await this.#runToEnd(time, runId);
    if (!isCurrent(activation)) return;
    this.#cancels.delete(time);
    this.dispatch({ kind: 'ended', time, runId, ...end });
  }

  async #runToEnd(time: number, runId: string): Promise<RunEnd> {
    const { pipeline, parameters, profile, memo, reprocess = 'missing' } = this.#request;
    const run: RunPipelineRequest = {
      ...{ pipeline, key: scheduledKey(time * 1_000), scheduledAt: instantText(time * 1_000) },
      ...(parameters !== undefined && { parameters }),
      ...(profile !== undefined && { profile }),
    };
    const scope = newScope();
    this.#cancels.set(time, () => {
      scope.cancel();
    });
    try {
      return await scope.run(async () => {
        const handle = await startChild(RUN_PIPELINE_WORKFLOW, {
          args: [run],
          workflowId: runId,
          workflowIdReusePolicy: REUSE[reprocess],
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
          staticSummary: `pipeline ${this.#request.name}`,
          ...(memo !== undefined && { memo: { ...memo } }),
        });
        await handle.result();
        return { outcome: 'succeeded' };
      });
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { outcome: 'present' };
      return { outcome: isCancellation(error) ? 'canceled' : 'failed', reason: reasonOf(error) };
    }
  }
}

type RunEnd = Pick<Extract<BackfillEvent, { readonly kind: 'ended' }>, 'outcome' | 'reason'>;

/** The server decides, in one act with the start: nobody can come between. */
const REUSE = {
  missing: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  failed: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
  all: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
} as const satisfies Record<Reprocess, WorkflowIdReusePolicy>;

const MAX_REASON_CHARACTERS = 200;

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.slice(0, MAX_REASON_CHARACTERS);
}

const isTime = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 253_402_300_800;

/** @throws ApplicationFailure `DataFlowInvalidInput` */
function readTimes({ times }: BackfillRequest): readonly number[] {
  const read: unknown = unpack<readonly number[]>(times);
  if (!Array.isArray(read) || read.length === 0 || !read.every(isTime))
    throw invalidInput(['times: must be a list of scheduled times, seconds since 1970']);
  if (read.length > MAX_BACKFILL_TIMES)
    throw invalidInput([`times: must be at most ${MAX_BACKFILL_TIMES}, and are ${read.length}`]);
  return [...new Set(read as readonly number[])];
}

const REQUEST: Rule = {
  kind: 'object',
  isOpen: true,
  options: {
    pipeline: {
      kind: 'custom',
      must: 'must be a pipeline as an object, or the contents of a YAML file as a string',
      isFit: (value) => (typeof value === 'string' && value !== '') || isRecord(value),
    },
    name: { kind: 'custom', must: PIPELINE_NAME_RULE, isFit: isPipelineName },
    times: {
      kind: 'custom',
      must: 'must be a list of scheduled times, seconds since 1970',
      isFit: (value) => typeof value === 'object' && value !== null,
    },
    reprocess: {
      kind: 'choice',
      choices: { missing: '', failed: '', all: '' },
      unset: 'missing',
    },
    maxActive: { kind: 'integer', min: 1, max: MAX_BACKFILL_ACTIVE, unset: '3' },
    profile: { kind: 'string', unset: 'that of each step' },
  },
};

/** @throws ApplicationFailure `DataFlowInvalidInput`: started by name, the input may be anything */
function refuseUnfit(request: unknown): void {
  const problems = problemTexts(problemsOf(REQUEST, request), 'the input');
  if (problems.length > 0) throw invalidInput(problems);
}
