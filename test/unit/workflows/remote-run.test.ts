import { describe, expect, it } from 'vitest';
import type { RemoteStart } from '../../../contract/remote-activities.js';
import type { SubmitOutcome } from '../../../workflows/job-run/port.js';
import type { Failure } from '../../../workflows/job-run/port.js';
import {
  accepted,
  an,
  aRemotePermit,
  endOf,
  fakeRemoteRun,
  type FakeRemoteRun,
  seen,
} from './fake-remote-port.js';
import { aFailure, inTurn, notSent, refused } from './scripted-verbs.js';

/** X + T + maxListingDelay of the defaults. */
const SETTLED_AFTER_MS = 15_000 + 15_000 + 30_000;

const failureOf = (fake: FakeRemoteRun): Promise<Failure | undefined> =>
  fake.result().then(
    () => undefined,
    (error: unknown) => (error as { failure?: Failure }).failure,
  );
const unknownOutcome: SubmitOutcome<RemoteStart> = {
  kind: 'outcomeUnknown',
  failure: aFailure('DataFlowSubmissionUnknown'),
};
const toTheEnd = [
  seen('first', true, an('first', 'RUNNING')),
  endOf(an('first', 'COMPLETED')),
  seen('second', true, an('second', 'RUNNING')),
  endOf(an('second', 'COMPLETED')),
];
const stopped = (jobId: string) => () =>
  Promise.resolve({
    kind: 'done' as const,
    value: { execution: an(jobId, 'CANCELED'), stop: 'canceled' as const },
  });

describe('a run of a remote workflow', () => {
  it('lists a job only when its turn has come, and awaits what is surely its own', async () => {
    const fake = fakeRemoteRun(toTheEnd);
    expect((await fake.result()).nodes.map(({ jobId }) => jobId)).toEqual(['first', 'second']);
    const asked = fake
      .follows()
      .map(({ expected, running }) => [
        expected.map(({ jobId }) => jobId),
        running.map(({ executionId }) => executionId),
      ]);
    expect(asked).toEqual([
      [['first'], []],
      [[], ['first-1']],
      [['second'], []],
      [[], ['second-1']],
    ]);
  });

  it('does not end before an execution is sure, however soon that has ended', async () => {
    const fake = fakeRemoteRun([
      seen('first', false, an('first', 'COMPLETED')),
      seen('second', false, an('second', 'COMPLETED')),
      seen('first', true, an('first', 'COMPLETED')),
      seen('second', true, an('second', 'COMPLETED')),
    ]);
    await fake.result();
    expect(fake.follows()).toHaveLength(4);
  });

  it('is ambiguous when a second execution shows before the first is sure', async () => {
    const fake = fakeRemoteRun([
      seen('first', false, an('first', 'RUNNING')),
      seen('first', false, an('first', 'RUNNING'), an('first', 'READY', 'other')),
    ]);
    expect(await failureOf(fake)).toMatchObject({
      type: 'DataFlowSubmissionAmbiguous',
      details: { candidates: ['first-1', 'other'] },
    });
  });

  it('goes on looking for a job that does not show in time', async () => {
    const [first, firstEnds, , secondEnds] = toTheEnd;
    const fake = fakeRemoteRun([
      first!,
      firstEnds!,
      seen('second', true),
      seen('second', false, an('second', 'RUNNING')),
      seen('second', true, an('second', 'RUNNING')),
      secondEnds!,
    ]);
    await fake.result();
    const dues = fake.follows().map(({ expected }) => expected[0]?.settlesInMs);
    expect(dues[3], 'overdue: only an execution is news').toBeUndefined();
    expect(dues[4], 'seen late: another one may follow as late').toBeDefined();
  });

  it('looks once whether a job behind a failed one was started all the same', async () => {
    const fake = fakeRemoteRun([
      seen('first', true, an('first', 'RUNNING')),
      endOf(an('first', 'FAILED')),
      seen('second', true, an('second', 'RUNNING')),
      endOf(an('second', 'COMPLETED')),
    ]);
    expect(await failureOf(fake)).toMatchObject({
      type: 'DataFlowExecutionFailed',
      details: { jobId: 'first', executionId: 'first-1' },
    });
  });

  it('that somebody else canceled says so', async () => {
    const fake = fakeRemoteRun([
      seen('first', true, an('first', 'RUNNING')),
      endOf(an('first', 'CANCELED')),
      seen('second', true),
    ]);
    expect((await failureOf(fake))?.type).toBe('DataFlowExecutionCanceled');
  });
});

