import { describe, expect, it } from 'vitest';
import { PIPELINE_UPDATES, RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import { childWorkflowId, pipelineWorkflowId } from '../../contract/pipeline-ids.js';
import type { PipelineResult } from '../../contract/pipeline-run.js';
import { startPipeline } from '../../worker/start-pipeline.js';
import { dataflow, localEnv } from '../support/cli.js';
import { stands } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inScene, type Scene, type SceneOptions } from './scene.js';

const KEY = 'run';
const FOR_LONG_MS = 60_000;
const LIMIT_MS = 12_000;
const job = (jobId: string) => ({
  ...{ jobId, name: jobId, type: 'SCRIPT' as const, maxConcurrentRuns: 9 },
  submissionParameter: KEY,
  executions: [{ waitingMs: 100, runningMs: 30_000 }],
});
/** Jobs by the state of their step when the workflow closes: nothing sent, a POST under way, an execution awaited. */
const JOBS = ['preparing', 'inflight', 'waiting'];
const OPTIONS: SceneOptions = {
  jobs: JOBS.map(job),
  faults: [
    // of the local activity, and of the regular one
    { jobId: 'preparing', on: 'getJobById', calls: [1, 2], then: { delayMs: FOR_LONG_MS } },
    {
      ...{ jobId: 'inflight', on: 'executeJob', calls: [1] },
      then: { delayMs: FOR_LONG_MS, at: 'answer' },
    },
  ],
  timings: { permitTtlMs: 4_000, submitTimeoutMs: LIMIT_MS + 2_000, maxListingDelayMs: 2_000 },
};
/** A plan: no activity reads the jobs before their steps do. */
const PIPELINE = {
  ...{ version: 1, pipeline: 'closed', parameters: {}, concurrency: 9 },
  ...{ onFailure: 'stop', holdForMs: 1_000 },
  steps: Object.fromEntries(
    JOBS.map((jobId) => [
      jobId,
      {
        ...{ kind: 'job', needs: [], runIf: 'allSucceeded', jobId },
        ...{ options: { runKeyParameter: KEY }, jobCondition: {}, parameters: {} },
      },
    ]),
  ),
};

/** Starts the pipeline and returns its workflow after it was closed by `how`, with two executions under way. */
async function closed(
  { client, taskQueue, simulator }: Scene,
  how: 'terminated' | 'timed out',
): Promise<string> {
  const handle = await client.workflow.start(RUN_PIPELINE_WORKFLOW, {
    args: [{ pipeline: PIPELINE, key: taskQueue }],
    ...{ taskQueue, workflowId: pipelineWorkflowId(PIPELINE.pipeline, taskQueue) },
    ...(how === 'timed out' && { workflowExecutionTimeout: LIMIT_MS }),
  });
  if (how === 'terminated') {
    await until(async () => {
      const { steps } = await stands(handle);
      const isPosting = steps['inflight']?.running?.[0]?.note?.includes('sends the POST');
      const isWaiting = steps['waiting']?.executionId !== undefined;
      return isWaiting && isPosting === true && simulator.report().created === 2;
    });
    await handle.terminate();
  }
  await expect(handle.result()).rejects.toThrow();
  expect(simulator.report()).toMatchObject({ posts: 2, created: 2, leftRunning: 2 });
  return handle.workflowId;
}

describe('a pipeline whose workflow closed in the middle of prepare, POST and wait (P2)', () => {
  it.each(['terminated', 'timed out'] as const)(
    'because it was %s: rerun takes up what runs, and each execution is there once',
    (how) =>
      inScene(OPTIONS, async (scene) => {
        const { simulator, taskQueue, client } = scene;
        const worker = await scene.startWorker();
        const workflowId = await closed(scene, how);
        const env = localEnv(simulator, taskQueue);
        const args = ['pipeline', 'rerun', workflowId, '--from-failed'];
        expect(await dataflow(args, { env })).toMatchObject({ code: 0 });
        const next = client.workflow.getHandle<() => Promise<PipelineResult>>(workflowId);
        const { steps } = await next.result();
        expect(Object.values(steps).map(({ status }) => status)).toEqual(
          JOBS.map(() => 'succeeded'),
        );
        expect(await worker.end('SIGTERM')).toBe(0);
        expect(simulator.report()).toMatchObject({
          ...{ posts: 3, created: 3, duplicates: 0, cancels: 0, leftRunning: 0 },
        });
      }),
  );
});

const APPROVALS = Array.from({ length: 24 }, (_, nth) => `ok${nth}`);
const asked = Object.fromEntries(APPROVALS.map((id) => [id, { approval: {} }]));
/** It keeps both pipelines open until all others are decided. */
const LAST = APPROVALS.at(-1)!;

describe('Updates to a pipeline that is handed over again and again, and to one within it', () => {
  it('each that was acknowledged took effect, once; what was refused did not', () =>
    inScene({ jobs: [] }, async (scene) => {
      const { client, taskQueue } = scene;
      const worker = await scene.startWorker();
      const inner = { pipeline: 'inner', steps: asked };
      const { handle } = await startPipeline(client, {
        pipeline: { pipeline: 'steered', steps: { ...asked, child: { pipeline: inner } } },
        ...{ taskQueue, key: taskQueue, continueAfterEvents: 25 },
      });
      const child = client.workflow.getHandle(
        childWorkflowId(handle.workflowId, 'child', undefined),
      );
      const runs = new Set<string>();
      const refusals: string[] = [];
      /** Sends it until it is acknowledged, each time under another name; gives the last of them. */
      const decide = async (workflowId: string, step: string): Promise<string> => {
        let attempt = 0;
        await until(async () => {
          const said = client.workflow
            .getHandle(workflowId)
            .executeUpdate(PIPELINE_UPDATES.approve, {
              args: [{ step, approve: true, by: `${step}-${attempt}` }],
            });
          const refusal = await said.then(() => undefined, String);
          if (refusal === undefined) return true;
          attempt += 1;
          refusals.push(`${workflowId}: ${refusal}`);
          runs.add((await handle.describe()).runId);
          return false;
        });
        return `${step}-${attempt}`;
      };
      await until(async () => (await stands(handle)).steps['child']?.status === 'running');
      const acknowledged = new Map<string, string>();
      for (const step of APPROVALS) {
        const both = [decide(handle.workflowId, step), decide(child.workflowId, step)] as const;
        const [outer, ofChild] = await Promise.all(both);
        acknowledged.set(step, outer);
        runs.add((await handle.describe()).runId);
        if (step === LAST) continue;
        const shown = [await stands(handle), await stands(child)];
        expect(
          shown.map(({ steps }) => steps[step]?.decision?.by),
          refusals.join('\n'),
        ).toEqual([outer, ofChild]);
      }
      const { steps } = await handle.result();
      const told = APPROVALS.map((step) => [step, steps[step]?.decision?.by]);
      expect(told).toEqual([...acknowledged]);
      expect(steps['child']?.status).toBe('succeeded');
      expect(runs.size, 'runs of the workflow').toBeGreaterThan(2);
      expect(await worker.end('SIGTERM')).toBe(0);
    }));
});
