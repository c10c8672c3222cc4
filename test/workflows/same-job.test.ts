import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunJobRequest } from '../../contract/run.js';
import type { LoggedCall, Simulator } from '../../simulator/index.js';
import { inWorld } from '../support/world.js';

const CODE = fileURLToPath(new URL('./code/same-job.ts', import.meta.url));
const LATE = { delayMs: 700, at: 'answer' } as const;
const QUICK_RUN = { waitingMs: 100, runningMs: 300 };
const LOST = { drop: 'after' } as const;
const ALIKE: readonly RunJobRequest[] = Array.from({ length: 3 }, () => ({ jobId: 'jobA' }));
const BY_TWO_PROFILES: readonly RunJobRequest[] = [
  { jobId: 'jobA', profile: 'blue' },
  { jobId: 'jobA', profile: 'green' },
];

/** Permits begin with getJobById, which nothing else reads here. */
const STEPS = ['getJobById', 'executeJob'];
const stepsOf = (log: readonly LoggedCall[], jobId: string): string[] =>
  log
    .filter((call) => call.jobId === jobId && STEPS.includes(call.operation ?? ''))
    .map(({ operation }) => operation ?? '');

describe('the same job several times in one workflow', () => {
  let workflowBundle: WorkflowBundle;
  beforeAll(async () => {
    const logger = new DefaultLogger('WARN');
    workflowBundle = await bundleWorkflowCode({ workflowsPath: CODE, logger });
  });

  it.each([
    ['when every answer comes late', ALIKE, LATE],
    ['when the answer of the first start is lost', ALIKE, LOST],
    ['by two profiles of one account, when the answer of one is lost (A11)', BY_TWO_PROFILES, LOST],
  ])('is started one after the other, each its own, %s', (_, requests, effect) =>
    inWorld(
      {
        jobs: [
          {
            jobId: 'jobA',
            maxConcurrentRuns: requests.length,
            executions: [{ waitingMs: 100, runningMs: 8_000 }],
          },
        ],
        faults: [{ on: 'executeJob', ...('drop' in effect ? { times: 1 } : {}), then: effect }],
        timings: { permitTtlMs: 5_000, submitTimeoutMs: 3_000 },
        profileNames: ['default', 'blue', 'green'],
        worker: { workflowBundle },
      },
      async ({ client, simulator, taskQueue }) => {
        const ids = await client.workflow.execute<
          (requests: readonly RunJobRequest[]) => Promise<readonly string[]>
        >('sameJob', { args: [requests], taskQueue, workflowId: taskQueue });
        expect(new Set(ids).size).toBe(requests.length);
        expect(simulator.report()).toMatchObject({ created: requests.length, leftRunning: 0 });
        // A permit that was taken while another start was under way would know less than it must.
        const steps = stepsOf(simulator.log(), 'jobA');
        const beforeStarts = steps.filter((_step, index) => steps[index + 1] === 'executeJob');
        expect(beforeStarts.length).toBeGreaterThanOrEqual(requests.length);
        expect(new Set(beforeStarts)).toEqual(new Set(['getJobById']));
      },
    ),
  );

  // The first POST is answered late, so that the others come before that.
  it('is started at the same time by runs with a run key; a run without one waits for them', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', type: 'SCRIPT', maxConcurrentRuns: 4, executions: [QUICK_RUN] }],
        faults: [{ on: 'executeJob', calls: [1], then: { delayMs: 6_000, at: 'answer' } }],
        timings: { permitTtlMs: 5_000, submitTimeoutMs: 10_000 },
        worker: { workflowBundle },
      },
      async ({ client, simulator, taskQueue }) => {
        const keyed: RunJobRequest = { jobId: 'jobA', runKeyParameter: 'runKey' };
        const requests = [keyed, keyed, keyed, { jobId: 'jobA' }];
        const args = [requests] as const;
        const handle = await client.workflow.start<
          (requests: readonly RunJobRequest[]) => Promise<readonly string[]>
        >('sameJob', { args, taskQueue, workflowId: taskQueue });
        const answers = answersAtEachPost(simulator);
        expect(new Set(await handle.result()).size).toBe(4);
        expect(simulator.report()).toMatchObject({ created: 4, duplicates: 0 });
        expect(answers()).toEqual([0, expect.anything(), expect.anything(), 3]);
        expect(answers()[2]).toBeLessThan(3);
      },
    ));
});

/** For each POST, how many POSTs had been answered when it arrived. */
function answersAtEachPost(simulator: Simulator): () => readonly number[] {
  const counts: number[] = [];
  simulator.onChange(() => {
    const posts = simulator.log().filter(({ operation }) => operation === 'executeJob');
    const answered = posts.filter(({ status }) => status !== undefined).length;
    for (let nth = counts.length; nth < posts.length; nth += 1) counts.push(answered);
  });
  return () => counts;
}
