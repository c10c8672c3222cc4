import { describe, expect, it } from 'vitest';
import { runJobProblems } from '../../../contract/run-options.js';

describe('runJobProblems: a request of a run', () => {
  it('with a value of the caller’s own for the run key’s parameter is refused (A13)', () => {
    const request = {
      jobId: 'jobA',
      runKeyParameter: 'runId',
      jobCondition: { parameters: { runId: 'mine', day: '1' } },
    };
    expect(runJobProblems(request)).toEqual([
      expect.stringContaining('jobCondition.parameters.runId: must be left out'),
    ]);
    expect(runJobProblems({ ...request, runKeyParameter: 'key' })).toEqual([]);
    // Names that every object has are no parameters of the caller's.
    expect(runJobProblems({ ...request, runKeyParameter: 'constructor' })).toEqual([]);
  });

  it.each<[unknown, boolean]>([
    [1, true],
    [100, true],
    [0.9, false],
    [101, false],
    ['2', false],
    [Infinity, false],
  ])('takes %s as backoffCoefficient: %s', (backoffCoefficient, isTaken) => {
    const retry = { maximumAttempts: 2, backoffCoefficient };
    expect(runJobProblems({ jobId: 'jobA', retry })).toEqual(
      isTaken
        ? []
        : [expect.stringMatching(/^retry\.backoffCoefficient: must be a number from 1 to 100/)],
    );
  });
});
