import { defineSearchAttributeKey } from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { nonCancellable, ownScope } from './runtime/own-scope.js';
import { SUSPEND_SIGNAL } from '../contract/names.js';
import type {
  PipelineRunState,
  PipelineWorkflowResult,
  RunPipelineRequest,
} from '../contract/pipeline-run.js';
import { instantText, scheduledKeyIn } from '../contract/schedule.js';
import { pack } from '../pipeline/packed.js';
import { isRecord } from '../contract/validate.js';
import { invalidInput } from './runtime/failures.js';
import { isHistoryLong } from './runtime/history-length.js';
import { freshRun, readable, restored } from './pipeline-run/begin.js';
import { detailsTable } from './pipeline-run/details-table.js';
import { pipelineResult } from './pipeline-run/pipeline-end.js';
import type { PipelineRun } from './pipeline-run/pipeline-run.js';
import { registerUpdates } from './pipeline-run/updates.js';
import { createRun, playIn } from './run-pipeline.js';

const suspendSignal = defineSignal(SUSPEND_SIGNAL);

/**
 * Workflow `dataflowRunPipeline`: one run of a pipeline, started by workflow name and plain JSON. When its history is
 * long it continues as new. As a child it hands over its state when its parent continues as new.
 */
export async function dataflowRunPipeline(
  request: RunPipelineRequest,
): Promise<PipelineWorkflowResult> {
  // Other SDKs and the Temporal CLI may send anything as input.
  const given: unknown = request;
  if (!isRecord(given)) throw invalidInput(["the input must be an object, e.g. { pipeline: '…' }"]);
  const { pipeline, resumeFrom, continueAfterEvents, ...options } = request;
  const create = (from: PipelineRunState): PipelineRun =>
    createRun(from, (workflowId) => workflowId);
  const continued =
    resumeFrom && readable('resumeFrom', () => create(restored(resumeFrom, pipeline)));
  registerUpdates();
  const here: { run?: PipelineRun; isSuspending: boolean } = { isSuspending: false };
  setHandler(suspendSignal, () => {
    here.isSuspending = true;
    here.run?.suspend();
  });
  const run = continued ?? create(await freshRun(pipeline, scheduledOptions(options)));
  here.run = run;
  run.isSuspending = here.isSuspending;
  run.isLong = (times) => isHistoryLong(continueAfterEvents, times);
  run.onChange = () => {
    setCurrentDetails(detailsTable(run));
  };
  const { handedOver } = await playIn(ownScope(), run);
  if (handedOver === undefined) {
    await nonCancellable(() => condition(allHandlersFinished));
    return pipelineResult(run);
  }
  const { plan, ...rest } = run.handOver();
  if (run.isSuspending) return { suspended: pack(rest) };
  return await continueAsNew<typeof dataflowRunPipeline>({
    pipeline: plan.pipeline,
    resumeFrom: handedOver,
    ...(request.key !== undefined && { key: request.key }),
    ...(continueAfterEvents !== undefined && { continueAfterEvents }),
  });
}

/** Temporal's schedules write the time of a run, without jitter, into this search attribute of its workflow. */
const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

type Options = Parameters<typeof freshRun>[1];

/** A run that a Temporal schedule started: its time, and the key that its workflow id holds. */
function scheduledOptions(options: Options): Options {
  const { workflowId, typedSearchAttributes } = workflowInfo();
  const start = typedSearchAttributes.get(SCHEDULED_START);
  if (start === undefined || options.scheduled !== undefined) return options;
  const key = scheduledKeyIn(workflowId);
  return {
    scheduledAt: instantText(start.getTime()),
    ...(key !== undefined && { key }),
    ...options,
  };
}
