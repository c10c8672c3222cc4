import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  ParameterValue,
  PipelinePlan,
  PipelineState,
  StepState,
} from '../../../../contract/pipeline.js';
import { advance } from '../../../../pipeline/planner/advance.js';
import { seedFrom } from '../../../../pipeline/planner/retry.js';
import { inFlight } from '../../../../pipeline/planner/in-flight.js';
import { ARun, byText } from './a-run.js';
import { brokenBy } from './laws.js';
import { play } from './played-run.js';
import { aRandomRun } from './random-run.js';

/** More of them for a soak; another seed for other ones. A failure names seed and path, and its shortest run. */
const RUNS = Number(process.env['PLAN_RUNS'] ?? 1_000);
const SEED = Number(process.env['PLAN_SEED'] ?? 20_261_001);

const AN_HOUR = 3_600_000;

const aSeededPlay = { numRuns: RUNS, seed: SEED };

/** What the whole run must come to, from how its steps ended. */
function problemsOfEnd({ ended, steps, stopping }: PipelineState): readonly string[] {
  if (ended === undefined) return ['it never ended'];
  const all = Object.values(steps);
  const isBad = all.some(({ status }) => status === 'failed' || status === 'canceled');
  const isCut = all.some(({ why }) => why === 'cancel' || why === 'deadline');
  const expected =
    !isBad && !isCut
      ? 'succeeded'
      : stopping === 'cancel'
        ? 'canceled'
        : isCut
          ? 'timed-out'
          : 'failed';
  return ended.outcome === expected ? [] : [`it is ${ended.outcome}, not ${expected}`];
}

/** The plan without steps that run because of a failure or fail by themselves, and held open after one. */
function deafToFailure(plan: PipelinePlan): PipelinePlan {
  const steps = Object.entries(plan.steps).map(([id, step]) => {
    const { when = 'true', forEach = '[1]', runIf } = step;
    const readable = { when: when.replace(/fail.*/, 'true'), forEach: deafList(forEach) };
    return [
      id,
      { ...step, ...readable, runIf: runIf === 'anyFailed' ? 'allSucceeded' : runIf },
    ] as const;
  });
  return { ...plan, onFailure: 'hold', steps: Object.fromEntries(steps) };
}

const deafList = (list: string | readonly ParameterValue[]): string | readonly ParameterValue[] =>
  typeof list === 'string' ? list.replace(/fail.*/, '[1]') : list;

function anyFailed({ steps }: PipelineState, pick: number): string {
  const failed = Object.keys(steps).filter((id) => steps[id]?.status === 'failed');
  return failed[pick % failed.length] ?? 'none';
}

const isSkippedByPerson = ({ steps }: PipelineState, id: string): boolean =>
  steps[id]?.status === 'skipped' && steps[id].why === 'message';

/** Steps that a rerun runs, found from the plan alone: those that did not succeed, and all below them. */
function runningAgain(plan: PipelinePlan, ended: PipelineState): ReadonlySet<string> {
  const isDone = ({ status, why }: StepState): boolean =>
    status === 'succeeded' || (status === 'skipped' && why !== 'stop' && !isCut(why));
  const again = new Set(Object.keys(plan.steps).filter((id) => !isDone(ended.steps[id]!)));
  for (let size = -1; size !== again.size;) {
    size = again.size;
    for (const [id, { needs }] of Object.entries(plan.steps)) {
      const isBelow = needs.some((need) => again.has(need));
      if (isBelow && !isSkippedByPerson(ended, id)) again.add(id);
    }
  }
  return again;
}

const isCut = (why: StepState['why']): boolean => why === 'cancel' || why === 'deadline';

describe('random pipelines, outcomes and messages', { timeout: AN_HOUR }, () => {
  it('keep every law at every event, and end with the outcome of their steps', () => {
    const seen: Record<string, number> = {};
    let events = 0;
    const property = fc.property(aRandomRun, (run) => {
      const end = play(run, (turn) => {
        events += 1;
        const broken = brokenBy(turn);
        expect(broken, JSON.stringify(turn.event)).toEqual([]);
      });
      expect(problemsOfEnd(end)).toEqual([]);
      const outcome = end.ended?.outcome ?? 'none';
      seen[outcome] = (seen[outcome] ?? 0) + 1;
    });
    fc.assert(property, aSeededPlay);
    process.stdout.write(
      `planner: ${RUNS} runs, seed ${SEED}, ${events} events, ${JSON.stringify(seen)}\n`,
    );
    for (const outcome of ['succeeded', 'failed', 'canceled', 'timed-out']) {
      expect(seen[outcome] ?? 0, outcome).toBeGreaterThan(RUNS / 100);
    }
  });

  it('whose failures are all retried end as though none had happened', () => {
    const property = fc.property(aRandomRun, fc.array(fc.boolean()), (drawn, fates) => {
      const plan = deafToFailure(drawn.plan);
      const [well, retried] = [new ARun(plan), new ARun(plan)];
      const failing = fates.values();
      for (const run of [well, retried]) {
        for (let turn = 0; turn < 300 && run.outcome === undefined; turn += 1) {
          const [item] = inFlight(plan, run.state);
          const fails = run === retried && failing.next().value === true;
          if (item !== undefined) run.end(item.step, fails ? 'failed' : 'succeeded');
          else run.say('retryStep', anyFailed(run.state, turn));
        }
      }
      expect(retried.statuses).toEqual(well.statuses);
      expect(retried.outcome).toBe('succeeded');
    });
    fc.assert(property, { ...aSeededPlay, numRuns: Math.ceil(RUNS / 3) });
  });

  it('are rerun from their failed steps: what succeeded stays done unless it is below what runs again (P1)', () => {
    const property = fc.property(aRandomRun, (run) => {
      const ended = play({ ...run, acts: [] }, () => undefined);
      const seed = seedFrom(run.plan, ended);
      const again = runningAgain(run.plan, ended);
      const { state } = advance(run.plan, seed, { kind: 'begin' }, byText(run.plan));
      for (const [id, { status, items }] of Object.entries(ended.steps)) {
        const isBelow = run.plan.steps[id]!.needs.some((need) => again.has(need));
        if (isBelow && !isSkippedByPerson(ended, id)) {
          expect(seed.steps[id]).toMatchObject({ status: 'pending', items: [] });
          continue;
        }
        if (status === 'succeeded') expect(state.steps[id]).toEqual(ended.steps[id]);
        for (const [index, item] of items.entries()) {
          if (item.status === 'succeeded') expect(state.steps[id]?.items[index]).toEqual(item);
        }
      }
      const isWell = ended.ended?.outcome === 'succeeded';
      if (isWell) expect(state.ended?.outcome).toBe('succeeded');
    });
    fc.assert(property, { ...aSeededPlay, numRuns: Math.ceil(RUNS / 3) });
  });
});
