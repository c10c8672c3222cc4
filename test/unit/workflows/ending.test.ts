import { describe, expect, it } from 'vitest';
import type { StopResult } from '../../../contract/activities.js';
import type { JobExecution } from '../../../contract/job.js';
import type { RunJobRequest } from '../../../contract/run.js';
import { RunFailure } from '../../../workflows/job-run/failures.js';
import type { RunPort, SubmitOutcome, VerbResult } from '../../../workflows/job-run/port.js';
import { stateOf } from '../../../workflows/job-run/state.js';
import { anExecution, aPermit, fakeRun, type FakeRun } from './fake-port.js';

/** What an activity says that was only to tell whose the permit is. */
const notPosted = {
  kind: 'notSent',
  failure: {
    type: 'DataFlowNotSent',
    message: 'nothing was to be posted',
    details: { remedy: '' },
  },
} as const;
const started: SubmitOutcome<JobExecution> = {
  kind: 'started',
  start: anExecution({ status: 'READY' }),
};
const unknownOutcome: SubmitOutcome<JobExecution> = {
  kind: 'outcomeUnknown',
  failure: { type: 'DataFlowSubmissionUnknown', message: 'lost', details: { remedy: '' } },
};
const stopped = (
  status: string,
  stop: StopResult['stop'] = 'canceled',
): VerbResult<StopResult> => ({
  kind: 'done',
  value: { execution: anExecution({ status }), stop },
});
const ended = (status: string): ReturnType<RunPort['awaitEnd']> =>
  Promise.resolve({
    kind: 'done',
    value: {
      execution: anExecution({ status }),
      duplicates: [],
      copies: [],
      exactDuplicates: false,
      statusCalls: 1,
    },
  });
const found = (exactMatch: boolean, ...ids: string[]): ReturnType<RunPort['reconcile']> =>
  Promise.resolve({
    kind: 'done',
    value: {
      matches: ids.map((jobExecutionId) => anExecution({ jobExecutionId, status: 'RUNNING' })),
      possible: [],
      exactMatch,
    },
  });

/** A run that is cancelled while the given verb is under way. */
function cancelledDuring(
  verb: keyof RunPort,
  verbs: Partial<RunPort>,
  request: Partial<RunJobRequest> = {},
): FakeRun {
  const run: FakeRun = fakeRun(
    { jobId: 'jobA', ...request },
    {
      ...verbs,
      [verb]: (...args: never[]) => {
        run.cancel();
        return (verbs[verb] as (...all: never[]) => unknown)(...args);
      },
    },
  );
  return run;
}

async function endOf(run: FakeRun): Promise<RunFailure> {
  try {
    const value = await run.result();
    throw new Error(`it resolved with ${JSON.stringify(value)}`);
  } catch (error) {
    if (error instanceof RunFailure) return error;
    throw error;
  }
}

const verbsOf = ({ calls }: FakeRun): string[] => calls.map(({ verb }) => verb);

