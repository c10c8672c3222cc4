import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/index.js';
import { lossy, underLoad, untilEnded } from '../crash/load.js';

/** SOAK_SCALE=0.1 has a tenth of the executions, in a tenth of the time. */
const SCALE = Number(process.env['SOAK_SCALE'] ?? '1');
const IN_AN_HOUR = 3_600_000;
const EXECUTIONS = 2_000 * SCALE;
const LOAD = {
  ...{ executions: EXECUTIONS, jobs: 20, endsOverMs: 1_200_000 * SCALE },
  ...{ recoverWithinMs: 60_000 },
};

/** How long after its end each execution was first seen ended that ended from one time to another, ms. */
function lagsMs(simulator: Simulator, fromMs: number, toMs: number): readonly number[] {
  const reads = simulator.log().filter(({ operation }) => operation === 'getJobExecutionById');
  return simulator
    .executions()
    .filter(({ endAt }) => endAt >= fromMs && endAt < toMs)
    .map(({ executionId, endAt }) => {
      const seen = reads.find((read) => read.executionId === executionId && read.atMs >= endAt);
      return (seen?.atMs ?? Infinity) - endAt;
    });
}

describe(`${EXECUTIONS} executions that two workers wait for`, () => {
  it(
    'end as the service says, each once, though workers are killed, connections break and calls are refused',
    () =>
      underLoad({
        ...{ ...LOAD, kills: 6, signal: 'SIGKILL' },
        faults: lossy(0.05, [1_000, 3_000, 6_000], 100),
      }),
    IN_AN_HOUR,
  );

  it(
    'are seen ended hardly later while the workers are replaced one after the other',
    () =>
      underLoad({ ...LOAD, kills: 0, signal: 'SIGTERM', faults: [] }, async (waiting) => {
        const { simulator } = waiting.scene;
        const beginMs = Date.now();
        await untilEnded(waiting.scene, EXECUTIONS / 3);
        const rollMs = Date.now();
        await waiting.replaceAll();
        await untilEnded(waiting.scene, (EXECUTIONS * 2) / 3);
        await waiting.replaceAll();
        await untilEnded(waiting.scene, EXECUTIONS);
        await waiting.settled();
        const usualMs = Math.max(...lagsMs(simulator, beginMs, rollMs));
        const rolledMs = Math.max(...lagsMs(simulator, rollMs, Infinity));
        expect(rolledMs / usualMs).toBeLessThanOrEqual(2);
      }),
    IN_AN_HOUR,
  );
});
