import { PIPELINE_UPDATES } from 'temporal-ncloud-dataflow';
import type { PipelineWorkflowHandle } from 'temporal-ncloud-dataflow';
import type { AllProgress } from './live.js';

const STEP = 'approve';

/** Approves the step when it waits, as a person would. */
export function createApprover(
  handle: PipelineWorkflowHandle,
): (progress: AllProgress) => Promise<void> {
  let isAsked = false;
  return async (progress) => {
    const waits = Object.values(progress).some(
      (one) => 'pipeline' in one && one.steps[STEP]?.status === 'running',
    );
    if (!waits || isAsked) return;
    isAsked = true;
    const command = `dataflow pipeline approve ${handle.workflowId} ${STEP} --by "the demo"`;
    process.stdout.write(`         person   approves, here by itself; by hand: ${command}\n`);
    await handle.executeUpdate(PIPELINE_UPDATES.approve, {
      args: [{ step: STEP, approve: true, by: 'the demo' }],
    });
  };
}