describe('a cancel', () => {
  it('before the POST ends the run, and nothing is posted', async () => {
    const run = cancelledDuring('prepare', {
      prepare: () => Promise.resolve({ kind: 'done', value: aPermit() }),
      submit: () => Promise.resolve(notPosted),
    });
    expect((await endOf(run)).failure).toBeUndefined();
    expect(verbsOf(run)).toEqual(['prepare', 'submit']);
    expect(run.calls.at(-1)?.input).toMatchObject({ postNothing: true });
  });

  it('during a POST that starts the job stops its execution', async () => {
    const run = cancelledDuring('submit', {
      submit: () => Promise.resolve(started),
      stop: () => Promise.resolve(stopped('CANCELED')),
    });
    expect(await endOf(run)).toMatchObject({ failure: undefined, unknown: undefined });
    expect(run.run.progress).toMatchObject({
      executionId: 'e1',
      status: 'CANCELED',
      endedBy: 'workflow',
      outcome: 'canceled',
    });
  });

  it('between two tries posts nothing more', async () => {
    const run = cancelledDuring('reconcile', {
      submit: () => Promise.resolve(unknownOutcome),
      reconcile: () => found(false),
    });
    expect((await endOf(run)).unknown).toBeUndefined();
    expect(verbsOf(run)).toEqual(['prepare', 'submit', 'reconcile']);
  });

  it('stops an exact match while the outcome is unknown', async () => {
    const verbs = {
      submit: () => Promise.resolve(unknownOutcome),
      reconcile: () => found(true, 'e1'),
      stop: () => Promise.resolve(stopped('CANCELED')),
    };
    const run = cancelledDuring('reconcile', verbs, { exclusive: true });
    expect((await endOf(run)).unknown).toBeUndefined();
    expect(verbsOf(run)).toEqual(['prepare', 'submit', 'reconcile', 'stop']);
  });

  it('with an unknown outcome leaves a mere likeness alone, names it and says what to check', async () => {
    const run = cancelledDuring('reconcile', {
      submit: () => Promise.resolve(unknownOutcome),
      reconcile: () => found(false, 'e1'),
    });
    expect((await endOf(run)).unknown).toContain('check e1');
    expect(verbsOf(run)).not.toContain('stop');
    expect(run.run.progress).toMatchObject({ outcomeUnknown: true, candidates: ['e1'] });
  });

  it('with an unknown outcome that looking cannot settle in time says that the outcome is unknown', async () => {
    const run = cancelledDuring('reconcile', {
      submit: () => Promise.resolve(unknownOutcome),
      reconcile: () => Promise.resolve({ kind: 'cancelled' }),
    });
    expect((await endOf(run)).unknown).toContain('check the newest executions');
  });

  it('that meets an execution which completes at the same time resolves with it', async () => {
    const run = cancelledDuring('awaitEnd', {
      submit: () => Promise.resolve(started),
      awaitEnd: () => Promise.resolve({ kind: 'cancelled' }),
      stop: () => Promise.resolve(stopped('COMPLETED', 'ended')),
    });
    expect(await run.result()).toMatchObject({ execution: { status: 'COMPLETED' } });
  });

  it('that meets an execution which fails at the same time reports the failure, and does not retry', async () => {
    const verbs = {
      submit: () => Promise.resolve(started),
      awaitEnd: () => Promise.resolve({ kind: 'cancelled' as const }),
      stop: () => Promise.resolve(stopped('FAILED', 'ended')),
    };
    const run = cancelledDuring('awaitEnd', verbs, { retry: { maximumAttempts: 3 } });
    expect((await endOf(run)).failure).toMatchObject({ type: 'DataFlowExecutionFailed' });
  });

  it('names where the log of what failed is, and no more of it than fits', async () => {
    const jobCondition = { logPath: 'l'.repeat(9_000) };
    const execution = anExecution({ status: 'FAILED', jobCondition });
    const run = cancelledDuring('awaitEnd', {
      submit: () => Promise.resolve(started),
      awaitEnd: () => Promise.resolve({ kind: 'cancelled' }),
      stop: () => Promise.resolve({ kind: 'done', value: { execution, stop: 'ended' } }),
    });
    expect((await endOf(run)).failure?.details.logPath).toBe('l'.repeat(300));
  });

  it('leaves a joined execution alone', async () => {
    const verbs = {
      prepare: () =>
        Promise.resolve({
          kind: 'done' as const,
          value: aPermit({ active: [{ executionId: 'e1', status: 'RUNNING' }] }),
        }),
      awaitEnd: () => Promise.resolve({ kind: 'cancelled' as const }),
      stop: () => Promise.resolve(stopped('CANCELED')),
    };
    const left = cancelledDuring('awaitEnd', verbs, { onBusy: 'join' });
    expect((await endOf(left)).message).toContain('left running');
    expect(verbsOf(left)).not.toContain('stop');
  });

  it.each<[string, VerbResult<StopResult>]>([
    ['was not seen to stop', { kind: 'timed-out' }],
    ['has no cancelJobExecution', stopped('RUNNING', 'unsupported')],
  ])('of an execution that %s says that it may run on', async (words, stop) => {
    const run = cancelledDuring('awaitEnd', {
      submit: () => Promise.resolve(started),
      awaitEnd: () => Promise.resolve({ kind: 'cancelled' }),
      stop: () => Promise.resolve(stop),
    });
    const end = await endOf(run);
    expect(end.message).toContain(words);
    expect(end.unknown).toContain('e1');
    expect(run.run.progress.executionId).toBe('e1');
  });
});

