import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { isTimeUp, limitByPipeline } from '../../../workflows/pipeline-run/job-limit.js';

const MINUTE = 60_000;

describe('the limit of a job step', () => {
  it.each([
    ['of neither is none', undefined, undefined, undefined, undefined],
    ["is the pipeline's where the step has none", undefined, undefined, MINUTE, MINUTE],
    ["is the pipeline's where the step's is longer", '2m', undefined, MINUTE, MINUTE],
    ["is the pipeline's where both are equal", '1m', undefined, MINUTE, MINUTE],
    ["is the step's where that is shorter", '59s', undefined, MINUTE, undefined],
    ["is the step's where the pipeline has none", '59s', undefined, undefined, undefined],
    ["stays the pipeline's after continue-as-new", '2m', 30_000, 30_000, 30_000],
    [
      "stays the step's after continue-as-new, by what is left of it",
      '2m',
      29_999,
      30_000,
      undefined,
    ],
  ] as const)('%s', (_, own, carriedMs, timeLeftMs, limit) => {
    const left = timeLeftMs === undefined ? {} : { timeLeftMs };
    expect(limitByPipeline({ own, carriedMs, ...left })).toBe(limit);
  });
});

describe('the time of a run is up', () => {
  const failure = (type: string): ApplicationFailure => ApplicationFailure.create({ type });

  it('by its own word, or where an unknown outcome was not settled before', () => {
    expect(isTimeUp(failure('DataFlowDeadlineExceeded'), false)).toBe(true);
    expect(isTimeUp(failure('DataFlowSubmissionAmbiguous'), true)).toBe(true);
    expect(isTimeUp(failure('DataFlowSubmissionAmbiguous'), false)).toBe(false);
    expect(isTimeUp(failure('DataFlowExecutionFailed'), true)).toBe(false);
    expect(isTimeUp(new Error('other'), true)).toBe(false);
  });
});
