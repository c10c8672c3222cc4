import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { FaultEffect, Switches } from '../../simulator/index.js';
import { type Event, eventsOf, scheduled, timeOf } from '../support/history.js';
import { inWorld, type World } from '../support/world.js';

const PAST = 12_000;
const MAX_CALLS = 3;
/** Reconciling takes several rounds. */
const TIMINGS = { maxListingDelayMs: 4_000 };

const ORDERS: Readonly<Record<string, Partial<Switches>>> = {
  'newest first': { listOrder: 'newest' },
  'oldest first': { listOrder: 'oldest' },
  'oldest first, and does not say how many there are': { listOrder: 'oldest', count: 'page' },
};

const LOST: Readonly<Record<string, FaultEffect>> = {
  accepted: { drop: 'after' },
  never: { drop: 'before' },
};

/** When the first reconciling of a run began and ended. */
function lookOf(events: readonly Event[]): { readonly fromMs: number; readonly toMs: number } {
  const [look] = scheduled(events, 'dataflowReconcileSubmission');
  const end = events.find(
    ({ activityTaskCompletedEventAttributes: completed }) =>
      completed && String(completed.scheduledEventId) === String(look?.eventId),
  );
  if (look === undefined || end === undefined) throw new Error('there was no look');
  return { fromMs: timeOf(look), toMs: timeOf(end) };
}

/**
 * The pages that reconciling read, by round. A round reads no page twice; each round begins with the page of the one
 * before.
 */
async function roundsOf(
  world: World,
  handle: WorkflowHandle,
  jobId: string,
): Promise<readonly (readonly number[])[]> {
  const { fromMs, toMs } = lookOf(await eventsOf(handle));
  const rounds: number[][] = [];
  for (const { operation, jobId: of, atMs, url } of world.simulator.log()) {
    if (operation !== 'getJobExecutions' || of !== jobId || atMs < fromMs || atMs > toMs) continue;
    const page = Number(new URL(url, world.simulator.url).searchParams.get('page'));
    const round = rounds.at(-1);
    if (round === undefined || round.includes(page)) rounds.push([page]);
    else round.push(page);
  }
  return rounds;
}

describe(`a job with ${PAST} past executions`, () => {
  it.each(Object.entries(ORDERS))(
    'costs a look at most 3 calls a round after the first, and the start is found or made again, when the service lists %s',
    (_order, switches) =>
      inWorld(
        {
          jobs: Object.keys(LOST).map((jobId) => ({
            jobId,
            history: PAST,
            executions: [{ waitingMs: 100, runningMs: 300 }],
            requested: 1,
          })),
          faults: Object.entries(LOST).map(([jobId, then]) => ({
            on: 'executeJob',
            jobId,
            times: 1,
            then,
          })),
          switches,
          timings: TIMINGS,
        },
        async (world) => {
          await Promise.all(
            Object.keys(LOST).map(async (jobId) => {
              const handle = await world.start({ jobId });
              const { execution, submissionOutcome } = await handle.result();
              const made = world.simulator.executions(jobId).slice(PAST);
              expect(made, jobId).toMatchObject([{ executionId: execution.jobExecutionId }]);
              expect(submissionOutcome).toBe(jobId === 'never' ? 'submitted' : 'adopted');
              const [, ...rounds] = await roundsOf(world, handle, jobId);
              expect(rounds.length, jobId).toBeGreaterThan(1);
              for (const pages of rounds) {
                expect(pages.length, `${jobId}: pages ${pages.join()}`).toBeLessThanOrEqual(
                  MAX_CALLS,
                );
              }
            }),
          );
          expect(world.simulator.report()).toMatchObject({ duplicates: 0 });
        },
      ),
  );
});
