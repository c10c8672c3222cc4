import { describe, expect, it } from 'vitest';
import { MAX_STEPS, MAX_TASK_STEPS } from '../../pipeline/expressions/step-budget.js';
import { failureOf } from '../support/failure-of.js';
import { start } from '../support/pipelines.js';
import { inWorld, type World } from '../support/world.js';

/** Takes some 70,000 steps. */
const DEAR = 'params.l.map(a, params.l.map(b, a + b)).size()';
const parameters = {
  l: { type: 'list', default: Array.from({ length: 100 }, (_, nth) => nth) },
} as const;
const activities = { take: () => Promise.resolve('taken') };

const pausesOf = async (handle: Awaited<ReturnType<typeof start>>): Promise<number> =>
  ((await handle.fetchHistory()).events ?? []).filter(
    ({ timerStartedEventAttributes: timer }) => timer?.startToFireTimeout?.nanos === 1_000_000,
  ).length;

/** The worker still works: it completes a run. */
async function expectAlive(world: World): Promise<void> {
  const handle = await start(world, {
    ...{
      key: `${world.taskQueue}-after`,
      pipeline: { pipeline: 'after', steps: { a: { activity: 'take' } } },
    },
  });
  expect((await handle.result()).outcome).toBe('succeeded');
}

describe('expressions that take long (P10)', () => {
  it('of one item fail its step where together they exceed their limit', () =>
    inWorld({ worker: { activities } }, async (world) => {
      const text = `\${{ ${DEAR} }}`.repeat(1_000);
      const handle = await start(world, {
        pipeline: { pipeline: 'one', parameters, steps: { a: { activity: 'take', with: text } } },
      });
      await expect(handle.result()).rejects.toMatchObject({
        cause: {
          message: expect.stringContaining(`takes more than ${MAX_STEPS} steps`) as unknown,
        },
      });
      await expectAlive(world);
    }));

  it.each([
    ['kept in memory', {}],
    ['replayed for each workflow task', { maxCachedWorkflows: 0 }],
  ])('of many steps are spread over workflow tasks, in a workflow that is %s', (_, options) =>
    inWorld({ worker: { activities, ...options } }, async (world) => {
      const many = 12;
      const steps = Object.fromEntries(
        Array.from({ length: many }, (_, nth) => [
          `s${nth}`,
          { when: `\${{ ${DEAR} > 0 }}`, activity: 'take', with: `\${{ ${DEAR} }}` },
        ]),
      );
      const handle = await start(world, {
        pipeline: { pipeline: 'many', parameters, concurrency: 100, steps },
      });
      const { steps: ended } = await handle.result();
      expect(Object.values(ended).every(({ status }) => status === 'succeeded')).toBe(true);
      expect(await pausesOf(handle)).toBeGreaterThanOrEqual(
        Math.floor((2 * many * 50_000) / (MAX_TASK_STEPS + MAX_STEPS)),
      );
    }),
  );

  it('are canceled between two workflow tasks', () =>
    inWorld({ worker: { activities } }, async (world) => {
      const steps = Object.fromEntries(
        Array.from({ length: 300 }, (_, nth) => [
          `s${nth}`,
          { when: `\${{ ${DEAR} < 0 }}`, activity: 'take' },
        ]),
      );
      const handle = await start(world, { pipeline: { pipeline: 'canceled', parameters, steps } });
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    }));
});

describe('a pipeline that takes long to check (P11)', () => {
  it('is refused at the first attempt, with its problems, while its worker serves others', () =>
    inWorld({ worker: { activities } }, async (world) => {
      const needs = Array.from({ length: 5 }, (_, nth) => `stepp-${nth}00`);
      const steps = Object.fromEntries(
        Array.from({ length: 1_000 }, (_, nth) => [`step-${nth}`, { activity: 'take', needs }]),
      );
      const handle = await start(world, { pipeline: { pipeline: 'unknown', steps } });
      const [{ type, message }] = await Promise.all([
        failureOf(handle.result()),
        expectAlive(world),
      ]);
      expect(type).toBe('DataFlowInvalidInput');
      expect(message).toContain('stepp-000');
      expect(message).toMatch(/did you mean step-/);
      // A worker that was busy for longer than its heartbeats may be late would have been given the check again.
      const attempts = ((await handle.fetchHistory()).events ?? []).flatMap(
        ({ activityTaskStartedEventAttributes: started }) => (started ? [started.attempt] : []),
      );
      expect(attempts).toEqual([1]);
    }));
});
