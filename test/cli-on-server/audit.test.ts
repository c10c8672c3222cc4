import { describe, expect, it } from 'vitest';
import type { AuditedExecution, AuditReport } from '../../contract/audit.js';
import { dataflow, type Ended, localEnv, pressAt } from '../support/cli.js';
import { ownNamespace } from '../support/own-namespace.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

type Cli = (args: readonly string[], options?: Parameters<typeof dataflow>[1]) => Promise<Ended>;

/** A world in a namespace of its own, with an orphan and an execution of a trigger. */
const inAudited = (body: (cli: Cli, world: World) => Promise<void>): Promise<void> =>
  ownNamespace().then((namespace) => {
    const executions = [{ waitingMs: 0, never: true }];
    const jobs = [{ jobId: 'sales', executions }];
    return inWorld({ namespace, jobs }, async (world) => {
      const { simulator, client, taskQueue } = world;
      const handle = await world.start({ jobId: 'sales' });
      await until(async () => (await world.progress(handle)).phase === 'waiting');
      await handle.terminate();
      const closed = "ExecutionStatus = 'Terminated'";
      await until(async () => (await client.workflow.count(closed)).count === 1);
      simulator.startForeignExecution('sales', {
        ...{ triggerId: 'nightly', execution: { never: true } },
      });
      const env = { ...localEnv(simulator, taskQueue), TEMPORAL_NAMESPACE: namespace };
      await body((args, options) => dataflow(['audit', ...args], { ...options, env }), world);
    });
  });

const FAST = ['--calls-per-minute', '60000'];

describe('dataflow audit', () => {
  it('names orphans and exits 8; with --cancel it stops them and exits 0; the execution of a trigger runs on', () =>
    inAudited(async (cli, { simulator }) => {
      const [orphan, foreign] = simulator.executions('sales');
      const found = await cli(FAST);
      expect(found.code).toBe(8);
      expect(found.stdout).toMatch(
        new RegExp(`^orphaned +${orphan?.executionId} +sales +RUNNING`, 'm'),
      );
      expect(found.stdout).toContain(
        'a workflow that has closed started it, and none waits for it',
      );
      expect(found.stdout).toContain('TERMINATED');
      expect(found.stderr).toContain('2 active: 0 owned, 1 orphaned (');
      expect(found.stderr).toContain('1 orphaned execution runs on');
      expect(found.stderr).toContain('to stop orphans: dataflow audit --cancel');

      const stopped = await cli(['--cancel', '--json', ...FAST]);
      expect(stopped.code).toBe(0);
      const report = JSON.parse(stopped.stdout) as AuditReport & {
        readonly executions: readonly AuditedExecution[];
      };
      expect(report).toMatchObject({
        counts: { owned: 0, orphaned: 1, external: 1, unknown: 0 },
        executions: [
          { executionId: orphan?.executionId, class: 'orphaned', stop: 'canceled' },
          { executionId: foreign?.executionId, class: 'external' },
        ],
      });
      expect(simulator.executions('sales')).toMatchObject([
        { status: 'CANCELED' },
        { status: 'RUNNING', canceledByApi: false },
      ]);

      const after = await cli(FAST);
      expect(after.code).toBe(0);
      expect(after.stdout).toBe('');
      expect(after.stderr).toContain('1 active: 0 owned, 0 orphaned');
    }));

  it('refuses wrong numbers, and to run beside another audit of the profile; Ctrl-C cancels it', () =>
    inAudited(async (cli, { client }) => {
      const wrong = await cli(['--calls-per-minute', '1', '--max-workflows', 'all']);
      expect(wrong.code).toBe(2);
      expect(wrong.stderr).toContain('--calls-per-minute: must be an integer from 30 to 60000');
      expect(wrong.stderr).toContain('--max-workflows: must be an integer from 1 to 20000');

      // Nobody polls this task queue, so that the audit goes on until it is canceled.
      const first = cli(['--task-queue', 'nobody'], { onOutput: pressAt(/no worker polls/) });
      await until(
        async () => (await client.workflow.count("WorkflowType = 'dataflowAudit'")).count > 0,
      );
      const second = await cli([]);
      expect(second.code).toBe(9);
      expect(second.stderr).toContain(
        'workflow dataflow-audit/default audits this profile already',
      );
      expect(await first).toMatchObject({
        code: 130,
        stderr: expect.stringContaining('left dataflow-audit/default, and canceled it') as unknown,
      });
      await client.workflow.getHandle('dataflow-audit/default').terminate();
    }));
});
