import { describe, expect, it } from 'vitest';
import { EXIT_CODES, EXIT_OF_FAILURE, exitCodesHelp } from '../../../cli/exit-codes.js';
import { FAILURES } from '../../../contract/failures.js';

describe('EXIT_CODES', () => {
  it('are distinct, and none is what a shell uses for itself', () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => code >= 126 && code !== 130)).toEqual([]);
  });

  it('has one for every failure of the failure table', () => {
    expect(Object.keys(EXIT_OF_FAILURE).sort()).toEqual(Object.keys(FAILURES).sort());
  });

  it('tells a failed, a canceled, a timed-out, an invalid, an unreachable and an unauthorised end apart', () => {
    const names = [
      EXIT_OF_FAILURE.DataFlowExecutionFailed,
      EXIT_OF_FAILURE.DataFlowExecutionCanceled,
      EXIT_OF_FAILURE.DataFlowDeadlineExceeded,
      EXIT_OF_FAILURE.DataFlowInvalidInput,
      EXIT_OF_FAILURE.DataFlowUnavailable,
      EXIT_OF_FAILURE.DataFlowUnauthenticated,
      EXIT_OF_FAILURE.DataFlowSubmissionAmbiguous,
    ];
    expect(names.map((name) => EXIT_CODES[name].code)).toEqual([4, 5, 6, 2, 3, 7, 8]);
  });
});

describe('exitCodesHelp', () => {
  it('names each code', () => {
    for (const { code, means } of Object.values(EXIT_CODES))
      expect(exitCodesHelp()).toMatch(new RegExp(`^  ${code} +${means.slice(0, 10)}`, 'm'));
  });
});
