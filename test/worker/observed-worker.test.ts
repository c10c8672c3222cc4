import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { describe, expect, inject, it } from 'vitest';
import type { LoggedCall, Simulator, SimulatorOptions } from '../../simulator/index.js';
import { startSimulator } from '../../simulator/index.js';
import { startHoldingProxy } from '../support/holding-proxy.js';
import { type Sample, samplesIn, sumsOf } from '../support/exposition.js';
import { expectNoSecrets } from '../support/secrets.js';
import { until } from '../support/until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';

interface Observed {
  readonly simulator: Simulator;
  readonly worker: WorkerProcess;
  readonly start: (request: object) => Promise<WorkflowHandle>;
  readonly run: (request: object) => Promise<unknown>;
  /** Status and body of a path of the health server. */
  readonly get: (path: string) => Promise<{ readonly status: number; readonly text: string }>;
  readonly metrics: () => Promise<readonly Sample[]>;
  /** The lines of the log. */
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
}

/** A real worker process with a health port, against a simulator and the real server. */
async function observed(
  script: SimulatorOptions,
  body: (seen: Observed) => Promise<void>,
  /** Where its worker finds Temporal. */
  workersAddress = inject('temporalAddress'),
): Promise<void> {
  const simulator = await startSimulator(script);
  const taskQueue = `observed-${randomUUID()}`;
  const address = inject('temporalAddress');
  const namespace = inject('temporalNamespace');
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const worker = await startWorkerProcess(simulator, {
    TEMPORAL_ADDRESS: workersAddress,
    TEMPORAL_NAMESPACE: namespace,
    DATAFLOW_TASK_QUEUE: taskQueue,
    DATAFLOW_HEALTH_PORT: '0',
    DATAFLOW_HEALTH_HOST: '127.0.0.1',
    DATAFLOW_READY_WITHIN_MS: '1000',
    DATAFLOW_LOG_LEVEL: 'debug',
  });
  const lines = (): Readonly<Record<string, unknown>>[] =>
    worker
      .output()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  try {
    await until(() => lines().some((line) => 'healthUrl' in line));
    const url = String(lines().find((line) => 'healthUrl' in line)?.['healthUrl']);
    const get: Observed['get'] = async (path) => {
      const answer = await fetch(url + path);
      return { status: answer.status, text: await answer.text() };
    };
    const start: Observed['start'] = (request) =>
      client.workflow.start('dataflowRunJob', {
        args: [request],
        taskQueue,
        workflowId: `${taskQueue}-${randomUUID()}`,
      });
    const run = async (request: object): Promise<unknown> => (await start(request)).result();
    const metrics = async (): Promise<readonly Sample[]> => samplesIn((await get('/metrics')).text);
    await body({ simulator, worker, start, run, get, metrics, lines });
    expectNoSecrets(worker.output(), [simulator.accessKey, simulator.secretKey], 'the log');
  } finally {
    worker.child.kill('SIGKILL');
    await connection.close();
    await simulator.close();
  }
}

/** What the client must have made of a call, by what the simulator did with it. */
const outcomeOf = ({ status }: LoggedCall): string => {
  if (status === undefined) return 'no_answer';
  if (status === 429) return 'DataFlowThrottled';
  return status < 300 ? 'ok' : 'DataFlowUnavailable';
};

