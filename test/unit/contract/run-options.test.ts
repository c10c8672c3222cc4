import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../contract/run.js';
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

  it.each([
    ['an older version', { version: 0 }, 'version: must be 1'],
    ['no list of claims', { claimedIds: undefined }, 'claimedIds: must be a list'],
    ['an execution without an id', { started: {} }, 'started.executionId: must be a string'],
    ['POSTs without a baseline', { posted: { sent: [] } }, 'posted.first: must be an object'],
    ['another job', { jobId: 'jobB' }, 'this one is of job jobB'],
  ])('with a state of %s is refused: it could lose an execution', (_, change, why) => {
    const state = { ...STATE, ...change };
    expect(runJobProblems({ jobId: 'jobA', state })).toEqual([
      expect.stringMatching(
        /^state: must be the complete result of state\(\) of a run of the same job/,
      ),
    ]);
    expect(runJobProblems({ jobId: 'jobA', state })[0]).toContain(why);
  });

  it('takes a whole state, also with what a newer version adds to it', () => {
    expect(runJobProblems({ jobId: 'jobA', state: { ...STATE, newer: true } })).toEqual([]);
  });
});

const STATE: RunState = {
  version: 1,
  jobId: 'jobA',
  submission: 'key',
  attempt: 1,
  posts: 0,
  previousAttempts: [],
  duplicates: [],
  copies: [],
  notOurs: [],
  claimedIds: [],
};
