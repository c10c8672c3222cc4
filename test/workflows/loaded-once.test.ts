import { describe, expect, it } from 'vitest';
import { inWorld } from '../support/world.js';
import { until } from '../support/until.js';

describe('two workflows of one worker, which loads our code once for both', () => {
  it('know nothing of each other', () =>
    inWorld(
      {
        jobs: [
          {
            jobId: 'jobA',
            maxConcurrentRuns: 2,
            executions: [{ waitingMs: 100, runningMs: 6_000 }],
          },
        ],
      },
      async ({ client, simulator, taskQueue }) => {
        const handles = await Promise.all(
          ['one', 'other'].map((name) =>
            client.workflow.start('dataflowRunJob', {
              ...{ args: [{ jobId: 'jobA' }], taskQueue, workflowId: `${taskQueue}-${name}` },
            }),
          ),
        );
        await until(() => simulator.report().created === 2);
        const asked = await Promise.all(
          handles.map((handle) => handle.query<Record<string, object>>('dataflowProgress')),
        );
        expect(asked.map((progress) => Object.keys(progress))).toEqual(
          handles.map(({ firstExecutionRunId }) => [`${firstExecutionRunId}-1.1`]),
        );
        await Promise.all(handles.map((handle) => handle.result()));
        expect(simulator.report()).toMatchObject({ created: 2, duplicates: 0 });
      },
    ));
});
