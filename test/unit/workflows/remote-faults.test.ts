import { describe, expect, it } from 'vitest';
import type { FollowResult } from '../../../contract/remote-activities.js';
import type { RemoteStart } from '../../../contract/remote-activities.js';
import type { SubmitOutcome } from '../../../workflows/job-run/port.js';
import type { Failure, VerbResult } from '../../../workflows/job-run/port.js';
import {
  accepted,
  an,
  aRemotePermit,
  endOf,
  fakeRemoteRun,
  type FakeRemoteRun,
  lost,
  news,
  possibly,
  seen,
} from './fake-remote-port.js';
import { aFailure, inTurn, refused } from './scripted-verbs.js';

interface Ended {
  readonly failure?: Failure;
  readonly unknown?: string;
}

const endOfRun = (fake: FakeRemoteRun): Promise<Ended> =>
  fake.result().then(
    () => ({}),
    (error: unknown) => error as Ended,
  );

const failing = (): { readonly kind: 'failed'; readonly failure: Failure } => ({
  kind: 'failed',
  failure: aFailure('DataFlowNotFound'),
});
const unknownOutcome: SubmitOutcome<RemoteStart> = {
  kind: 'outcomeUnknown',
  failure: aFailure('DataFlowSubmissionUnknown'),
};
/** Two jobs that the trigger starts beside each other. */
const beside = aRemotePermit({
  nodes: ['first', 'beside'].map((jobId) => ({ jobId, parentJobIds: [], knownIds: [] })),
});
const preparing = (value = beside) => ({
  prepare: () => Promise.resolve({ kind: 'done' as const, value }),
});

/** A look that fails, and a cancel that came before it did where one is wanted. */
function followingFails(isCancelled: boolean, submit: SubmitOutcome<RemoteStart>): FakeRemoteRun {
  const fake = fakeRemoteRun(
    [
      seen('first', false, an('first', 'RUNNING')),
      (): VerbResult<FollowResult> => {
        if (isCancelled) fake.cancel();
        return failing();
      },
    ],
    { submit: inTurn(submit) },
  );
  return fake;
}

