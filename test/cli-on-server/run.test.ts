import { describe, expect, it } from 'vitest';
import { dataflow, localEnv, pressAt } from '../support/cli.js';
import { expectNoSecrets } from '../support/secrets.js';
import { inWorld, type World } from '../support/world.js';

const QUICK_JOB = {
  jobId: 'quick',
  name: 'sales-extract',
  executions: [{ waitingMs: 100, runningMs: 300 }],
};
const LONG_JOB = { jobId: 'long', executions: [{ waitingMs: 0, never: true }] };
const FAILING_JOB = {
  jobId: 'failing',
  executions: [{ waitingMs: 0, runningMs: 100, outcome: 'FAILED' as const }],
};

const envOf = ({ simulator, taskQueue }: World) => localEnv(simulator, taskQueue);

describe('dataflow run', () => {
  it('runs a job through Temporal: progress on stderr as plain lines, the result on stdout', async () => {
    await inWorld({ jobs: [QUICK_JOB] }, async (world) => {
      const { code, stdout, stderr } = await dataflow(['run', 'quick'], { env: envOf(world) });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^execution {2}\w+\nstatus {5}COMPLETED\njob {8}sales-extract\n/);
      expect(stderr).toMatch(/^started workflow dataflow-run-quick-\w+ on task queue test-/);
      expect(stderr).toMatch(/sales-extract \(quick\) {2}ended {2}COMPLETED/);
      expect(stdout + stderr).not.toContain('\u001b');
      expect(world.simulator.report()).toMatchObject({ posts: 1, created: 1 });
      const { accessKey, secretKey } = world.simulator;
      expectNoSecrets(stdout + stderr, [accessKey, secretKey], 'the output');
    });
  });

  it('exits with 4 when the execution fails, and says where to look', async () => {
    await inWorld({ jobs: [FAILING_JOB] }, async (world) => {
      const args = ['run', 'failing', '--json', '--workflow-id', `w-${world.taskQueue}`];
      const { code, stdout, stderr } = await dataflow(args, { env: envOf(world) });
      expect(code).toBe(4);
      expect(stderr).toMatch(/^dataflow: DataFlowExecutionFailed: .*Spark log/m);
      expect(JSON.parse(stdout)).toMatchObject({
        workflowId: `w-${world.taskQueue}`,
        outcome: 'failed',
        failure: { type: 'DataFlowExecutionFailed', details: { jobId: 'failing' } },
      });
    });
  });

  it('exits with 6 when the run reaches its time limit', async () => {
    const queued = { jobId: 'queued', executions: [{ waitingMs: 3_600_000, runningMs: 100 }] };
    await inWorld({ jobs: [queued] }, async (world) => {
      const late = await dataflow(['run', 'queued', '--run-timeout', '62s'], { env: envOf(world) });
      expect(late.code).toBe(6);
      expect(world.simulator.report().leftRunning).toBe(0);
    });
  });

  it('leaves the run alone at Ctrl-C and says how to return; watch returns, and --cancel-on-exit stops it for certain', async () => {
    await inWorld({ jobs: [LONG_JOB] }, async (world) => {
      const env = envOf(world);
      const id = `left-${world.taskQueue}`;
      const left = await dataflow(['run', 'long', '--workflow-id', id], {
        env,
        onOutput: pressAt(/waiting {2}\w+ {2}execution/),
      });
      expect(left.code).toBe(130);
      expect(left.stderr).toContain(`to watch it again: dataflow watch ${id}`);
      expect(world.simulator.report().leftRunning).toBe(1);

      const again = await dataflow(['run', 'long', '--workflow-id', id], { env });
      expect(again.code).toBe(9);
      expect(again.stderr).toContain('nothing was started');

      const stopped = await dataflow(['watch', id, '--cancel-on-exit'], {
        env,
        onOutput: pressAt(/waiting {2}\w+ {2}execution/),
      });
      expect(stopped.code).toBe(5);
      expect(stopped.stderr).toContain('was stopped');
      expect(world.simulator.report()).toMatchObject({ posts: 1, leftRunning: 0 });
    });
  });

  it('says at once that no worker polls the task queue, and what to do', async () => {
    await inWorld({ jobs: [QUICK_JOB] }, async (world) => {
      const { code, stderr } = await dataflow(['run', 'quick', '--task-queue', 'nobody-here'], {
        env: envOf(world),
        onOutput: pressAt(/no worker polls task queue nobody-here: start one \(dataflow worker\)/),
      });
      expect(code).toBe(130);
      expect(stderr).toContain('The workflow goes on when a worker polls');
    });
  });
});

describe('dataflow run with the name of a job (14.10)', () => {
  const twice = ['first', 'second'].map((jobId) => ({ ...QUICK_JOB, jobId, name: 'sales-load' }));
  const jobs = [QUICK_JOB, ...twice];

  it('runs the job of that name', () =>
    inWorld({ jobs }, async (world) => {
      const { code, stdout, stderr } = await dataflow(['run', 'sales-extract'], {
        env: envOf(world),
      });
      expect(stderr).toMatch(/sales-extract \(quick\) {2}ended {2}COMPLETED/);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^job {8}sales-extract$/m);
      expect(world.simulator.report()).toMatchObject({ posts: 1, created: 1 });
    }));

  it('refuses a name that no job has, or two have: says which, and starts nothing', () =>
    inWorld({ jobs }, async (world) => {
      const unknown = await dataflow(['run', 'sales-extrakt'], { env: envOf(world) });
      expect(unknown.code).toBe(2);
      expect(unknown.stderr).toMatch(/DataFlowInvalidInput: .*no job sales-extrakt.*sales-extract/);
      const doubled = await dataflow(['run', 'sales-load'], { env: envOf(world) });
      expect(doubled.code).toBe(2);
      expect(doubled.stderr).toMatch(
        /DataFlowInvalidInput: .*2 jobs have the name sales-load; use the id of one: /,
      );
      for (const { stderr } of [unknown, doubled]) expect(stderr).not.toMatch(/pipeline|steps/);
      expect(world.simulator.report()).toMatchObject({ posts: 0, created: 0 });
    }));
});

describe('dataflow doctor', () => {
  it('finds no problem where all is well, and exits with 0', async () => {
    await inWorld({ jobs: [QUICK_JOB] }, async (world) => {
      const { code, stdout } = await dataflow(['doctor'], { env: envOf(world) });
      expect(stdout).toMatch(/^ok {7}task queue .*workers 1 for workflows, 1 for activities$/m);
      expect(code).toBe(0);
      const elsewhere = await dataflow(['doctor', '--task-queue', 'nobody-here'], {
        env: envOf(world),
      });
      expect(elsewhere.code).toBe(3);
      expect(elsewhere.stdout).toMatch(/^PROBLEM {2}task queue .*no worker polls nobody-here$/m);
    });
  });
});
