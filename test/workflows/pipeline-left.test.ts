import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { PIPELINE_UPDATES, RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import type { PipelineRunState } from '../../contract/pipeline-run.js';
import type { PipelinePlan, PipelineState, PlannedStep } from '../../contract/pipeline.js';
import { advance } from '../../pipeline/planner/advance.js';
import { initialState } from '../../pipeline/planner/step-states.js';
import { eventsOf } from '../support/history.js';
import { say, stands, start, stepIs, untilContinued } from '../support/pipelines.js';
import { inWorld, type World } from '../support/world.js';

const HOUR = 3_600_000;
const approval: PlannedStep = {
  ...{ kind: 'approval', needs: [], runIf: 'allSucceeded', timeoutMs: HOUR },
};
const plan: PipelinePlan = {
  ...{ version: 1, pipeline: 'left', parameters: {}, concurrency: 1, runTimeoutMs: HOUR },
  ...{ onFailure: 'hold', holdForMs: HOUR, steps: { ok: approval } },
};

/** State of the planner after these events, before continue-as-new. */
const after = (...events: Parameters<typeof advance>[2][]): PipelineState =>
  [{ kind: 'begin' } as const, ...events, { kind: 'drain' } as const].reduce(
    (state, event) => advance(plan, state, event, () => ({ failed: 'none' })).state,
    initialState(plan),
  );

/** State for continue-as-new of a run in which nothing has happened yet. */
const begun = (): PipelineRunState => ({
  version: 1,
  ...{ plan, parameters: {}, key: 'k', state: after(), carried: [] },
});

/** Continues a run from this state; returns the state that it hands over itself. */
async function handsOver(world: World, more: Partial<PipelineRunState>): Promise<PipelineRunState> {
  const resumeFrom = { ...begun(), ...more };
  const handle = await world.client.workflow.start(RUN_PIPELINE_WORKFLOW, {
    args: [{ pipeline: plan, resumeFrom, continueAfterEvents: 40 }],
    ...{ taskQueue: world.taskQueue, workflowId: `${world.taskQueue}-${Object.keys(more).length}` },
  });
  const state = await untilContinued(handle);
  await handle.terminate();
  return state;
}

describe('what was left of a limit', () => {
  it('is not begun anew by the run that goes on: runTimeout, the time to decide, the time of a hold', () =>
    inWorld({}, async (world) => {
      const [few, fewer] = [900_000, 600_000];
      const carried = [{ step: 'ok', index: 0, attempt: 1, leftMs: fewer }];
      const open = await handsOver(world, { carried, timeLeftMs: few });
      expect(open.timeLeftMs).toBeLessThanOrEqual(few);
      expect(open.carried[0]?.leftMs).toBeLessThanOrEqual(fewer);
      const state = after({ kind: 'approve', step: 'ok', approve: false });
      const held = await handsOver(world, { state, holdLeftMs: few, timeLeftMs: HOUR });
      expect(held.state.held).toBe(true);
      expect(held.holdLeftMs).toBeLessThanOrEqual(few);
    }));
});

describe('an Update of a pipeline', () => {
  it('is heard where it comes with the first task of a run that goes on', () =>
    inWorld({}, async (world) => {
      const resumeFrom = begun();
      const started = new WithStartWorkflowOperation(RUN_PIPELINE_WORKFLOW, {
        args: [{ pipeline: plan, resumeFrom }],
        ...{ taskQueue: world.taskQueue, workflowId: world.taskQueue },
        workflowIdConflictPolicy: 'FAIL',
      });
      await world.client.workflow.executeUpdateWithStart(PIPELINE_UPDATES.pause, {
        args: [{}],
        startWorkflowOperation: started,
      });
      const handle = await started.workflowHandle();
      expect((await stands(handle)).phase).toBe('paused');
      await handle.terminate();
    }));

  it('a message that is refused leaves no event in the history', () =>
    inWorld({}, async (world) => {
      const handle = await start(world, { pipeline: plan });
      await stepIs(handle, 'ok', 'running');
      const refused = say(handle, 'retryStep', { step: 'ok' });
      await expect(refused).rejects.toThrow(WorkflowUpdateFailedError);
      const updates = (await eventsOf(handle)).filter(
        (event) => event.workflowExecutionUpdateAcceptedEventAttributes,
      );
      expect(updates).toEqual([]);
      await handle.cancel();
    }));
});