/** Finished calls of the simulator, by operation and outcome. */
function countedBy(simulator: Simulator): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const call of simulator.log()) {
    const key = `${call.operation ?? ''} ${outcomeOf(call)}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

const QUICK_RUN = { waitingMs: 100, runningMs: 1_500 };
/** The first POST loses its answer, status calls meet a bad time. */
const FAULTY: SimulatorOptions = {
  jobs: [
    { jobId: 'plain', executions: [QUICK_RUN] },
    { jobId: 'lost', executions: [QUICK_RUN], requested: 1 },
    { jobId: 'bad', executions: [{ ...QUICK_RUN, outcome: 'FAILED' }] },
  ],
  faults: [
    { on: 'executeJob', jobId: 'lost', times: 1, then: { drop: 'after' } },
    { on: 'getJobExecutionById', calls: [2, 5], then: { status: 503 } },
    { on: 'getJobExecutionById', calls: [3], then: { status: 429 } },
    { on: 'getJobById', times: 1, then: { drop: 'before' } },
  ],
};

describe('dataflow worker with DATAFLOW_HEALTH_PORT', () => {
  it('counts at /metrics what the service counted, by operation and outcome, and how runs came out', () =>
    observed(FAULTY, async ({ simulator, run, metrics }) => {
      const runs = [
        run({ jobId: 'plain' }),
        run({ jobId: 'lost', exclusive: true }),
        run({ jobId: 'bad' }).catch(() => undefined),
      ];
      await until(async () => (sumsOf(await metrics(), 'dataflow_waiters', [])[''] ?? 0) > 0);
      await Promise.all(runs);
      // Gauges are sampled: the last waiter has left when they say so.
      await until(async () => sumsOf(await metrics(), 'dataflow_waiters', [])[''] === undefined);
      const samples = await metrics();
      const sums = (name: string, ...by: readonly string[]) => sumsOf(samples, name, by);
      expect(sums('dataflow_api_calls_total', 'operation', 'outcome')).toEqual(
        countedBy(simulator),
      );
      expect(sums('dataflow_api_call_duration_seconds_count', 'operation')).toEqual(
        simulator.report().callsByOperation,
      );
      expect(sums('dataflow_submissions_total', 'outcome')).toEqual({ submitted: 2, adopted: 1 });
      expect(sums('dataflow_executions_total', 'outcome')).toEqual({ COMPLETED: 2, FAILED: 1 });
      expect(sums('dataflow_runs_total', 'outcome')).toEqual({
        COMPLETED: 2,
        DataFlowExecutionFailed: 1,
      });
      expect(sums('dataflow_execution_running_seconds_count')).toEqual({ '': 3 });
      // The 429 has halved it, and answers raise it slowly.
      const { default: allowed } = sums('dataflow_call_budget_calls_per_second', 'profile');
      expect(allowed).toBeGreaterThanOrEqual(25);
      expect(allowed).toBeLessThan(50);
      expect(Object.keys(sums('temporal_worker_start', 'task_queue'))).toHaveLength(1);
    }));

  it('sends no more heartbeats of a wait than the time until another worker takes over asks for', () =>
    observed(
      { jobs: [{ jobId: 'long', executions: [{ waitingMs: 100, runningMs: 12_000 }] }] },
      async ({ run, metrics }) => {
        const beganMs = performance.now();
        await run({ jobId: 'long' });
        const beats = sumsOf(await metrics(), 'temporal_request', ['operation']);
        const seconds = (performance.now() - beganMs) / 1_000;
        // waitHeartbeatTimeout is 5 s here: one each 2 s at most, and the first of prepare, start and wait.
        expect(beats['RecordActivityTaskHeartbeat']).toBeGreaterThan(2);
        expect(beats['RecordActivityTaskHeartbeat']).toBeLessThanOrEqual(3 + seconds / 2);
      },
    ));

  it('logs JSON lines with job, execution, workflow and run, and no key', () =>
    observed(FAULTY, async ({ run, lines }) => {
      await run({ jobId: 'lost', exclusive: true });
      const about = {
        jobId: 'lost',
        executionId: expect.any(String) as string,
        workflowId: expect.any(String) as string,
        runId: expect.any(String) as string,
      };
      await until(() => lines().some(({ message }) => message === 'run ended'));
      expect(lines()).toContainEqual(
        expect.objectContaining({ level: 'info', message: 'submission adopted', ...about }),
      );
      expect(lines()).toContainEqual(
        expect.objectContaining({ message: 'execution ended', status: 'COMPLETED', ...about }),
      );
      // Lines of the SDK too: an activity that failed says which job it was about.
      const failed = lines().filter(({ message }) => message === 'Activity failed');
      expect(failed).toContainEqual(
        expect.objectContaining({ jobId: 'lost', activityType: 'dataflowExecuteJob' }),
      );
    }));

  it('is ready while Temporal and the service answer, not ready once the service has not for a while, and alive all the time', () =>
    observed(FAULTY, async ({ simulator, get }) => {
      await until(async () => (await get('/readyz')).status === 200);
      await simulator.close();
      await until(async () => (await get('/readyz')).status === 503);
      const { text } = await get('/readyz');
      expect(JSON.parse(text)).toEqual({
        ready: false,
        problems: [expect.stringMatching(/^the service of profile default has not answered for/)],
      });
      expect((await get('/livez')).status).toBe(200);
    }));

  it('is alive and not ready while Temporal is out of reach, and ready again when it is back', async ({
    onTestFinished,
  }) => {
    const wire = await startHoldingProxy(`http://${inject('temporalAddress')}`);
    onTestFinished(() => wire.close());
    await observed(
      FAULTY,
      async ({ get }) => {
        await until(async () => (await get('/readyz')).status === 200);
        wire.breakOff();
        await until(async () => (await get('/readyz')).status === 503);
        const { text } = await get('/readyz');
        expect(JSON.parse(text)).toEqual({
          ready: false,
          problems: [expect.stringMatching(/^Temporal has not answered for/)],
        });
        expect((await get('/livez')).status).toBe(200);
        wire.restore();
        await until(async () => (await get('/readyz')).status === 200);
      },
      new URL(wire.url).host,
    );
  });

  it('is alive and not ready while it drains', () =>
    observed(
      {
        jobs: [{ jobId: 'slow', executions: [{ runningMs: 60_000 }] }],
        faults: [{ on: 'executeJob', then: { delayMs: 3_000, at: 'answer' } }],
      },
      async ({ simulator, worker, start, get }) => {
        await until(async () => (await get('/readyz')).status === 200);
        await start({ jobId: 'slow' });
        // A POST under way is finished before the worker ends: until then it drains.
        await until(() => simulator.report().posts === 1);
        const ended = worker.end('SIGTERM');
        await until(async () => (await get('/readyz')).status === 503);
        const [ready, live] = [await get('/readyz'), await get('/livez')];
        expect(ready.text).toMatch(/the worker is (STOPPING|DRAINING)/);
        expect(live.status).toBe(200);
        expect(await ended).toBe(0);
      },
    ));

  it('refuses a port that is taken, and says what to do', () =>
    observed({ jobs: [] }, async ({ simulator, lines }) => {
      const url = String(lines().find((line) => 'healthUrl' in line)?.['healthUrl']);
      const second = startWorkerProcess(simulator, {
        TEMPORAL_ADDRESS: inject('temporalAddress'),
        DATAFLOW_HEALTH_HOST: '127.0.0.1',
        DATAFLOW_HEALTH_PORT: new URL(url).port,
      });
      await expect(second).rejects.toThrow(/DATAFLOW_HEALTH_PORT.*EADDRINUSE.*another port/);
    }));
});
