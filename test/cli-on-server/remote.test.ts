import { describe, expect, it } from 'vitest';
import type { ExecutionScript, Fault, SimulatorOptions } from '../../simulator/index.js';
import { dataflow, localEnv } from '../support/cli.js';
import { start } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const QUICK: ExecutionScript = { waitingMs: 100, runningMs: 300 };
const ENDLESS: ExecutionScript = { waitingMs: 0, never: true };
const REQUEST = { workflowId: 'nightly' };

/** Workflow `nightly` of the service: job extract, then job load. */
const nightly = (extract = QUICK, faults: readonly Fault[] = []): SimulatorOptions => ({
  jobs: [
    { jobId: 'extract', executions: [extract] },
    { jobId: 'load', executions: [QUICK] },
  ],
  triggers: [{ triggerId: 'byhand' }],
  workflows: [
    {
      ...REQUEST,
      name: 'sales',
      nodes: [
        { id: 'byhand', type: 'TRIGGER', parentNodeIds: [], triggerRule: 'NONE' },
        { id: 'extract', type: 'JOB', parentNodeIds: ['byhand'] },
        { id: 'load', type: 'JOB', parentNodeIds: ['extract'] },
      ],
    },
  ],
  faults,
});

const cli = ({ simulator, taskQueue }: World, ...args: readonly string[]) =>
  dataflow(args, { env: localEnv(simulator, taskQueue) });

const MAY_RUN =
  /may still run: execution (\w+) of job extract.*dataflow api getJobExecutionById --jobId extract --executionId \1/;
const MAY_START = /may still run: workflow nightly of the service.*job load or may still start/;

describe('dataflow watch of a run of a workflow of the service (L2)', () => {
  it('that completes: a line for each job, the result on stdout, 0; the same once it has ended', () =>
    inWorld(nightly(), async (world) => {
      const { workflowId } = await world.startRemote(REQUEST);
      const watched = await cli(world, 'watch', workflowId);
      expect(watched.code).toBe(0);
      expect(watched.stderr).toMatch(/^workflow sales \(nightly\) {2}job load {2}COMPLETED/m);
      expect(watched.stderr).toMatch(/^workflow sales \(nightly\) {2}completed {2}2\/2 jobs done/m);
      expect(watched.stdout).toMatch(/^extract +COMPLETED/m);
      expect(watched.stdout).toMatch(/^workflow +sales \(nightly\)$/m);
      const again = await cli(world, 'watch', workflowId, '--json');
      expect(again.code).toBe(0);
      expect(JSON.parse(again.stdout)).toMatchObject({
        outcome: 'completed',
        mayStillRun: [],
        result: { nodes: [{ jobId: 'extract' }, { jobId: 'load' }] },
      });
    }));

  it('that fails: 4, which execution failed, and where to look', () =>
    inWorld(nightly({ ...QUICK, outcome: 'FAILED' }), async (world) => {
      const handle = await world.startRemote(REQUEST);
      await handle.result().catch(() => undefined);
      const [failed] = world.simulator.executions('extract');
      const { code, stderr, stdout } = await cli(world, 'watch', handle.workflowId, '--json');
      expect(code).toBe(4);
      expect(stderr).toMatch(/^dataflow: DataFlowExecutionFailed: /m);
      expect(stderr).toContain(
        `more: dataflow api getJobExecutionById --jobId extract --executionId ${failed?.executionId ?? ''}`,
      );
      expect(JSON.parse(stdout)).toMatchObject({
        outcome: 'failed',
        runs: [{ workflowId: 'nightly', phase: 'ended', nodes: [{ status: 'FAILED' }, {}] }],
      });
    }));

  it('whose executions may be those of another run: 8, and names them', () =>
    inWorld(nightly(ENDLESS), async (world) => {
      const handle = await world.startRemote(REQUEST);
      await until(() => world.simulator.executions('extract').length === 1);
      const likeIt = { triggerId: 'byhand', execution: ENDLESS };
      world.simulator.startForeignExecution('extract', likeIt);
      await handle.result().catch(() => undefined);
      const ids = world.simulator.executions('extract').map(({ executionId }) => executionId);
      expect(ids).toHaveLength(2);
      const { code, stderr } = await cli(world, 'watch', handle.workflowId);
      expect(code).toBe(8);
      expect(stderr).toMatch(/^dataflow: DataFlowSubmissionAmbiguous: /m);
      for (const id of ids) expect(stderr).toContain(id);
    }));

  it('that was terminated: 8, with what runs and what the service may start yet', () =>
    inWorld(nightly(ENDLESS), async (world) => {
      const handle = await world.startRemote(REQUEST);
      await until(async () => {
        const { nodes } = await world.remoteProgress(handle);
        return nodes[0]?.executionId !== undefined;
      });
      await handle.terminate('not today');
      const { code, stderr, stdout } = await cli(world, 'watch', handle.workflowId, '--json');
      expect(code).toBe(8);
      expect(stderr).toContain('was terminated (not today)');
      expect(stderr).toMatch(MAY_RUN);
      expect(stderr).toMatch(MAY_START);
      expect(JSON.parse(stdout)).toMatchObject({
        outcome: 'terminated',
        mayStillRun: [
          { remoteWorkflowId: 'nightly', jobId: 'extract' },
          { remoteWorkflowId: 'nightly', mayStart: ['load'] },
        ],
      });
    }));
});

describe('dataflow pipeline describe (L2)', () => {
  it(
    'of a step that runs a workflow of the service: phase, jobs and last error; then what may still run',
    { timeout: 120_000 },
    () =>
      inWorld(nightly(ENDLESS), async (world) => {
        const pipeline = { pipeline: 'p', steps: { sales: { remoteWorkflow: 'nightly' } } };
        const handle = await start(world, { pipeline });
        const { workflowId } = handle;
        const describeUntil = (pattern: RegExp): Promise<void> =>
          until(async () =>
            pattern.test((await cli(world, 'pipeline', 'describe', workflowId)).stdout),
          );
        await until(() => world.simulator.executions('extract').length === 1);
        await describeUntil(/^ +0 of 2 jobs done, .*wait/m);
        world.simulator.addFaults({ on: '*', jobId: 'extract', then: { status: 401 } });
        await describeUntil(/last error: job extract: .*401/);
        world.simulator.clearFaults();
        await describeUntil(/^ +0 of 2 jobs done, (?!.*last error)/m);
        await handle.terminate('not today');
        const described = await cli(world, 'pipeline', 'describe', workflowId);
        expect(described.code).toBe(8);
        expect(described.stderr).toMatch(MAY_RUN);
        expect(described.stderr).toMatch(MAY_START);
        expect(described.stderr).toContain('(step sales)');
      }),
  );
});
