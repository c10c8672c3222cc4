import { describe, expect, it } from 'vitest';
import { dataflow, localEnv } from '../support/cli.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';

const JOB = {
  jobId: 'twice',
  maxConcurrentRuns: 3,
  executions: [{ waitingMs: 0, runningMs: 20_000 }],
};

describe('dataflow resolve', () => {
  it('shows what is held with its candidates, refuses what is none, and answers by the Update', async () => {
    const faults = [{ on: 'executeJob', times: 1, then: { drop: 'after' } }] as const;
    await inWorld({ jobs: [JOB], faults }, async (world) => {
      const env = localEnv(world.simulator, world.taskQueue);
      const handle = await world.start({ jobId: 'twice', onAmbiguous: 'hold' });
      await until(() => world.simulator.report().created > 0);
      world.simulator.startForeignExecution('twice');
      await until(async () => (await world.progress(handle)).phase === 'awaiting-resolution');
      const { candidates } = await world.progress(handle);
      const [first = ''] = candidates;
      expect(candidates).toHaveLength(2);

      const shown = await dataflow(['resolve', handle.workflowId], { env });
      expect(shown.code).toBe(0);
      expect(shown.stdout).toContain(candidates.join(' '));
      expect(shown.stderr).toContain(`--execution <id>, or --none`);

      const slip = await dataflow(['resolve', handle.workflowId, '--execution', 'another'], {
        env,
      });
      expect(slip.code).toBe(2);
      expect(slip.stderr).toContain('--execution: must be one of the candidates');

      const answered = await dataflow(['resolve', handle.workflowId, '--execution', first], {
        env,
      });
      expect(answered.code).toBe(0);
      await until(async () => (await world.progress(handle)).executionId === first);

      const late = await dataflow(['resolve', handle.workflowId, '--none'], { env });
      expect(late.code).toBe(9);
      expect(late.stderr).toContain('no submission awaits a resolution');
    });
  });

  it('and watch say that there is no such workflow, and exit with 10', async () => {
    await inWorld({ jobs: [] }, async (world) => {
      const env = localEnv(world.simulator, world.taskQueue);
      for (const command of ['resolve', 'watch']) {
        const { code, stderr } = await dataflow([command, 'no-such-workflow'], { env });
        expect(code).toBe(10);
        expect(stderr).toMatch(
          /^dataflow: there is no workflow "no-such-workflow" in namespace .*\n$/,
        );
      }
    });
  });
});
