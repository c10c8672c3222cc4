import { describe, expect, it } from 'vitest';
import type { CarriedItem, PipelineRunState } from '../../../contract/pipeline-run.js';
import type { PipelinePlan } from '../../../contract/pipeline.js';
import { advance } from '../../../pipeline/planner/advance.js';
import { inFlight } from '../../../pipeline/planner/in-flight.js';
import { initialState } from '../../../pipeline/planner/step-states.js';
import { outputKeeper } from '../../../workflows/pipeline-run/outputs.js';

const ITEMS = 2_000;
const MAX_AT_ONCE = 500;
const MAX_BYTES = 1_048_576;
/** As long as an id of the service, a workflow's submission and a reason get. */
const EXECUTION = 'aB3dE6gH9jK2';
const SUBMISSION = '01a2026d-391a-7540-9f9e-d838e9a747bf-2000.1000';
const REASON = `DataFlowExecutionFailed: execution ${EXECUTION} ${'x'.repeat(500)}`;

const plan = (kind: 'job' | 'activity'): PipelinePlan => ({
  ...{ version: 1, pipeline: 'p'.repeat(64), parameters: {}, concurrency: MAX_AT_ONCE },
  ...{ onFailure: 'continue', holdForMs: 1 },
  steps: {
    all: {
      ...{ needs: [], runIf: 'allSucceeded', jobCondition: {}, parameters: {}, options: {} },
      ...(kind === 'job'
        ? { kind, jobId: EXECUTION }
        : { kind, activity: 'load', options: { startToCloseTimeout: '1h' } }),
      forEach: Array.from({ length: ITEMS }, (_, nth) => `region-${nth}`.padEnd(24, '-')),
    },
  },
});

const carriedJob = (ref: Pick<CarriedItem, 'step' | 'index' | 'attempt'>): CarriedItem => ({
  ...ref,
  run: {
    ...{ version: 1, jobId: EXECUTION, submission: SUBMISSION, attempt: 1_000, posts: 1_000 },
    ...{
      previousAttempts: [],
      duplicates: [],
      copies: [],
      notOurs: [],
      claimedIds: [],
      timeLeftMs: 86_400_000,
    },
    started: {
      ...{ executionId: EXECUTION, submissionOutcome: 'submitted', exactMatch: true },
      ...{ waitHeartbeatTimeoutMs: 60_000, limitMs: 86_400_000 },
    },
  },
  jobCondition: { numWorker: 10, timeout: 1_440, parameters: { region: 'x'.repeat(24) } },
});

/** Plays until `ended` items have ended and no more than 500 run; what is handed over then. */
function handedOver(of: PipelinePlan, ended: number, output?: unknown): PipelineRunState {
  let state = initialState(of);
  const keep = outputKeeper(state);
  const tell = (event: Parameters<typeof advance>[2]): void => {
    state = advance(of, state, event, () => ({ failed: 'none' })).state;
  };
  tell({ kind: 'begin' });
  for (let index = 0; index < ended; index += 1) {
    const ref = { step: 'all', index, attempt: 1 };
    tell({ kind: 'itemStarted', ...ref, executionId: EXECUTION });
    const end =
      output === undefined
        ? { outcome: 'failed' as const, reason: REASON }
        : { outcome: 'succeeded' as const, output };
    tell({ kind: 'itemEnded', ...ref, ...keep(end) });
  }
  const running = inFlight(of, state);
  for (const { step, index, attempt } of running)
    tell({ kind: 'itemStarted', step, index, attempt, executionId: EXECUTION });
  const carried = running.map(({ step, index, attempt }) => carriedJob({ step, index, attempt }));
  return {
    ...{ version: 1, plan: of, parameters: {}, key: SUBMISSION, state, carried },
    timeLeftMs: 86_400_000,
  };
}

const bytesOf = (state: PipelineRunState): number => Buffer.byteLength(JSON.stringify(state));

describe('what a pipeline with 2,000 items hands over', () => {
  it.each([
    ['500 run and none has ended', 0, 500],
    ['500 run and the others have failed', ITEMS - MAX_AT_ONCE, 500],
    ['all have failed but one', ITEMS - 1, 1],
  ])('is at most 1 MB where %s', (_, ended, running) => {
    const state = handedOver(plan('job'), ended);
    expect(state.carried).toHaveLength(running);
    expect(state.state.steps['all']?.counts.failed).toBe(ended);
    expect(bytesOf(state)).toBeLessThan(MAX_BYTES);
  });

  it('is at most 1 MB where each gave the longest output that is kept', () => {
    const state = handedOver(plan('activity'), ITEMS - 1, 'x'.repeat(4_000));
    expect(bytesOf(state)).toBeLessThan(MAX_BYTES);
  });
});
