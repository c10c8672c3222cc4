import { describe, expect, it } from 'vitest';
import type { RunJobRequest, RunJobResult } from '../../contract/run.js';
import type { Switches } from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { inWorld } from '../support/world.js';

const QUICK_RUN = { waitingMs: 100, runningMs: 300 };
const RUNS = 6;

/** Answers and executions get their dates from different machines, the gateway and the backend (S2). */
const CLOCKS: Readonly<Record<string, Partial<Switches>>> = {
  'five seconds ahead': { gatewayAheadMs: 5_000 },
  'an hour ahead': { gatewayAheadMs: 3_600_000 },
  'an hour behind': { gatewayAheadMs: -3_600_000 },
  'a minute ahead in three answers of ten': { strayDates: 0.3, strayDateMs: 60_000 },
  absent: { dateHeader: 'absent' },
};
const MATCHES: Readonly<Record<string, Partial<RunJobRequest>>> = {
  'a run key': { runKeyParameter: 'run' },
  likeness: {},
};

describe.each(Object.entries(MATCHES))('a start whose answer is lost, told by %s', (_, request) => {
  it.each(Object.entries(CLOCKS))(
    'is found, and not posted again, where the Date of answers is %s',
    (clocks, switches) =>
      inWorld(
        {
          jobs: Array.from({ length: RUNS }, (_none, index) => ({
            jobId: `job${index}`,
            type: 'SCRIPT',
            maxConcurrentRuns: 9,
            history: index,
            executions: [QUICK_RUN],
            requested: 1,
          })),
          faults: [{ on: 'executeJob', then: { drop: 'after' } }],
          switches,
        },
        async (world) => {
          const runs = Array.from({ length: RUNS }, (_none, index) =>
            world.run({ jobId: `job${index}`, ...request }),
          );
          // By likeness alone, and with clocks that were never compared, what seems an hour old is only named.
          const isOnlyNamed = request.runKeyParameter === undefined && clocks === 'an hour ahead';
          const check = async (run: Promise<RunJobResult>): Promise<void> => {
            if (isOnlyNamed) {
              const { type, details } = await failureOf(run);
              expect(type).toBe('DataFlowSubmissionAmbiguous');
              expect(details.candidates).toHaveLength(1);
            } else
              expect(await run).toMatchObject({
                submissionOutcome: 'adopted',
                posts: 1,
                duplicates: [],
              });
          };
          await Promise.all(runs.map(check));
          expect(world.simulator.report()).toMatchObject({ accepted: RUNS, duplicates: 0 });
        },
      ),
  );
});
