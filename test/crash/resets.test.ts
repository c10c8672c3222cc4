import { describe, expect, it } from 'vitest';
import type { Fault, Simulator } from '../../simulator/index.js';
import { doneLocally, eventsOf, scheduled } from '../support/history.js';
import { until } from '../support/until.js';
import { inScene, type RunHandle, type Scene, type SceneOptions } from './scene.js';

const ENOUGH_FOR_A_RESET = { waitingMs: 100, runningMs: 12_000 };
const OPTIONS: SceneOptions = {
  jobs: [{ jobId: 'jobA', maxConcurrentRuns: 2, executions: [ENOUGH_FOR_A_RESET], requested: 1 }],
  timings: { permitTtlMs: 4_000, submitTimeoutMs: 6_000 },
};

/** The permit has been used: the POST is under way, or its execution is awaited. */
type Moment = 'posting' | 'waiting';

/** The local prepare fails: the regular activity takes the permit, in a workflow task of its own. */
const PREPARED_REGULARLY: Fault = { on: 'getJobById', calls: [1, 2], then: { status: 503 } };

const optionsAt = (moment: Moment): SceneOptions => ({
  ...OPTIONS,
  faults: [
    PREPARED_REGULARLY,
    ...(moment === 'waiting'
      ? []
      : [{ on: 'executeJob', calls: [1], then: { delayMs: 4_000, at: 'answer' } } as const]),
  ],
});

async function startedAt(scene: Scene, moment: Moment): Promise<RunHandle> {
  await scene.startWorker();
  const handle = await scene.start({ jobId: 'jobA' });
  const call = moment === 'posting' ? 'executeJob' : 'getJobExecutionById';
  await until(() => scene.calls(call, 'jobA') > 0);
  return handle;
}

/** Resets to the workflow task that scheduled the submit; returns the handle of the new run. */
async function resetToSubmit(scene: Scene, handle: RunHandle): Promise<RunHandle> {
  const [submit] = scheduled(await eventsOf(handle), 'dataflowExecuteJob');
  const { workflowTaskCompletedEventId } = submit?.activityTaskScheduledEventAttributes ?? {};
  return await resetTo(scene, handle, String(workflowTaskCompletedEventId));
}

async function resetTo(scene: Scene, handle: RunHandle, eventId: string): Promise<RunHandle> {
  const { workflowId } = handle;
  const what = ['--workflow-id', workflowId, '--event-id', eventId, '--reason', 'a test'];
  await scene.temporal('workflow', 'reset', ...what);
  return scene.client.workflow.getHandle(workflowId);
}

const ids = (simulator: Simulator): readonly string[] =>
  simulator.executions('jobA').map(({ executionId }) => executionId);

describe.each<Moment>(['posting', 'waiting'])('a run that is %s', (moment) => {
  it('makes no second execution when its activity is reset', () =>
    inScene(optionsAt(moment), async (scene) => {
      const handle = await startedAt(scene, moment);
      const { raw } = await handle.describe();
      const [activity] = raw.pendingActivities ?? [];
      const id = ['--workflow-id', handle.workflowId, '--activity-id', activity?.activityId ?? ''];
      await scene.temporal('activity', 'reset', ...id);
      const result = await handle.result();
      expect(ids(scene.simulator)).toEqual([result.execution.jobExecutionId]);
      expect(scene.simulator.report()).toMatchObject({ posts: 1, duplicates: 0 });
    }));

  it('makes no second execution when the workflow is reset to after its permit was taken by an activity: the new run looks', () =>
    inScene(optionsAt(moment), async (scene) => {
      const before = await startedAt(scene, moment);
      expect(doneLocally(await eventsOf(before))).toEqual([]);
      const handle = await resetToSubmit(scene, before);
      const result = await handle.result();
      expect(result).toMatchObject({
        submissionOutcome: 'adopted',
        execution: { status: 'COMPLETED' },
      });
      expect(ids(scene.simulator)).toEqual([result.execution.jobExecutionId]);
      expect(scene.simulator.report()).toMatchObject({ posts: 1, duplicates: 0 });
    }));
});

describe('a workflow that is reset to the workflow task that took its permit locally', () => {
  it('starts a second execution, as documented, and the first one runs on unowned', () =>
    inScene(OPTIONS, async (scene) => {
      const before = await startedAt(scene, 'waiting');
      const [task] = (await eventsOf(before)).filter(
        ({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes,
      );
      const handle = await resetTo(scene, before, String(task?.eventId));
      const result = await handle.result();
      const [first, second] = scene.simulator.executions('jobA');
      expect(result).toMatchObject({
        submissionOutcome: 'submitted',
        execution: { jobExecutionId: second?.executionId },
        duplicates: [],
      });
      expect(first).toMatchObject({ canceledByApi: false, status: 'COMPLETED' });
      expect(scene.simulator.report()).toMatchObject({ posts: 2, cancels: 0 });
    }));
});
