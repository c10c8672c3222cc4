import { describe, expect, it } from 'vitest';
import { readPipelineYaml, type WrittenPipeline } from '../../pipeline/index.js';
import { say, stands, start, stepIs } from '../support/pipelines.js';
import { inWorld } from '../support/world.js';
import { NIGHTLY } from '../unit/pipeline/written-pipelines.js';

const QUICK_RUN = { waitingMs: 20, runningMs: 100 };
/** Its report also tells how the step before it ended. */
const TELLING = NIGHTLY.replace(
  "with: { date: '${{ params.date }}'",
  "with: { date: '${{ params.date }}', publish: '${{ steps.publish.status }}'",
);
const JOBS = ['sales-extract', 'sales-clean', 'sales-publish'].map((name) => ({
  jobId: name.replace('sales-', 'job'),
  name,
  type: 'SCRIPT' as const,
  maxConcurrentRuns: 5,
  executions: [QUICK_RUN],
}));

function written(yaml: string): WrittenPipeline {
  const read = readPipelineYaml(yaml, 'pipeline.yaml');
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.spec;
}

describe('dataflowRunPipeline', () => {
  it('runs the nightly example: a job, a job for each region, an approval, a condition, and a report at the end', () => {
    const reports: unknown[] = [];
    const activities = {
      sendReport: (report: unknown) => {
        reports.push(report);
        return Promise.resolve({ sent: true });
      },
    };
    return inWorld({ jobs: JOBS, worker: { activities }, record: 'pipeline' }, async (world) => {
      const handle = await start(world, {
        pipeline: written(TELLING),
        parameters: { date: '2026-11-22' },
      });
      await stepIs(handle, 'approve', 'running');
      await say(handle, 'approve', { step: 'approve', approve: true, by: 'kim' });
      const result = await handle.result();
      expect(result).toMatchObject({
        outcome: 'succeeded',
        steps: {
          extract: { status: 'succeeded' },
          clean: { status: 'succeeded', items: { total: 2, succeeded: 2 } },
          approve: { status: 'succeeded' },
          publish: { status: 'succeeded' },
          report: { status: 'succeeded' },
        },
      });
      expect(reports).toEqual([{ date: '2026-11-22', publish: 'succeeded' }]);
      const sent = world.simulator
        .log()
        .filter(({ operation }) => operation === 'executeJob')
        .map(({ jobId, body }) => [jobId, body]);
      expect(sent).toHaveLength(4);
      expect(world.simulator.report()).toMatchObject({ posts: 4, duplicates: 0, leftRunning: 0 });
      expect((await stands(handle)).phase).toBe('succeeded');
    });
  });
});
