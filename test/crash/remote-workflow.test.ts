import { describe, expect, it } from 'vitest';
import { RUN_REMOTE_WORKFLOW_WORKFLOW, PROGRESS_QUERY } from '../../contract/names.js';
import type { RemoteRunProgress, RunRemoteWorkflowResult } from '../../contract/remote-run.js';
import type { Fault } from '../../simulator/index.js';
import { until } from '../support/until.js';
import type { RemoteHandle } from '../support/world.js';
import { inScene, type Scene } from './scene.js';

const WORKFLOW = { workflowId: 'nightly' };
const SLOW: Fault['then'] = { delayMs: 1_500, at: 'answer' };

interface Place {
  readonly name: string;
  readonly faults?: readonly Fault[];
  /** Resolves when the run has come to this place. */
  readonly reached: (scene: Scene, handle: RemoteHandle) => Promise<boolean> | boolean;
  readonly submissionOutcome: readonly string[];
}

const received = (scene: Scene, operation: string): boolean =>
  scene.simulator.log().some((call) => call.operation === operation);

async function progressOf(handle: RemoteHandle): Promise<RemoteRunProgress | undefined> {
  const all = await handle.query<Record<string, RemoteRunProgress>>(PROGRESS_QUERY);
  return Object.values(all)[0];
}

const PLACES: readonly Place[] = [
  {
    name: 'prepares',
    faults: [{ on: 'getWorkflowById', times: 1, then: SLOW }],
    reached: (scene) => received(scene, 'getWorkflowById'),
    submissionOutcome: ['submitted'],
  },
  {
    name: 'posts',
    faults: [{ on: 'executeWorkflow', times: 1, then: SLOW }],
    reached: (scene) => scene.simulator.report().workflowRuns['nightly'] === 1,
    submissionOutcome: ['adopted'],
  },
  {
    name: 'looks for a lost start',
    faults: [{ on: 'executeWorkflow', times: 1, then: { drop: 'after' } }],
    reached: async (_, handle) => (await progressOf(handle))?.phase === 'reconciling',
    submissionOutcome: ['adopted'],
  },
  {
    name: 'follows the first job',
    reached: async (_, handle) => (await progressOf(handle))?.nodes[0]?.executionId !== undefined,
    submissionOutcome: ['submitted'],
  },
  {
    name: 'follows the second job',
    reached: async (_, handle) => (await progressOf(handle))?.nodes[1]?.executionId !== undefined,
    submissionOutcome: ['submitted'],
  },
];

const aService = (runningMs: number, faults: readonly Fault[] = []) => ({
  jobs: ['first', 'second'].map((jobId) => ({
    jobId,
    executions: [{ waitingMs: 100, runningMs }],
  })),
  triggers: [{ triggerId: 'byhand' }],
  workflows: [
    {
      ...WORKFLOW,
      nodes: [
        { id: 'byhand', type: 'TRIGGER' as const, parentNodeIds: [] },
        { id: 'first', type: 'JOB' as const, parentNodeIds: ['byhand'] },
        { id: 'second', type: 'JOB' as const, parentNodeIds: ['first'] },
      ],
    },
  ],
  faults,
});

async function start({ client, taskQueue }: Scene): Promise<RemoteHandle> {
  const options = { args: [WORKFLOW], taskQueue, workflowId: taskQueue };
  return (await client.workflow.start(RUN_REMOTE_WORKFLOW_WORKFLOW, options)) as RemoteHandle;
}

describe('a worker that is killed while its run of a remote workflow', () => {
  it.each(PLACES.map((place) => [place.name, place] as const))(
    '%s is replaced: the workflow is started once, and the truth is told',
    (_, { faults, reached, submissionOutcome }) =>
      inScene(aService(3_000, faults), async (scene) => {
        const first = await scene.startWorker();
        const handle = await start(scene);
        await until(() => reached(scene, handle));
        await first.end('SIGKILL');
        await scene.startWorker();
        const result: RunRemoteWorkflowResult = await handle.result();
        expect(submissionOutcome).toContain(result.submissionOutcome);
        const told = result.nodes.map(({ execution }) => execution.jobExecutionId);
        const truth = scene.simulator.executions();
        expect(truth).toMatchObject([{ status: 'COMPLETED' }, { status: 'COMPLETED' }]);
        expect(told.toSorted()).toEqual(truth.map(({ executionId }) => executionId).toSorted());
        expect(scene.simulator.report().workflowRuns).toEqual({ nightly: 1 });
      }),
  );

  it('stops is replaced by one that stops what runs', () =>
    inScene(
      aService(600_000, [{ on: 'cancelJobExecution', times: 1, then: SLOW }]),
      async (scene) => {
        const first = await scene.startWorker();
        const handle = await start(scene);
        await until(() => scene.simulator.executions('first').length > 0);
        await handle.cancel();
        await until(() => received(scene, 'cancelJobExecution'));
        await first.end('SIGKILL');
        await scene.startWorker();
        await expect(handle.result()).rejects.toThrow('cancelled');
        expect(scene.simulator.executions()).toMatchObject([{ status: 'CANCELED' }]);
        expect((await progressOf(handle))?.nodes).toMatchObject([
          { jobId: 'first', status: 'CANCELED' },
          { jobId: 'second', status: 'SKIPPED' },
        ]);
      },
    ));
});
