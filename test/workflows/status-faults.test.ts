import { describe, expect, it } from 'vitest';
import type { RunJobRequest } from '../../contract/run.js';
import type { Fault, OperationName } from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { until } from '../support/until.js';
import { inWorld, QUICK, type World } from '../support/world.js';

const QUICK_RUN = { waitingMs: 100, runningMs: 300 };
const POLICIES = ['fail', 'wait', 'join'] as const;
const READS: readonly OperationName[] = ['getJobExecutionById', 'getJobExecutions', 'getJobs'];

const statusCalls = (world: World): readonly number[] =>
  world.simulator
    .log()
    .filter(({ operation }) => operation === 'getJobExecutionById')
    .map(({ atMs }) => atMs);

const posts = (world: World, jobId: string): number =>
  world.simulator.log().filter((call) => call.operation === 'executeJob' && call.jobId === jobId)
    .length;

describe('the wait for an execution', () => {
  it('goes on while the service shows a status that no page names, and ends with one that it knows', () =>
    inWorld(
      {
        jobs: [
          {
            jobId: 'jobA',
            executions: [
              {
                waitingMs: 1_500,
                runningMs: 1_500,
                statuses: { READY: 'QUEUED_BY_SYSTEM', RUNNING: 'SUCCEEDED' },
              },
            ],
            requested: 1,
          },
        ],
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        await until(() => statusCalls(world).length > 2);
        expect(await world.progress(handle)).toMatchObject({ phase: 'waiting' });
        const { execution } = await handle.result();
        expect(execution.status).toBe('COMPLETED');
        const [ended] = world.simulator.executions();
        expect(ended?.endAt).toBeLessThanOrEqual(Date.now());
      },
    ));

  it.each<readonly [string, Fault['then']]>([
    ['are answered 503', { status: 503 }],
    ['get no answer', { drop: 'after' }],
    ['are answered with garbage', { garbage: true }],
    ['are answered 401', { status: 401 }],
    ['are answered 404 by a proxy (C2)', { status: 404, body: '<html>Not Found</html>' }],
    ['are answered 403 by a firewall (C2)', { status: 403, body: '' }],
    ['are answered by a gateway that does not know the path (C2)', { gateway: '300' }],
  ])(
    'survives any number of status calls that %s, and reports the end once they work',
    (_how, then) =>
      inWorld(
        { jobs: [{ jobId: 'jobA', executions: [{ waitingMs: 100, runningMs: 1_500 }] }] },
        async (world) => {
          const handle = await world.start({ jobId: 'jobA' });
          await until(() => statusCalls(world).length > 0);
          const sinceMs = Date.now();
          world.simulator.addFaults(...READS.map((on) => ({ on, then })));
          const enoughMs = 2 * (QUICK.waitHeartbeatTimeoutMs ?? 0);
          await until(() => (statusCalls(world).at(-1) ?? 0) - sinceMs > enoughMs);
          expect((await handle.describe()).status.name).toBe('RUNNING');
          world.simulator.clearFaults();
          expect((await handle.result()).execution.status).toBe('COMPLETED');
          expect(world.simulator.report()).toMatchObject({ posts: 1, cancels: 0 });
        },
      ),
  );
});

describe('onBusy', () => {
  it('says what a job at its limit means: fail, wait for a place, or share what runs', () =>
    inWorld(
      {
        jobs: POLICIES.map((jobId) => ({ jobId, executions: [QUICK_RUN], requested: 1 })),
      },
      async (world) => {
        for (const jobId of POLICIES) {
          const execution = { waitingMs: 100, runningMs: 4_000 };
          world.simulator.startForeignExecution(jobId, { execution });
        }
        const run = (onBusy: RunJobRequest['onBusy'] & string) =>
          world.run({ jobId: onBusy, onBusy });
        const [failure, waited, joined] = await Promise.all([
          failureOf(run('fail')),
          run('wait'),
          run('join'),
        ]);
        expect(failure).toMatchObject({ type: 'DataFlowBadState', nonRetryable: true });
        const [foreign, ours] = world.simulator.executions('wait');
        expect(waited).toMatchObject({
          submissionOutcome: 'submitted',
          posts: 1,
          execution: { jobExecutionId: ours?.executionId },
        });
        expect(ours?.acceptedAt).toBeGreaterThanOrEqual(foreign?.endAt ?? Infinity);
        const [shared, ...more] = world.simulator.executions('join');
        expect(more).toEqual([]);
        expect(joined).toMatchObject({
          submissionOutcome: 'joined',
          posts: 0,
          execution: { jobExecutionId: shared?.executionId, status: 'COMPLETED' },
        });
        expect(world.simulator.report()).toMatchObject({ cancels: 0, duplicates: 0 });
      },
    ));

  it('does not help a job that cannot run at all: it fails at once under every policy', () =>
    inWorld(
      {
        jobs: POLICIES.flatMap((policy) =>
          ['DRAFT', 'EDITING'].map((status) => ({ jobId: `${policy}${status}`, status })),
        ),
      },
      async (world) => {
        await Promise.all(
          POLICIES.flatMap((onBusy) =>
            ['DRAFT', 'EDITING'].map(async (status) => {
              const jobId = `${onBusy}${status}`;
              const failure = await failureOf(world.run({ jobId, onBusy }));
              expect(failure, jobId).toMatchObject({
                type: 'DataFlowBadState',
                details: { status: 400, code: 'bad-state' },
              });
              expect(posts(world, jobId), jobId).toBe(1);
            }),
          ),
        );
      },
    ));

  it('takes a bad-state under an unknown outcome for a sign that its own first start may run: it looks, and adopts', () =>
    inWorld(
      {
        jobs: POLICIES.map((jobId) => ({
          jobId,
          executions: [{ waitingMs: 100, runningMs: 9_000 }],
          requested: 1,
        })),
        faults: [{ on: 'executeJob', calls: [1, 2, 3], then: { drop: 'after' } }],
        // Longer than a look lasts: what was started shows only after the second POST.
        switches: { listLagMs: 7_000 },
      },
      async (world) => {
        const results = await Promise.all(
          POLICIES.map((onBusy) => world.run({ jobId: onBusy, onBusy, exclusive: true })),
        );
        for (const [index, jobId] of POLICIES.entries()) {
          const [only, ...more] = world.simulator.executions(jobId);
          expect(more, jobId).toEqual([]);
          expect(results[index]?.execution, jobId).toMatchObject({
            jobExecutionId: only?.executionId,
            status: 'COMPLETED',
          });
        }
      },
    ));
});