describe('the start of a remote workflow', () => {
  it('takes a fresh permit after a proof that nothing was started', async () => {
    const submit = inTurn<SubmitOutcome<RemoteStart>>(notSent(), accepted);
    const fake = fakeRemoteRun(toTheEnd, { submit });
    expect(await fake.result()).toMatchObject({ posts: 1, submissionOutcome: 'submitted' });
    expect(fake.calls.filter(({ verb }) => verb === 'prepare')).toHaveLength(2);
  });

  it('that the service refuses ends the run with its reason', async () => {
    const submit = inTurn<SubmitOutcome<RemoteStart>>(refused('DataFlowBadState'));
    expect((await failureOf(fakeRemoteRun([], { submit })))?.type).toBe('DataFlowBadState');
  });

  it('ends when its signature is refused three times in a row', async () => {
    const submit = inTurn<SubmitOutcome<RemoteStart>>(notSent({ status: 401 }));
    const fake = fakeRemoteRun([], { submit });
    expect((await failureOf(fake))?.type).toBe('DataFlowUnauthenticated');
    expect(fake.run.submission.record.posts).toBe(3);
  });

  it('with an unknown outcome is looked for until B0 + X + T + maxListingDelay, and posted no second time', async () => {
    const fake = fakeRemoteRun(toTheEnd, { submit: inTurn(unknownOutcome) });
    expect(await fake.result()).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
    expect(fake.follows()[0]?.expected[0]?.settlesInMs).toBe(SETTLED_AFTER_MS);
  });

  it.each([
    ['nothing', [], []],
    [
      'two of one job',
      [an('first', 'RUNNING'), an('first', 'RUNNING', 'other')],
      ['first-1', 'other'],
    ],
  ])(
    'with an unknown outcome is ambiguous when a look finds %s',
    async (_, executions, candidates) => {
      const looks = [seen('first', true, ...executions)];
      const fake = fakeRemoteRun(looks, { submit: inTurn(unknownOutcome) });
      expect(await failureOf(fake)).toMatchObject({
        type: 'DataFlowSubmissionAmbiguous',
        details: { candidates },
      });
    },
  );

  it('with an unknown outcome is ambiguous when only some of the first jobs show', async () => {
    const nodes = ['first', 'beside'].map((jobId) => ({ jobId, parentJobIds: [], knownIds: [] }));
    const value = aRemotePermit({ nodes });
    const fake = fakeRemoteRun(
      [seen('first', true, an('first', 'RUNNING')), seen('beside', true)],
      { submit: inTurn(unknownOutcome), prepare: () => Promise.resolve({ kind: 'done', value }) },
    );
    expect(await failureOf(fake)).toMatchObject({ details: { candidates: ['first-1'] } });
  });

  it('that no worker took while the permit was good is asked about, and posted again', async () => {
    const untaken: SubmitOutcome<RemoteStart> = {
      kind: 'notPickedUp',
      failure: aFailure('DataFlowNotSent'),
    };
    const submit = inTurn<SubmitOutcome<RemoteStart>>(untaken, notSent(), accepted);
    const fake = fakeRemoteRun(toTheEnd, { submit });
    await fake.result();
    const asked = fake.calls.filter(({ verb }) => verb === 'submit').map(({ input }) => input);
    expect(asked[1]).toMatchObject({ postNothing: true });
  });

  it('is not posted after a cancel, unless the run before a reset may have posted', async () => {
    const fakes = [notSent(), unknownOutcome].map((answer) => {
      const prepare = (): ReturnType<FakeRemoteRun['run']['port']['prepare']> => {
        fake.cancel();
        return Promise.resolve({ kind: 'done', value: aRemotePermit() });
      };
      const looks = [seen('first', true, an('first', 'RUNNING'))];
      const fake = fakeRemoteRun(looks, { prepare, submit: inTurn(answer) });
      return fake;
    });
    for (const fake of fakes)
      await expect(fake.result()).rejects.toMatchObject({ failure: undefined });
    expect(fakes.map(({ run }) => run.submission.record.posts)).toEqual([0, 1]);
    expect(fakes.map(({ run }) => run.progress.unknown?.includes('first-1'))).toEqual([
      undefined,
      true,
    ]);
  });
});

