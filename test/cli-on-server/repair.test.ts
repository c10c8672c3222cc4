import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PipelineResult } from '../../contract/pipeline-run.js';
import { dataflow, type Ended, localEnv } from '../support/cli.js';
import { failureOf } from '../support/failure-of.js';
import { start, stepIs } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const job = (jobId: string, outcomes: readonly ('COMPLETED' | 'FAILED')[] = ['COMPLETED']) => ({
  ...({ jobId, name: jobId, type: 'SCRIPT', maxConcurrentRuns: 9 } as const),
  executions: outcomes.map((outcome) => ({ waitingMs: 20, runningMs: 50, outcome })),
});

const JOBS = [job('extract'), job('clean'), job('load', ['FAILED', 'COMPLETED']), job('mail')];
const PIPELINE = {
  pipeline: 'sales',
  parameters: { size: { type: 'string', default: '2' } },
  steps: {
    extract: { job: 'extract' },
    clean: { job: 'clean', needs: ['extract'] },
    mail: { job: 'mail', needs: ['clean'] },
    load: { job: 'load', needs: ['clean'], parameters: { size: '${{ params.size }}' } },
  },
} as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dataflow-repair-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A corrected pipeline as a file. */
async function corrected(name: string, steps: object): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify({ ...PIPELINE, steps: { ...PIPELINE.steps, ...steps } }));
  return file;
}

/** Runs the pipeline, which fails at load, and gives how it is run again. */
async function failed(world: World): Promise<{
  readonly rerun: (...args: readonly string[]) => Promise<Ended>;
  readonly result: () => Promise<PipelineResult>;
}> {
  const handle = await start(world, { pipeline: PIPELINE });
  await failureOf(handle.result());
  const { client, simulator, taskQueue } = world;
  const args = ['pipeline', 'rerun', handle.workflowId, '--from-failed'];
  return {
    rerun: (...more) => dataflow([...args, ...more], { env: localEnv(simulator, taskQueue) }),
    result: () =>
      client.workflow.getHandle<() => Promise<PipelineResult>>(handle.workflowId).result(),
  };
}

const posted = ({ simulator }: World): readonly (string | undefined)[] =>
  simulator
    .log()
    .filter(({ operation }) => operation === 'executeJob')
    .map(({ jobId }) => jobId);

const rows = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());