describe('a remote run whose calls fail for good (C10)', () => {
  it.each([false, true])(
    'that cannot prepare started nothing; cancelled: %s',
    async (cancelled) => {
      const fake = fakeRemoteRun([], {
        prepare: () => {
          if (cancelled) fake.cancel();
          return Promise.resolve(failing());
        },
      });
      const { failure, unknown } = await endOfRun(fake);
      expect(failure?.type).toBe(cancelled ? undefined : 'DataFlowNotFound');
      expect(unknown).toBeUndefined();
    },
  );

  it.each([false, true])(
    'whose start is refused started nothing; cancelled: %s',
    async (cancelled) => {
      const fake = fakeRemoteRun([], {
        submit: () => {
          if (cancelled) fake.cancel();
          return Promise.resolve(refused('DataFlowForbidden'));
        },
      });
      const { failure, unknown } = await endOfRun(fake);
      expect(failure?.type).toBe(cancelled ? undefined : 'DataFlowForbidden');
      expect(unknown).toBeUndefined();
    },
  );

  it('that looks for a start with an unknown outcome stays ambiguous and names what it has seen', async () => {
    const { failure } = await endOfRun(followingFails(false, unknownOutcome));
    expect(failure).toMatchObject({
      type: 'DataFlowSubmissionAmbiguous',
      details: { candidates: ['first-1'] },
    });
  });

  it('that looks for a start with an unknown outcome after a cancel stays canceled and names what it has seen', async () => {
    const { failure, unknown } = await endOfRun(followingFails(true, unknownOutcome));
    expect(failure).toBeUndefined();
    expect(unknown).toContain('first-1');
  });

  it('that follows an accepted start names what may run on', async () => {
    const { failure } = await endOfRun(followingFails(false, accepted));
    expect(failure).toMatchObject({
      type: 'DataFlowNotFound',
      details: {
        executions: [{ executionId: 'first-1' }],
        unknown: expect.stringContaining('first-1') as string,
      },
    });
  });

  it('that stops an accepted start stays canceled and names what may run on', async () => {
    const { failure, unknown } = await endOfRun(followingFails(true, accepted));
    expect(failure).toBeUndefined();
    expect(unknown).toContain('first-1');
  });

  it('follows the other jobs to their ends when one is lost, and says that this one may still run', async () => {
    const fake = fakeRemoteRun(
      [
        seen('first', true, an('first', 'RUNNING')),
        seen('beside', true, an('beside', 'RUNNING')),
        lost('first'),
        endOf(an('beside', 'COMPLETED')),
      ],
      preparing(),
    );
    const { failure } = await endOfRun(fake);
    expect(failure).toMatchObject({
      type: 'DataFlowNotFound',
      details: { executionId: 'first-1', unknown: expect.stringContaining('first-1') as string },
    });
    expect(fake.follows().at(-1)?.running).toMatchObject([{ executionId: 'beside-1' }]);
  });

  it('reports the failure of one job, and beside it that another is lost', async () => {
    const fake = fakeRemoteRun(
      [
        seen('first', true, an('first', 'RUNNING')),
        seen('beside', true, an('beside', 'RUNNING')),
        lost('first'),
        endOf(an('beside', 'FAILED')),
      ],
      preparing(),
    );
    const { failure } = await endOfRun(fake);
    expect(failure).toMatchObject({
      type: 'DataFlowExecutionFailed',
      details: { executionId: 'beside-1', unknown: expect.stringContaining('first-1') as string },
    });
  });

  it('with an unknown outcome is ambiguous when a job that its trigger starts is lost', async () => {
    const looks = [seen('beside', true, an('beside', 'RUNNING')), lost('first')];
    const fake = fakeRemoteRun(looks, { ...preparing(), submit: inTurn(unknownOutcome) });
    expect((await endOfRun(fake)).failure).toMatchObject({
      type: 'DataFlowSubmissionAmbiguous',
      details: { candidates: ['beside-1'] },
    });
  });

  it('is ambiguous when the only executions listed do not show what started them', async () => {
    const { failure } = await endOfRun(fakeRemoteRun([possibly('first', 'untold')]));
    expect(failure).toMatchObject({
      type: 'DataFlowSubmissionAmbiguous',
      details: { candidates: ['untold'] },
    });
  });

  it('names what surely runs on when another job is ambiguous', async () => {
    const fake = fakeRemoteRun(
      [
        seen('beside', true, an('beside', 'RUNNING')),
        seen('first', false, an('first', 'RUNNING'), an('first', 'READY', 'other')),
      ],
      preparing(),
    );
    expect((await endOfRun(fake)).failure?.details.unknown).toContain('beside-1');
  });

  it('stops after a cancel what is surely its own, whatever is ambiguous beside it', async () => {
    const fake = fakeRemoteRun(
      [
        () => {
          fake.cancel();
          return { kind: 'cancelled' };
        },
        seen('first', true, an('first', 'RUNNING'), an('first', 'READY', 'other')),
        seen('beside', true, an('beside', 'RUNNING')),
      ],
      {
        ...preparing(),
        stop: () =>
          Promise.resolve({
            kind: 'done',
            value: { execution: an('beside', 'CANCELED'), stop: 'canceled' },
          }),
      },
    );
    const { failure, unknown } = await endOfRun(fake);
    expect(failure).toBeUndefined();
    expect(unknown).toMatch(/first-1, other .* were left alone/);
    expect(fake.run.progress.nodes.map(({ status }) => status)).toEqual(['RUNNING', 'CANCELED']);
  });

  it('whose outcome of the start is unknown is looked for also where onCancel is abandon, and named', async () => {
    const fake = fakeRemoteRun(
      [
        () => {
          fake.cancel();
          return { kind: 'cancelled' };
        },
        seen('first', true, an('first', 'RUNNING')),
      ],
      { submit: inTurn(unknownOutcome) },
      { onCancel: 'abandon' },
    );
    const { failure, unknown } = await endOfRun(fake);
    expect(failure).toBeUndefined();
    expect(unknown).toContain('first-1');
  });
});