describe('a cancel of a run of a remote workflow', () => {
  it('waits until an accepted execution shows and is sure, and stops it', async () => {
    const fake = fakeRemoteRun(
      [
        () => {
          fake.cancel();
          return { kind: 'cancelled' };
        },
        seen('first', false, an('first', 'RUNNING')),
        seen('first', true, an('first', 'RUNNING')),
        seen('second', true),
      ],
      { stop: stopped('first') },
    );
    await expect(fake.result()).rejects.toMatchObject({ failure: undefined, unknown: undefined });
    expect(fake.calls.map(({ verb }) => verb).slice(2)).toEqual([
      ...['follow', 'follow', 'follow', 'stop', 'follow'],
    ]);
  });

  it('looks for what starts after an execution that completed in the race, and stops that', async () => {
    const first = { execution: an('first', 'COMPLETED'), stop: 'ended' as const };
    const second = { execution: an('second', 'CANCELED'), stop: 'canceled' as const };
    const stop = inTurn(...[first, second].map((value) => ({ kind: 'done' as const, value })));
    const fake = fakeRemoteRun(
      [
        seen('first', true, an('first', 'RUNNING')),
        () => {
          fake.cancel();
          return { kind: 'cancelled' };
        },
        seen('second', true, an('second', 'READY')),
      ],
      { stop },
    );
    await expect(fake.result()).rejects.toMatchObject({ failure: undefined });
    expect(fake.run.progress.nodes.map(({ status }) => status)).toEqual(['COMPLETED', 'CANCELED']);
  });

  it('with an unknown outcome stops nothing that a look has found so far, and names it as unknown', async () => {
    const nodes = ['first', 'beside'].map((jobId) => ({ jobId, parentJobIds: [], knownIds: [] }));
    const value = aRemotePermit({ nodes });
    const fake = fakeRemoteRun(
      [
        () => {
          fake.cancel();
          return seen('first', true, an('first', 'RUNNING'));
        },
        seen('beside', true),
      ],
      { submit: inTurn(unknownOutcome), prepare: () => Promise.resolve({ kind: 'done', value }) },
    );
    await expect(fake.result()).rejects.toMatchObject({
      failure: undefined,
      unknown: expect.stringContaining('first-1') as string,
    });
    expect(fake.calls.map(({ verb }) => verb)).toEqual(['prepare', 'submit', 'follow', 'follow']);
  });

  it('leaves two that cannot be told apart alone, and names both as unknown', async () => {
    const fake = fakeRemoteRun([
      () => {
        fake.cancel();
        return { kind: 'cancelled' };
      },
      seen('first', true, an('first', 'RUNNING'), an('first', 'READY', 'other')),
    ]);
    await expect(fake.result()).rejects.toMatchObject({ failure: undefined });
    expect(fake.run.progress.unknown).toMatch(/first-1, other of job first/);
  });

  it('that every job survives to its end completes the run', async () => {
    const value = { execution: an('second', 'COMPLETED'), stop: 'ended' as const };
    const fake = fakeRemoteRun(
      [
        ...toTheEnd.slice(0, 3),
        () => {
          fake.cancel();
          return { kind: 'cancelled' };
        },
      ],
      { stop: () => Promise.resolve({ kind: 'done', value }) },
    );
    expect((await fake.result()).nodes).toHaveLength(2);
  });
});

describe('the progress of a run of a remote workflow (L2)', () => {
  it('shows why the calls of a phase fail, and no longer once that phase is over', async () => {
    const shown: unknown[] = [];
    const fake = fakeRemoteRun(toTheEnd, {
      prepare: (_, { onReport }) => {
        onReport?.('answer 401');
        shown.push(fake.run.progress.lastError);
        return Promise.resolve({ kind: 'done', value: aRemotePermit() });
      },
      submit: () => {
        shown.push(fake.run.progress.lastError);
        return Promise.resolve(accepted);
      },
    });
    await fake.result();
    expect(shown).toEqual(['answer 401', undefined]);
    expect(fake.run.progress).toMatchObject({ phase: 'ended', lastError: undefined });
  });
});
