import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { fanOut } from '../../examples/pipelines/fan-out.js';
import { weekly } from '../../examples/pipelines/in-typescript.js';
import { say, start, stepIs } from '../support/pipelines.js';
import { inWorld, type World } from '../support/world.js';

const WORKFLOWS = fileURLToPath(new URL('../../examples/workflows.ts', import.meta.url));
const QUICK = { waitingMs: 20, runningMs: 100 };
const jobs = ['sales-extract', 'sales-clean', 'sales-publish'].map((name) => ({
  ...{ jobId: name, name, type: 'SCRIPT' as const, maxConcurrentRuns: 5 },
  executions: [QUICK],
}));

/** A worker that loads the workflows of the examples, with activities of its own. */
async function inExamples(body: (world: World, told: readonly string[]) => Promise<void>) {
  const logger = new DefaultLogger('ERROR');
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger });
  const told: string[] = [];
  const activities = {
    newFiles: (day: string) => Promise.resolve(day === '2026-11-22' ? 3 : 0),
    tellTeam: (text: string) => Promise.resolve(void told.push(text)),
  };
  await inWorld({ jobs, worker: { workflowBundle, activities } }, (world) => body(world, told));
}

describe('the examples', () => {
  it('run one job, and a workflow of own activities and a job', () =>
    inExamples(async ({ client, taskQueue, simulator }, told) => {
      const run = (type: string, arg: string): Promise<unknown> =>
        client.workflow.execute(type, {
          ...{ args: [arg], taskQueue, workflowId: `${type}-${arg}-${taskQueue}` },
        });
      expect(await run('oneJob', 'sales-publish')).toMatch(/^\w+$/);
      expect(await run('loadDay', '2026-11-21')).toBe('nothing to load');
      expect(await run('loadDay', '2026-11-22')).toBe('loaded');
      expect(told).toEqual([expect.stringMatching(/^2026-11-22: 3 files loaded by \w+$/)]);
      expect(simulator.report()).toMatchObject({ created: 2, duplicates: 0, leftRunning: 0 });
    }));

  it('run a pipeline in TypeScript, and one that fans out and waits for a word', () =>
    inExamples(async (world) => {
      const week = await start(world, { pipeline: weekly, parameters: { week: '2026-47' } });
      expect((await week.result()).steps).toMatchObject({
        publish: { status: 'succeeded' },
        alarm: { status: 'skipped' },
      });
      const regions = await start(world, { pipeline: fanOut });
      await stepIs(regions, 'approve', 'running');
      await say(regions, 'approve', { step: 'approve', approve: true });
      expect((await regions.result()).steps['clean']?.items).toEqual({ total: 3, succeeded: 3 });
      expect(world.simulator.report()).toMatchObject({ created: 6, duplicates: 0 });
    }));
});
