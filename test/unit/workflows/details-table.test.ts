import { describe, expect, it } from 'vitest';
import type { PipelinePlan, PipelineState, PlannedStep } from '../../../contract/pipeline.js';
import { advance } from '../../../pipeline/planner/advance.js';
import { initialState } from '../../../pipeline/planner/step-states.js';
import { StepMeter } from '../../../pipeline/expressions/step-budget.js';
import { detailsTable } from '../../../workflows/pipeline-run/details-table.js';

const approval = (more: Partial<PlannedStep> = {}): PlannedStep =>
  ({ ...{ kind: 'approval', needs: [], runIf: 'allSucceeded' }, ...more }) as PlannedStep;
const planOf = (steps: PipelinePlan['steps']): PipelinePlan => ({
  ...{ version: 1, pipeline: 'nightly', parameters: {}, concurrency: 4 },
  ...{ onFailure: 'continue', holdForMs: 1, steps },
});
const shown = (plan: PipelinePlan, state: PipelineState): string =>
  detailsTable({
    surroundings: {
      ...{ plan, parameters: {}, run: { id: 'w', key: 'k' } },
      ...{ childIdPrefix: 'w', meter: new StepMeter() },
    },
    state,
  });

function played(plan: PipelinePlan, ...events: Parameters<typeof advance>[2][]): PipelineState {
  return [{ kind: 'begin' } as const, ...events].reduce(
    (state, event) => advance(plan, state, event, () => ({ failed: 'none' })).state,
    initialState(plan),
  );
}

describe('the details that the Temporal UI shows', () => {
  it('are a table with a row for each step: status, items, execution, reason', () => {
    const plan = planOf({
      extract: approval(),
      clean: approval({ forEach: ['KR', 'JP'] }),
      publish: approval({ needs: ['clean'] }),
    });
    const reason = 'odd | numbers\nin KR';
    const state = played(
      plan,
      { kind: 'itemStarted', step: 'extract', index: 0, attempt: 1, executionId: 'aB3dE6gH9jK2' },
      { kind: 'itemEnded', step: 'clean', index: 0, attempt: 1, outcome: 'succeeded' },
      { kind: 'itemEnded', step: 'clean', index: 1, attempt: 1, outcome: 'failed', reason },
    );
    expect(shown(plan, state)).toBe(
      [
        '**nightly** running',
        '',
        '| step | status | items | execution | note |',
        '| --- | --- | --- | --- | --- |',
        '| extract | running |  | aB3dE6gH9jK2 |  |',
        '| clean | failed | 1/2 |  | 1 of 2 items failed, the first is JP: odd   numbers in KR |',
        '| publish | skipped |  |  | clean failed |',
      ].join('\n'),
    );
  });

  it('of a large pipeline show 60 steps, those that failed or run first, and count the others', () => {
    const ids = Array.from({ length: 1_000 }, (_, nth) => `s${nth}`);
    const plan = planOf(Object.fromEntries(ids.map((id) => [id, approval()])));
    const ends = ids.slice(0, 990).map((step) => ({
      ...{ kind: 'itemEnded' as const, step, index: 0, attempt: 1 },
      outcome: step === 's7' ? ('failed' as const) : ('succeeded' as const),
    }));
    const text = shown(plan, played(plan, ...ends));
    const rows = text.split('\n').filter((line) => line.startsWith('| s'));
    expect(rows).toHaveLength(61); // and the heading
    expect(rows.some((row) => row.startsWith('| s7 | failed'))).toBe(true);
    expect(rows.filter((row) => row.includes('| running |'))).toHaveLength(10);
    expect(text).toMatch(/\nand 940 further steps$/);
  });
});
