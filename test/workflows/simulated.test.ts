import { describe, expect, it } from 'vitest';
import { definePipeline, simulatePipeline } from '../../pipeline/index.js';
import { failureOf } from '../support/failure-of.js';
import { stands, start } from '../support/pipelines.js';
import { inWorld } from '../support/world.js';

const job = (jobId: string, outcomes: readonly ('COMPLETED' | 'FAILED')[] = ['COMPLETED']) => ({
  ...({ jobId, name: jobId, type: 'SCRIPT', maxConcurrentRuns: 9 } as const),
  executions: outcomes.map((outcome) => ({ waitingMs: 20, runningMs: 50, outcome })),
});

const pipeline = definePipeline({
  pipeline: 'compared',
  onFailure: 'continue',
  concurrency: 1,
  steps: {
    extract: { job: 'extract' },
    load: {
      ...{ needs: ['extract'], job: 'load', forEach: ['KR', 'JP', 'US'] },
      parameters: { region: '${{ item }}' },
    },
    repair: {
      ...{ needs: ['load'], runIf: 'anyFailed', job: 'repair' },
      parameters: { failed: '${{ string(steps.load.failed) }}' },
    },
    publish: { needs: ['load'], job: 'publish' },
    inner: {
      needs: ['repair'],
      pipeline: { pipeline: 'inner', steps: { mail: { job: 'mail' } } },
    },
  },
});

describe('a simulated run', () => {
  it('goes as the real one: the same starts with the same input, the same ends', () =>
    inWorld(
      {
        jobs: [
          ...['extract', 'repair', 'publish'].map((jobId) => job(jobId)),
          ...[job('load', ['COMPLETED', 'FAILED', 'COMPLETED']), job('mail', ['FAILED'])],
        ],
      },
      async (world) => {
        const handle = await start(world, { pipeline });
        await failureOf(handle.result());
        const real = await stands(handle);
        const outcomes = { 'load[1]': 'failed', 'inner/mail': 'failed' } as const;
        const { outcome, steps, started } = simulatePipeline(pipeline, { outcomes });
        expect(outcome).toBe(real.phase);
        const statuses = (of: Readonly<Record<string, { readonly status: string }>>) =>
          Object.entries(of).map(([id, { status }]) => [id, status]);
        expect(statuses(steps)).toEqual(statuses(real.steps));
        const posted = world.simulator
          .log()
          .filter(({ operation }) => operation === 'executeJob')
          .map(({ jobId }) => jobId);
        expect(started.flatMap(({ kind, runs }) => (kind === 'job' ? [runs] : []))).toEqual(posted);
      },
    ));
});
