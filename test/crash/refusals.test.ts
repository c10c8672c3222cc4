import { describe, expect, it } from 'vitest';
import type { Fault, FaultEffect } from '../../simulator/index.js';
import { until } from '../support/until.js';
import { inScene } from './scene.js';

const PHASES = ['prepare', 'submit', 'reconcile', 'wait', 'stop'] as const;

/** One call of each phase has this answer; later calls succeed. */
const faultsWith = (then: FaultEffect): readonly Fault[] => [
  { on: 'getJobById', jobId: 'prepare', times: 1, then },
  { on: 'executeJob', jobId: 'submit', times: 1, then },
  { on: 'executeJob', jobId: 'reconcile', times: 1, then: { drop: 'after' } },
  { on: 'getJobExecutions', jobId: 'reconcile', calls: [2], then },
  { on: 'getJobExecutionById', jobId: 'wait', times: 1, then },
  { on: 'cancelJobExecution', jobId: 'stop', times: 1, then },
];

describe('one answer of a stranger in each phase', () => {
  it.each<[string, FaultEffect]>([
    ['503 with Retry-After of two hours (C1)', { status: 503, headers: { 'retry-after': '7200' } }],
    ['404 with a page of a proxy (C2)', { status: 404, body: '<html>404 Not Found</html>' }],
  ])(
    'that is %s ends no run and holds none up: each is started once, and stopped for certain',
    (_, then) =>
      inScene(
        {
          jobs: PHASES.map((jobId) => ({
            jobId,
            executions: [
              jobId === 'stop'
                ? { waitingMs: 100, never: true }
                : { waitingMs: 100, runningMs: 2_000 },
            ],
            requested: 1,
          })),
          faults: faultsWith(then),
        },
        async (scene) => {
          await scene.startWorker();
          const stopped = await scene.start({ jobId: 'stop' });
          const runs = await Promise.all(
            PHASES.slice(0, 4).map((jobId) => scene.start({ jobId, exclusive: true })),
          );
          await until(() => scene.calls('getJobExecutionById', 'stop') > 0);
          await stopped.cancel();
          await expect(stopped.result()).rejects.toThrow();
          expect(await scene.progress(stopped)).toMatchObject({ status: 'CANCELED' });
          expect(scene.calls('cancelJobExecution', 'stop')).toBeGreaterThan(1);
          for (const run of runs) expect((await run.result()).execution.status).toBe('COMPLETED');
          expect(scene.simulator.report()).toMatchObject({
            ...{ created: PHASES.length, duplicates: 0, leftRunning: 0 },
          });
        },
      ),
  );
});
