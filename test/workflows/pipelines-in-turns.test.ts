import { createHash } from 'node:crypto';
import { type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import type { WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRESS_QUERY } from '../../contract/names.js';
import { say } from '../support/pipelines.js';
import { bundleWithPlugin } from '../support/bundle.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';
import type { inTurns } from './code/draining.js';

const CODE = new URL('./code/draining.ts', import.meta.url);
const SEEDS = process.env['TURNS_SEED']?.split(',') ?? ['1', '2', '3'];
const ASKS = 5;
const JOBS = 3;
const KEY = 'run';

/** A number from 0 to 1, the same for the same seed and name. */
const chanceOf =
  (seed: string) =>
  (name: string): number =>
    createHash('sha256').update(`${seed} ${name}`).digest().readUInt32BE() / 2 ** 32;

const numbered = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

const pipelineOf = (name: string): object => ({
  pipeline: name,
  onFailure: 'continue',
  defaults: { runKeyParameter: KEY },
  steps: Object.fromEntries<object>([
    ...numbered(ASKS).map((n) => [`ask${n}`, { approval: {} }] as const),
    ...numbered(JOBS).map((n) => [`job${n}`, { job: 'jobA', needs: [`ask${n}`] }] as const),
  ]),
});

interface Decision {
  readonly step: string;
  readonly approve: boolean;
  readonly by: string;
}

/**
 * Sends an Update until it is acknowledged. A run that is being handed over refuses it. If the answer was lost with the
 * run, the run may have applied it; the repeated Update is then refused as decided.
 */
async function sendUntilTaken(
  handle: WorkflowHandle,
  what: Parameters<typeof say>[1],
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  let isAnswerLost = false;
  await until(async () => {
    try {
      await say(handle, what, input);
      return true;
    } catch (error) {
      const refusal = error instanceof WorkflowUpdateFailedError ? error.cause?.message : undefined;
      if (refusal === undefined) isAnswerLost = true;
      else if (isAnswerLost && refusal.includes('decided already')) return true;
      else expect(refusal).toMatch(/is being handed over|must be the key of a pipeline/);
      return false;
    }
  });
}

let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  workflowBundle = await bundleWithPlugin(CODE);
});

const jobA = {
  ...({ jobId: 'jobA', name: 'jobA', type: 'SCRIPT', maxConcurrentRuns: 40 } as const),
  submissionParameter: KEY,
  executions: [{ waitingMs: 20, runningMs: 400 }],
};

describe('two pipelines of one workflow that is handed over again and again (P15, P16)', () => {
  it.each(SEEDS)(
    'end, and every message that was acknowledged took effect; TURNS_SEED=%s',
    (seed) =>
      inWorld({ jobs: [jobA], worker: { workflowBundle } }, async (world) => {
        const chance = chanceOf(seed);
        const pipelines = [pipelineOf('first'), pipelineOf('second')];
        const handle = await world.client.workflow.start<typeof inTurns>('inTurns', {
          args: [{ pipelines }],
          ...{ taskQueue: world.taskQueue, workflowId: world.taskQueue },
        });
        const keys = [handle.firstExecutionRunId, `${handle.firstExecutionRunId}-2`];
        await until(async () => {
          const known = await handle.query<Readonly<Record<string, unknown>>>(PROGRESS_QUERY);
          return keys.every((key) => Object.hasOwn(known, key));
        });
        const said: Decision[][] = [[], []];

        const talk = async (nth: number): Promise<void> => {
          const order = numbered(ASKS).toSorted(
            (a, b) => chance(`${nth} place ${a}`) - chance(`${nth} place ${b}`),
          );
          for (const ask of order) {
            const to = { pipeline: keys[nth] };
            // Not before the last decision: a pipeline that has ended takes no resume.
            const isPaused = ask !== order.at(-1) && chance(`${nth} pause ${ask}`) < 0.4;
            if (isPaused) await sendUntilTaken(handle, 'pause', to);
            const step = `ask${ask}`;
            const decision = { step, approve: chance(`${nth} ${step}`) < 0.6, by: `p${nth}${ask}` };
            if (chance(`${nth} hand over ${ask}`) < 0.7) {
              const isSwapped = chance(`${nth} order ${ask}`) < 0.5;
              await handle.signal('handOver', isSwapped ? [1, 0] : [0, 1]);
            }
            await sendUntilTaken(handle, 'approve', { ...to, ...decision });
            said[nth]!.push(decision);
            if (isPaused) await sendUntilTaken(handle, 'resume', to);
          }
        };
        await Promise.all([talk(0), talk(1)]);
        const { ends, rounds } = await handle.result();

        expect(rounds).toBeGreaterThan(2);
        const approvedJobs = ends.map((steps, nth) => {
          for (const { step, approve, by } of said[nth]!) {
            const status = approve ? 'succeeded' : 'failed';
            expect(steps?.[step]).toMatchObject({ status, decision: { approved: approve, by } });
          }
          const ran = numbered(JOBS).filter((n) => steps?.[`ask${n}`]?.status === 'succeeded');
          for (const n of ran) expect(steps?.[`job${n}`]?.status).toBe('succeeded');
          return ran.length;
        });
        const created = approvedJobs.reduce((sum, count) => sum + count, 0);
        expect(world.simulator.report()).toMatchObject({ created, duplicates: 0, leftRunning: 0 });
        await expect(say(handle, 'pause', { pipeline: keys[0] })).rejects.toThrow();
      }),
  );
});
