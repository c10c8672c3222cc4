import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { AuditReport, AuditRequest } from '../../contract/audit.js';
import { AUDIT_WORKFLOW, RUN_JOB_WORKFLOW } from '../../contract/names.js';
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import { ownNamespace } from '../support/own-namespace.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';

const JOBS = 100;
const EACH = 10;

it('an audit of 1,000 executions, a tenth of them orphans: their number, calls and seconds are printed', async () => {
  const namespace = await ownNamespace();
  const jobs = Array.from({ length: JOBS }, (_, at) => ({
    ...{ jobId: `job${at}`, maxConcurrentRuns: EACH },
    executions: [{ waitingMs: 0, never: true }],
  }));
  await inWorld(
    { namespace, jobs, callsPerSecond: 1_000, timings: DEFAULT_TIMINGS },
    async (world) => {
      const { client, simulator, taskQueue } = world;
      const ids = jobs.flatMap(({ jobId }) => Array.from({ length: EACH }, (_, at) => [jobId, at]));
      for (const [jobId, at] of ids)
        await client.workflow.start(RUN_JOB_WORKFLOW, {
          ...{ args: [{ jobId }], taskQueue, workflowId: `${jobId}-${at}` },
        });
      await until(() => simulator.executions().length === JOBS * EACH);
      const isOpen = "ExecutionStatus = 'Running'";
      for (const { jobId } of jobs) await client.workflow.getHandle(`${jobId}-0`).terminate();
      await until(async () => (await client.workflow.count(isOpen)).count === JOBS * (EACH - 1));
      const audit = (request: AuditRequest): Promise<AuditReport> =>
        client.workflow.execute(AUDIT_WORKFLOW, {
          ...{ args: [request], taskQueue, workflowId: randomUUID() },
        });
      for (const callsPerMinute of [600, 6_000, 60_000]) {
        const { counts, calls, seconds, workflowsRead } = await audit({ callsPerMinute });
        process.stderr.write(
          `${callsPerMinute} calls a minute: ${JSON.stringify({ counts, calls, seconds, workflowsRead })}\n`,
        );
        expect(counts).toEqual({
          ...{ owned: JOBS * (EACH - 1), orphaned: JOBS, external: 0, unknown: 0 },
        });
      }
      const { counts, calls, seconds } = await audit({ callsPerMinute: 60_000, cancel: true });
      process.stderr.write(`with cancel: ${JSON.stringify({ counts, calls, seconds })}\n`);
      expect(simulator.report().cancels).toBe(JOBS);
    },
  );
});
