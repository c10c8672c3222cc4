import { describe, expect, it } from 'vitest';
import { anExecution, aPermit, type FakeRun } from './fake-port.js';
import { aRun, done, failureOf, verbsOf } from './scripted-verbs.js';

/** A run that shares an execution, and whose runTimeout passes while it waits. */
const joinedTooLong = (status: string): FakeRun =>
  aRun(
    {
      prepare: () => done(aPermit({ active: [{ executionId: 'e1', status: 'RUNNING' }] })),
      awaitEnd: () => Promise.resolve({ kind: 'timed-out' }),
      read: () => done(anExecution({ status })),
    },
    { runTimeout: '2h', onBusy: 'join' },
  );

describe('runTimeout of a run that joined an execution', () => {
  it('is not exceeded by one that ended during the last sleep', async () => {
    expect(await joinedTooLong('COMPLETED').result()).toMatchObject({
      submissionOutcome: 'joined',
      execution: { status: 'COMPLETED' },
    });
    expect(await failureOf(joinedTooLong('FAILED'))).toMatchObject({
      type: 'DataFlowExecutionFailed',
      details: { executionId: 'e1' },
    });
  });

  it('leaves one that runs on alone, and says so', async () => {
    const run = joinedTooLong('RUNNING');
    expect(await failureOf(run)).toMatchObject({
      type: 'DataFlowDeadlineExceeded',
      message: expect.stringContaining('joined execution e1 was left running') as string,
    });
    expect(verbsOf(run)).toEqual(['prepare', 'awaitEnd', 'read']);
  });
});
