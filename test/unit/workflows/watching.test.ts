import { describe, expect, it } from 'vitest';
import type { VerbResult } from '../../../workflows/job-run/port.js';
import type { AwaitResult } from '../../../contract/activities.js';
import { aFailure, aRun, unknownOutcome, ended, inTurn, started, exact } from './scripted-verbs.js';

describe('the wait for an execution', () => {
  it('goes on when an attempt of it comes back before the end, and adds up what it cost', async () => {
    const early = await ended({ status: 'RUNNING' });
    const run = aRun({
      submit: inTurn(started()),
      awaitEnd: inTurn<VerbResult<AwaitResult>>(early, await ended()),
    });
    expect(await run.result()).toMatchObject({
      execution: { status: 'COMPLETED' },
      statusCalls: 2,
    });
  });

  it('that fails still tells which duplicate may run on', async () => {
    const run = aRun(
      {
        submit: inTurn(unknownOutcome),
        reconcile: () => exact('e1', 'e2'),
        awaitEnd: () =>
          Promise.resolve({ kind: 'failed', failure: aFailure('DataFlowProtocolError') }),
        stop: () => Promise.resolve({ kind: 'timed-out' }),
      },
      { exclusive: true },
    );
    await expect(run.result()).rejects.toThrow('DataFlowProtocolError came');
    expect(run.run.progress.unknown).toMatch(/^duplicate e2 may still run/);
  });
});