describe('runTimeout', () => {
  it.each([
    ['61s', 1],
    ['119s', 1],
    ['2h', 120],
    ['3d', 360],
  ])('of %s sends at most the whole minutes that are left: %i', async (runTimeout, minutes) => {
    const run = fakeRun(
      { jobId: 'jobA', runTimeout },
      { submit: () => Promise.resolve(started), awaitEnd: () => ended('COMPLETED') },
    );
    await run.result();
    expect(run.calls.find(({ verb }) => verb === 'submit')?.input).toMatchObject({
      jobCondition: { timeout: minutes },
    });
  });

  it('with less than a minute left posts nothing', async () => {
    const run = fakeRun(
      { jobId: 'jobA', runTimeout: 59_999 },
      { submit: () => Promise.resolve(notPosted) },
    );
    expect((await endOf(run)).failure).toMatchObject({ type: 'DataFlowDeadlineExceeded' });
    expect(verbsOf(run)).toEqual(['prepare', 'submit']);
    expect(run.calls.at(-1)?.input).toMatchObject({ postNothing: true });
  });

  it('does not time out a job that ended during the last sleep', async () => {
    const run = fakeRun(
      { jobId: 'jobA', runTimeout: '1h' },
      {
        submit: () => Promise.resolve(started),
        awaitEnd: () => Promise.resolve({ kind: 'timed-out' }),
        stop: () => Promise.resolve(stopped('COMPLETED', 'ended')),
      },
    );
    expect(await run.result()).toMatchObject({ execution: { status: 'COMPLETED' } });
  });

  it('that passes during a look ends as DataFlowDeadlineExceeded and names what was found', async () => {
    const run: FakeRun = fakeRun(
      { jobId: 'jobA', runTimeout: '1h' },
      {
        submit: () => Promise.resolve(unknownOutcome),
        reconcile: () => {
          run.clock.nowMs += 3_600_001;
          return found(false, 'e1');
        },
      },
    );
    const { failure } = await endOf(run);
    expect(failure).toMatchObject({
      type: 'DataFlowDeadlineExceeded',
      details: { candidates: ['e1'] },
    });
    expect(failure?.details.unknown).toContain('check e1');
  });

  it('covers all attempts: no pause is begun that it would cut short', async () => {
    const run = fakeRun(
      { jobId: 'jobA', runTimeout: '10m', retry: { maximumAttempts: 5, initialInterval: '11m' } },
      { submit: () => Promise.resolve(started), awaitEnd: () => ended('FAILED') },
    );
    expect((await endOf(run)).failure).toMatchObject({ type: 'DataFlowExecutionFailed' });
    expect(verbsOf(run)).not.toContain('sleep');
  });
});

describe('a failed wait', () => {
  it('keeps the execution id', async () => {
    const failure = { type: 'DataFlowNotFound', message: 'gone', details: { remedy: '' } } as const;
    const run = fakeRun(
      { jobId: 'jobA' },
      {
        submit: () => Promise.resolve(started),
        awaitEnd: () => Promise.resolve({ kind: 'failed', failure }),
      },
    );
    expect((await endOf(run)).failure?.details).toMatchObject({ jobId: 'jobA', executionId: 'e1' });
  });
});

describe('state', () => {
  it('of a run that waits lets another one go on waiting for the same execution, without a POST', async () => {
    let state: ReturnType<typeof stateOf> | undefined;
    const first: FakeRun = fakeRun(
      { jobId: 'jobA', runTimeout: '2h' },
      {
        submit: () => Promise.resolve(started),
        awaitEnd: () => {
          state = stateOf(first.run);
          return ended('COMPLETED');
        },
      },
    );
    await first.result();
    const request = {
      jobId: 'jobA',
      runTimeout: '2h',
      state: JSON.parse(JSON.stringify(state)) as NonNullable<typeof state>,
    };
    const second = fakeRun(request, { awaitEnd: () => ended('COMPLETED') });
    expect(await second.result()).toMatchObject({
      submission: 'key-1',
      execution: { jobExecutionId: 'e1' },
    });
    expect(verbsOf(second)).toEqual(['awaitEnd']);
  });

  it('of a run that posts says that the outcome is unknown, so that another one looks first', async () => {
    let state: ReturnType<typeof stateOf> | undefined;
    const first: FakeRun = fakeRun(
      { jobId: 'jobA' },
      {
        submit: () => {
          state = stateOf(first.run);
          return Promise.resolve(started);
        },
        awaitEnd: () => ended('COMPLETED'),
      },
    );
    await first.result();
    const request = {
      jobId: 'jobA',
      state: JSON.parse(JSON.stringify(state)) as NonNullable<typeof state>,
    };
    const second = fakeRun(request, {
      reconcile: () => found(false, 'e1'),
      awaitEnd: () => ended('COMPLETED'),
    });
    expect(await second.result()).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
    expect(verbsOf(second)).toEqual(['reconcile', 'awaitEnd']);
  });
});
