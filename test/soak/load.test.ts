import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/index.js';
import { lossy, underLoad, untilEnded } from '../crash/load.js';

/** SOAK_SCALE=0.1 has a tenth of the executions, in a tenth of the time. */
const SCALE = Number(process.env['SOAK_SCALE'] ?? '1');
const IN_AN_HOUR = 3_600_000;
const EXECUTIONS = 2_000 * SCALE;
const LOAD = {
  ...{ executions: EXECUTIONS, jobs: 20, endsOverMs: 1_200_000 * SCALE },
  ...{ waitHeartbeatTimeoutMs: 60_000, atOnce: 50 },
};

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From the end of each execution until it was first seen ended. */
function unseen(simulator: Simulator): readonly Span[] {
  const reads = simulator.log().filter(({ operation }) => operation === 'getJobExecutionById');
  return simulator.executions().map(({ executionId, endAt }) => {
    const seen = reads.find((read) => read.executionId === executionId && read.atMs >= endAt);
    return { fromMs: endAt, toMs: seen?.atMs ?? Infinity };
  });
}

const overlap = (one: Span, other: Span): boolean =>
  one.fromMs < other.toMs && other.fromMs < one.toMs;

const longestMs = (spans: readonly Span[]): number =>
  Math.max(...spans.map(({ fromMs, toMs }) => toMs - fromMs));

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
        const rolls: Span[] = [];
        for (const part of [1 / 3, 2 / 3]) {
          await untilEnded(waiting.scene, EXECUTIONS * part);
          const fromMs = Date.now();
          await waiting.replaceAll();
          rolls.push({ fromMs, toMs: Date.now() });
        }
        await untilEnded(waiting.scene, EXECUTIONS);
        await waiting.settled();
        const all = unseen(simulator);
        const rolled = all.filter((span) => rolls.some((roll) => overlap(span, roll)));
        const usual = all.filter((span) => !rolled.includes(span));
        const [rolledMs, usualMs] = [longestMs(rolled), longestMs(usual)];
        console.log({ rolled: rolled.length, rolledMs, usualMs });
        expect(rolled.length).toBeGreaterThan(0);
        expect(rolledMs / usualMs).toBeLessThanOrEqual(2);
      }),
    IN_AN_HOUR,
  );
});
