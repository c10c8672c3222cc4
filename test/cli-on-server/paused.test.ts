import { describe, expect, inject, it } from 'vitest';
import { type CliOptions, dataflow, type Ended, localEnv, pressAt } from '../support/cli.js';
import { type PausingServer, startPausingServer } from '../support/pausing-server.js';
import { start, stepIs } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const LONG = { jobId: 'long', executions: [{ waitingMs: 0, never: true as const }] };

interface Paused {
  readonly world: World;
  readonly server: PausingServer;
  /** Runs a command against that server; none may say that a workflow has ended. */
  readonly cli: (args: readonly string[], options?: CliOptions) => Promise<Ended>;
}

/** A world whose commands talk to a server that can pause workflows. */
const inPausing = (body: (paused: Paused) => Promise<void>): Promise<void> =>
  inWorld({ jobs: [LONG] }, async (world) => {
    const server = await startPausingServer(inject('temporalAddress'));
    const TEMPORAL_ADDRESS = server.address;
    const env = { ...localEnv(world.simulator, world.taskQueue), TEMPORAL_ADDRESS };
    const cli: Paused['cli'] = async (args, options) => {
      const ended = await dataflow(args, { ...options, env });
      expect(ended.stdout + ended.stderr).not.toMatch(/has (ended|closed)|nothing to cancel/);
      return ended;
    };
    try {
      await body({ world, server, cli });
    } finally {
      await server.close();
    }
  });

const isPaused = (workflowId: string): string =>
  `workflow ${workflowId} is paused: it does not run, answers no query and accepts no Update. To let it go on: temporal workflow unpause --workflow-id ${workflowId}`;

describe('a PAUSED workflow is open (L10)', () => {
  it('commands say that a pipeline is paused and how it goes on, and pipeline cancel cancels it', () =>
    inPausing(async ({ world, server, cli }) => {
      const pipeline = { pipeline: 'paused', steps: { ok: { approval: {} } } };
      const handle = await start(world, { pipeline });
      const { workflowId } = handle;
      await stepIs(handle, 'ok', 'running');
      server.pause(workflowId);

      const listed = await cli(['pipeline', 'list', '--pipeline', 'paused']);
      expect(listed.stdout).toMatch(new RegExp(`^${workflowId} +PAUSED `, 'm'));
      for (const [verb = '', ...more] of [
        ['describe'],
        ['approve', 'ok'],
        ['rerun', '--from-failed'],
      ]) {
        const { code, stderr } = await cli(['pipeline', verb, workflowId, ...more]);
        expect({ verb, code, stderr }).toEqual({
          ...{ verb, code: 9, stderr: `dataflow: ${isPaused(workflowId)}\n` },
        });
      }
      const again = await cli(['pipeline', 'run', '-', '--key', world.taskQueue], {
        stdin: JSON.stringify(pipeline),
      });
      expect(again.code).toBe(0);
      expect(again.stderr).toContain(`nothing was started: workflow ${workflowId} runs already`);
      expect(again.stderr).toContain(isPaused(workflowId));

      let said = '';
      const watched = cli(['pipeline', 'watch', workflowId], {
        onOutput: ({ stderr }) => {
          said = stderr;
        },
      });
      await until(() => said.includes(isPaused(workflowId)));
      server.unpause(workflowId);
      await until(() => said.includes('the workflow goes on'));
      server.pause(workflowId);

      const cancelled = await cli(['pipeline', 'cancel', workflowId]);
      expect(cancelled.code).toBe(0);
      expect(cancelled.stderr).toContain(
        `the cancel was sent and has no effect yet: ${isPaused(workflowId)}`,
      );
      await expect(handle.result()).rejects.toThrow();
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      expect((await watched).code).toBe(5);
    }));

  it('as the run of a job: nothing is started beside it, and Ctrl-C at watch --cancel-on-exit cancels it', () =>
    inPausing(async ({ world, server, cli }) => {
      const handle = await world.start({ jobId: 'long' });
      const { workflowId } = handle;
      await until(() => world.simulator.report().leftRunning === 1);
      server.pause(workflowId);

      const again = await cli(['run', 'long', '--workflow-id', workflowId]);
      expect(again.code).toBe(9);
      expect(again.stderr).toContain(`nothing was started: workflow ${workflowId} is PAUSED`);
      const resolved = await cli(['resolve', workflowId, '--none']);
      expect(resolved.code).toBe(9);
      expect(resolved.stderr).toBe(`dataflow: ${isPaused(workflowId)}\n`);

      const watched = await cli(['watch', workflowId, '--cancel-on-exit'], {
        onOutput: pressAt(/is paused/),
      });
      expect(watched.stderr).toContain(`canceling ${workflowId}`);
      expect(watched.code).toBe(5);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      expect(world.simulator.report()).toMatchObject({ created: 1, leftRunning: 0 });
    }));
});
