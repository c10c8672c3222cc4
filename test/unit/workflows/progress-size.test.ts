import { describe, expect, it, vi } from 'vitest';
import type {
  ItemState,
  PipelinePlan,
  PlannedStep,
  StepState,
} from '../../../contract/pipeline.js';
import { bytesOf } from '../../../pipeline/packed.js';
import { initialState, NO_ITEMS } from '../../../pipeline/planner/step-states.js';
import type { RunningItem } from '../../../workflows/pipeline-run/item.js';
import { progressOf } from '../../../workflows/pipeline-run/pipeline-progress.js';
import type { PipelineRun } from '../../../workflows/pipeline-run/pipeline-run.js';

vi.mock('@temporalio/workflow', async (original) => ({
  ...(await original<object>()),
  workflowInfo: () => ({ firstExecutionRunId: 'first' }),
}));

const STEPS = 1_000;
const ITEMS = 100;
/** The server refuses answers of 2 MB; a codec may add a third. */
const MAX_BYTES = 1_500_000;
const long = (length: number): string => 'x'.repeat(length);

/** A step with many items of each kind, and the longest texts that a state may hold. */
function largest(kind: PlannedStep['kind']): StepState {
  const item = (status: ItemState['status']): ItemState => ({
    ...{
      status,
      attempt: 9,
      executionId: long(100),
      reason: long(kind === 'approval' ? 700 : 200),
    },
    ...(kind === 'approval' && { output: { approved: true, by: long(100), comment: long(1_000) } }),
  });
  const of = (status: ItemState['status']) => Array.from({ length: ITEMS }, () => item(status));
  return {
    ...{ status: 'running', next: 2 * ITEMS, startedMs: 1, endedMs: 2 },
    reason: long(kind === 'approval' ? 700 : 200),
    ...(kind !== 'approval' && { values: Array.from({ length: 2 * ITEMS }, () => long(10_000)) }),
    ...(kind === 'approval'
      ? { items: [item('running')], counts: { ...NO_ITEMS, running: 1 } }
      : {
          items: [...of('running'), ...of('failed')],
          counts: { ...NO_ITEMS, running: ITEMS, failed: ITEMS },
        }),
  };
}

function runOf(kind: PlannedStep['kind']): PipelineRun {
  const ids = Array.from({ length: STEPS }, (_, nth) => `${long(60)}${String(nth)}`);
  const step = { kind, needs: [], runIf: 'allSucceeded' } as unknown as PlannedStep;
  const plan: PipelinePlan = {
    ...{ version: 1, pipeline: long(64), parameters: {}, concurrency: 1 },
    ...{ onFailure: 'stop', holdForMs: 1 },
    steps: Object.fromEntries(ids.map((id) => [id, step])),
  };
  const state = largest(kind);
  return {
    surroundings: { plan, run: { id: long(200), key: long(60) } },
    state: { ...initialState(plan), steps: Object.fromEntries(ids.map((id) => [id, state])) },
    items: { get: () => ({ note: () => long(5_000) }) as unknown as RunningItem },
  } as unknown as PipelineRun;
}

describe('the progress of a pipeline', () => {
  it.each(['job', 'activity', 'remoteWorkflow', 'pipeline', 'approval'] as const)(
    'of 1,000 steps of the kind %s fits into the answer to a query, whatever stands in its state',
    (kind) => {
      const progress = progressOf(runOf(kind));
      expect(bytesOf(progress)).toBeLessThan(MAX_BYTES);
      const steps = Object.values(progress.steps);
      expect(steps).toHaveLength(STEPS);
      expect(steps[0]?.running).toHaveLength(kind === 'approval' ? 1 : 20);
      expect(steps[0]?.failed ?? []).toHaveLength(kind === 'approval' ? 0 : 20);
    },
  );

  it.each([
    [
      'without forEach has its whole note and reason, with the remedy at their ends',
      'approval',
      600,
    ],
    ['of forEach has a note whose cut is shown', 'job', 200],
  ] as const)('of an item %s (14.10)', (_, kind, length) => {
    const run = runOf(kind);
    const said = `${'word '.repeat(118)}the remedy`;
    expect(said).toHaveLength(600);
    Object.assign(run.items, { get: () => ({ note: () => said }) });
    const shown = (): readonly (string | undefined)[] => {
      const step = Object.values(progressOf(run).steps)[0];
      return [step?.running?.[0]?.note, ...(kind === 'approval' ? [step?.reason] : [])];
    };
    for (const step of Object.values(run.state.steps)) Object.assign(step, { reason: said });
    for (const text of shown()) {
      expect(text?.length).toBeLessThanOrEqual(length);
      expect(text).toMatch(length === 600 ? /the remedy$/ : /word…$/);
    }
  });
});
