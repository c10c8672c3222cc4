import { describe, expect, it } from 'vitest';
import { say, start, stepIs } from '../support/pipelines.js';
import { inWorld } from '../support/world.js';

const JOB = {
  ...{ jobId: 'jobA', name: 'jobA', maxConcurrentRuns: 5 },
  executions: [{ waitingMs: 20, runningMs: 100 }],
};

describe('a pipeline in the Temporal UI', () => {
  it('has its steps as current details, also after its end', () =>
    inWorld({ jobs: [JOB] }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'shown',
          steps: {
            many: { job: 'jobA', forEach: ['KR', 'JP'] },
            ok: { needs: ['many'], approval: { timeout: '1h' } },
          },
        },
      });
      await stepIs(handle, 'ok', 'running');
      const metadata = await handle.query<{ currentDetails: string }>(
        '__temporal_workflow_metadata',
      );
      const [title, , , , ...rows] = metadata.currentDetails.split('\n');
      expect(title).toBe('**shown** running');
      expect(rows).toEqual(['| many | succeeded | 2/2 |  |  |', '| ok | running |  |  |  |']);

      await say(handle, 'approve', { step: 'ok', approve: true });
      await handle.result();
      const after = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
      expect(after.currentDetails).toContain('**shown** succeeded');
    }));
});
