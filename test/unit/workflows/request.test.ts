import { describe, expect, it } from 'vitest';
import { requestProblems } from '../../../workflows/job-run/request.js';

describe('a request of a run', () => {
  it('with a value of the caller’s own for the run key’s parameter is refused (A13)', () => {
    const request = {
      jobId: 'jobA',
      runKeyParameter: 'runId',
      jobCondition: { parameters: { runId: 'mine', day: '1' } },
    };
    expect(requestProblems(request)).toEqual([
      expect.stringContaining('jobCondition.parameters.runId: must be left out'),
    ]);
    expect(requestProblems({ ...request, runKeyParameter: 'key' })).toEqual([]);
    // Names that every object has are no parameters of the caller's.
    expect(requestProblems({ ...request, runKeyParameter: 'constructor' })).toEqual([]);
  });
});