describe('dataflow pipeline rerun --from-failed with another plan', () => {
  it('runs what failed with other parameters, and keeps the rest', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const { rerun, result } = await failed(world);
      const { code, stderr } = await rerun('-p', 'size=8');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect((await result()).steps['load']?.status).toBe('succeeded');
      expect(posted(world).toSorted()).toEqual(['clean', 'extract', 'load', 'load', 'mail']);
      const [, second] = world.simulator.executions('load');
      expect(JSON.stringify(second)).toContain('"8"');
    }));

  it('shows what is kept and why the rest runs, and starts nothing with --dry-run', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const { rerun } = await failed(world);
      const file = await corrected('shown', {
        clean: { ...PIPELINE.steps.clean, numWorker: 4 },
        check: { job: 'mail', needs: ['mail'] },
      });
      const { code, stdout } = await rerun('--plan', file, '--dry-run');
      expect(code).toBe(0);
      expect(rows(stdout)).toEqual([
        'step     kept       runs because',
        'extract  succeeded  -',
        'clean    no         its numWorker changed',
        'mail     no         it needs clean, which runs again',
        'load     no         it failed',
        'check    no         it is new',
      ]);
      expect(posted(world)).toHaveLength(4);
    }));

  it('runs a step whose input changed, with all that needs it, unless --keep names it', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const { rerun, result } = await failed(world);
      const file = await corrected('kept', { clean: { ...PIPELINE.steps.clean, numWorker: 4 } });
      const { code, stderr } = await rerun('--plan', file, '--keep', 'clean');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect((await result()).steps['clean']?.status).toBe('succeeded');
      expect(posted(world).toSorted()).toEqual(['clean', 'extract', 'load', 'load', 'mail']);
    }));

  it('refuses to keep a step that needs one that runs again, and a pipeline of another name', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const { rerun } = await failed(world);
      const file = await corrected('refused', { extract: { job: 'extract', numWorker: 4 } });
      const needing = await rerun('--plan', file, '--keep', 'clean', '--keep', 'lod');
      expect(needing.code).toBe(2);
      expect(needing.stderr).toContain(
        '--keep: clean cannot be kept: it needs extract, which runs again',
      );
      expect(needing.stderr).toContain('--keep: there is no step lod; did you mean load?');
      const other = join(folder, 'other.json');
      await writeFile(other, JSON.stringify({ ...PIPELINE, pipeline: 'other' }));
      const named = await rerun('--plan', other);
      expect(named.code).toBe(2);
      expect(named.stderr).toContain(
        '--plan: must be pipeline sales, whose run it is; the file holds other',
      );
      expect(posted(world)).toHaveLength(4);
    }));

  it('runs finally again where only a step of it failed', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const pipeline = {
        ...{ pipeline: 'last', steps: { extract: { job: 'extract' } } },
        finally: { load: { job: 'load' } },
      };
      const handle = await start(world, { pipeline });
      await failureOf(handle.result());
      const { client, simulator, taskQueue } = world;
      const env = localEnv(simulator, taskQueue);
      const described = await dataflow(['pipeline', 'describe', handle.workflowId], { env });
      expect(described.stdout).toMatch(/^status +failed$/m);
      expect(described.stdout).toMatch(/^load +job +failed/m);
      const args = ['pipeline', 'rerun', handle.workflowId, '--from-failed', '--follow'];
      const { code, stderr } = await dataflow(args, { env });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const next = client.workflow.getHandle<() => Promise<PipelineResult>>(handle.workflowId);
      expect((await next.result()).steps['load']?.status).toBe('succeeded');
      expect(posted(world)).toEqual(['extract', 'load', 'load']);
      const again = await dataflow(args, { env });
      expect(again.stderr).toContain('has succeeded: there is nothing to run again');
    }));

  it('goes on from the run before where a rerun failed before it began: nothing is lost', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const { rerun, result } = await failed(world);
      const wrong = await corrected('wrong', { load: { job: 'lod', needs: ['clean'] } });
      const refused = await rerun('--plan', wrong, '--follow');
      expect(refused.stderr).toContain('lod');
      expect(refused.stderr).toContain('workflow dataflow/sales/'); // it was started
      expect(refused.code).toBe(2);
      const { code, stderr } = await rerun('-p', 'size=8');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stderr).toContain('failed before it began; this goes on from the run before it');
      expect((await result()).steps['load']?.status).toBe('succeeded');
      expect(posted(world).toSorted()).toEqual(['clean', 'extract', 'load', 'load', 'mail']);
    }));

  it('refuses another input for what is in flight, and a pipeline without it, before anything starts', () =>
    inWorld({ jobs: [{ ...job('slow'), executions: [{ runningMs: 60_000 }] }] }, async (world) => {
      const { client, simulator, taskQueue } = world;
      const flying = { pipeline: 'sales', steps: { slow: { job: 'slow' } } };
      const handle = await start(world, { pipeline: flying });
      await until(() => simulator.report().created === 1);
      await stepIs(handle, 'slow', 'running');
      await handle.terminate();
      const args = ['pipeline', 'rerun', handle.workflowId, '--from-failed', '--plan'];
      const env = localEnv(simulator, taskQueue);
      const file = join(folder, 'flying.json');
      const steps = { slow: { job: 'slow', numWorker: 4 } };
      for (const [changed, remedy] of [
        [steps, '--keep slow'],
        [{ other: { wait: '1s' } }, 'the pipeline no longer has it: stop it first'],
      ] as const) {
        await writeFile(file, JSON.stringify({ ...flying, steps: changed }));
        const refused = await dataflow([...args, file], { env });
        expect(refused.code).toBe(2);
        expect(refused.stderr).toContain(`slow is in flight (execution `);
        expect(refused.stderr).toContain(remedy);
      }
      expect((await handle.describe()).status.name).toBe('TERMINATED');
      await writeFile(file, JSON.stringify({ ...flying, steps }));
      const kept = await dataflow([...args, file, '--keep', 'slow'], { env });
      expect({ code: kept.code, stderr: kept.stderr }).toMatchObject({ code: 0 });
      const next = client.workflow.getHandle(handle.workflowId);
      await stepIs(next, 'slow', 'running');
      expect(simulator.report()).toMatchObject({ posts: 1, created: 1 });
      await next.terminate();
    }));
});