describe('the lock of a remote run (C11)', () => {
  it('is of one workflow at one service, whatever the profile is called', async () => {
    const names = await Promise.all(
      ['a', 'b'].map(async (profile) => {
        const fake = fakeRemoteRun([lost('first'), seen('second', true)], {}, { profile });
        await endOfRun(fake);
        return fake.locks.map(({ name }) => name);
      }),
    );
    expect(names).toEqual([['service.test/w'], ['service.test/w']]);
  });

  it('that another run holds ends the run before anything is posted', async () => {
    const fake = fakeRemoteRun([], { lock: () => Promise.resolve(undefined) });
    expect((await endOfRun(fake)).failure).toMatchObject({
      type: 'DataFlowBadState',
      message: expect.stringContaining('nothing was started') as string,
    });
    expect(new Set(fake.calls.map(({ verb }) => verb))).toEqual(new Set(['prepare']));
  });

  it('that another run holds is refused at once where the service shows what that started', async () => {
    const failure = aFailure('DataFlowBadState', { candidates: ['theirs'] });
    const fake = fakeRemoteRun([], {
      lock: () => Promise.resolve(undefined),
      prepare: () => Promise.resolve({ kind: 'failed', failure }),
    });
    const began = fake.clock.nowMs;
    expect((await endOfRun(fake)).failure).toMatchObject({
      type: 'DataFlowBadState',
      details: { candidates: ['theirs'] },
    });
    expect(fake.clock.nowMs, 'nothing was waited for').toBe(began);
  });

  it('that is free again a moment later is taken', async () => {
    let tries = 0;
    const lock = () =>
      Promise.resolve((tries += 1) < 3 ? undefined : () => Promise.resolve(undefined));
    const fake = fakeRemoteRun([lost('first'), seen('second', true)], { lock });
    await endOfRun(fake);
    expect(fake.calls.map(({ verb }) => verb).slice(0, 4)).toEqual([
      ...['prepare', 'prepare', 'prepare', 'submit'],
    ]);
  });

  it('is held until each job has an execution that is surely its own', async () => {
    const fake = fakeRemoteRun([
      seen('first', true, an('first', 'RUNNING')),
      endOf(an('first', 'COMPLETED')),
      seen('second', true, an('second', 'RUNNING')),
      endOf(an('second', 'COMPLETED')),
    ]);
    await fake.result();
    const verbs = fake.calls.map(({ verb }) => verb);
    expect(verbs.slice(0, fake.locks[0]?.releasedAfter)).toEqual([
      ...['prepare', 'submit', 'follow', 'follow', 'follow'],
    ]);
  });

  it('is released when the run ends otherwise', async () => {
    const fake = fakeRemoteRun([], { prepare: () => Promise.resolve(failing()) });
    await endOfRun(fake);
    expect(fake.locks).toMatchObject([{ releasedAfter: 1 }]);
  });
});

it('a remote run that is ambiguous or refused names no option that remote runs lack (L16)', async () => {
  const ambiguous = fakeRemoteRun([possibly('first', 'untold')]);
  const locked = fakeRemoteRun([], { lock: () => Promise.resolve(undefined) });
  for (const fake of [ambiguous, locked]) {
    const { failure } = await endOfRun(fake);
    expect(`${failure?.message} ${failure?.details.remedy}`).not.toMatch(
      /onAmbiguous|runKeyParameter|exclusive|onBusy|The job cannot/,
    );
  }
});

it('a remote run tells what it awaits in milliseconds from now, not by the clock of the service', async () => {
  const fake = fakeRemoteRun([
    () => {
      fake.clock.nowMs += 20_000;
      return news({ ended: [] });
    },
    lost('first'),
    seen('second', true),
  ]);
  await endOfRun(fake);
  expect(fake.follows().map(({ expected }) => expected[0]?.settlesInMs)).toEqual([
    ...[30_000, 10_000, 0],
  ]);
});
