import type { WorkflowHandle } from '@temporalio/client';
import type { WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRESS_QUERY } from '../../contract/names.js';
import type { PipelineProgress } from '../../contract/pipeline-run.js';
import { bundleWithPlugin } from '../support/bundle.js';
import { say } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';
import type { inTurns } from './code/draining.js';

let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  workflowBundle = await bundleWithPlugin(new URL('./code/draining.ts', import.meta.url));
});

const asking = (pipeline: string): object => ({ pipeline, steps: { ask: { approval: {} } } });

async function phases(handle: WorkflowHandle): Promise<readonly string[]> {
  const known = await handle.query<Readonly<Record<string, PipelineProgress>>>(PROGRESS_QUERY);
  return Object.values(known).map(({ phase }) => phase);
}

const start = async ({ client, taskQueue }: World, names: readonly string[]) => {
  const handle = await client.workflow.start<typeof inTurns>('inTurns', {
    args: [{ pipelines: names.map(asking) }],
    ...{ taskQueue, workflowId: `${taskQueue} ${names.join(' ')}` },
  });
  await until(async () => (await phases(handle)).length === names.length);
  return handle;
};

async function handOver(handle: WorkflowHandle): Promise<void> {
  const { runId } = await handle.describe();
  await handle.signal('handOver', [0, 1]);
  await until(async () => (await handle.describe()).runId !== runId);
}

// The server delays the first workflow task of a run that begins within a second of the previous run. An Update causes
// a workflow task at once; a refused Update leaves no event in the history.
describe('a message to a workflow that has just continued as new (P18)', () => {
  it.each([
    ['is taken, and holds after a replay', []],
    ['is taken after one that was refused, and holds after a replay', ['nobody']],
  ])('%s', (_, strangers) =>
    inWorld({ jobs: [], worker: { workflowBundle, maxCachedWorkflows: 1 } }, async (world) => {
      const handle = await start(world, ['first', 'second']);
      const to = { pipeline: `${handle.firstExecutionRunId}-2` };
      await say(handle, 'pause', to);
      await handOver(handle);
      await handOver(handle);
      for (const pipeline of strangers)
        await expect(say(handle, 'resume', { pipeline })).rejects.toMatchObject({
          cause: { message: expect.stringContaining(to.pipeline) as string },
        });
      await say(handle, 'resume', to);
      await start(world, ['another']);
      expect(await phases(handle)).toEqual(['running', 'running']);
      await handle.terminate();
    }),
  );
});
