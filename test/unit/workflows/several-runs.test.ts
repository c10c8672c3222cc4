import { describe, expect, it } from 'vitest';
import type { AwaitResult, ReconcileInput, PrepareInput } from '../../../contract/activities.js';
import { stateOf } from '../../../workflows/job-run/state.js';
import { anExecution, aPermit } from './fake-port.js';
import {
  aRun,
  done,
  unknownOutcome,
  ended,
  failureOf,
  found,
  inTurn,
  notSent,
  started,
  exact,
  verbsOf,
} from './scripted-verbs.js';

const withDuplicate: AwaitResult = {
  execution: anExecution({ status: 'COMPLETED' }),
  duplicates: ['other'],
  copies: [],
  exactDuplicates: true,
  statusCalls: 1,
};
const stopped = { execution: anExecution({ status: 'CANCELED' }), stop: 'canceled' as const };

describe('a run beside others of its job in one workflow', () => {
  it('neither names nor stops an execution that another run has claimed meanwhile', async () => {
    const run = aRun(
      {
        submit: inTurn(unknownOutcome),
        reconcile: () => exact('e1'),
        awaitEnd: () => done(withDuplicate),
        claimedIds: () => ['other'],
      },
      { exclusive: true },
    );
    expect(await run.result()).toMatchObject({ duplicates: [] });
    expect(verbsOf(run)).not.toContain('stop');
  });

  it('names, but does not stop, a duplicate that may be the start of another run with an unknown outcome', async () => {
    const run = aRun(
      {
        submit: inTurn(started()),
        awaitEnd: () => done(withDuplicate),
        isAnotherUnknown: () => true,
      },
      { exclusive: true },
    );
    expect(await run.result()).toMatchObject({ duplicates: ['other'] });
    expect(verbsOf(run)).not.toContain('stop');
  });

  it('gives up the lock that it took for a duplicate, and stops none by exclusive without it', async () => {
    const held = { count: 0 };
    const take = () => {
      held.count += 1;
      return Promise.resolve({ kind: 'done' as const, value: () => void (held.count -= 1) });
    };
    const verbs = { submit: inTurn(started()), awaitEnd: () => done(withDuplicate) };
    const stop = () => done(stopped);
    const withLock = aRun({ ...verbs, stop, jobLock: take }, { exclusive: true });
    await withLock.result();
    expect(verbsOf(withLock)).toContain('stop');
    expect(held.count).toBe(0);
    let taken = 0;
    const onlyOnce = () => {
      taken += 1;
      return taken === 1 ? take() : Promise.resolve({ kind: 'timed-out' as const });
    };
    const without = aRun({ ...verbs, stop, jobLock: onlyOnce }, { exclusive: true });
    expect(await without.result()).toMatchObject({ duplicates: ['other'] });
    expect(verbsOf(without)).not.toContain('stop');
  });

  it('has its turn from permit to id, and gives it up while it is held', async () => {
    const order: string[] = [];
    const noted =
      <Value>(what: string, answer: () => Promise<Value>) =>
      (): Promise<Value> => {
        order.push(what);
        return answer();
      };
    const run = aRun(
      {
        jobLock: noted('lock', () => done(() => order.push('release'))),
        prepare: noted('prepare', () => done(aPermit())),
        submit: noted('submit', inTurn(unknownOutcome)),
        reconcile: noted('reconcile', () => found('e1', 'e2')),
        awaitResolution: noted('awaitResolution', () => done('e2')),
        awaitEnd: noted('awaitEnd', () => ended({ jobExecutionId: 'e2' })),
      },
      { onAmbiguous: 'hold' },
    );
    await run.result();
    expect(order).toEqual([
      'lock',
      'prepare',
      'submit',
      'reconcile',
      'release',
      'awaitResolution',
      'awaitEnd',
    ]);
  });

  it('is not sure of what it finds while another one has an unknown outcome, without a run key', async () => {
    const verbs = {
      submit: inTurn(unknownOutcome),
      reconcile: () => exact('e1'),
      awaitEnd: () => ended(),
      isAnotherUnknown: () => true,
    };
    expect(await aRun(verbs, { exclusive: true }).result()).toMatchObject({ exactMatch: false });
    expect(await aRun(verbs, { runKeyParameter: 'runKey' }).result()).toMatchObject({
      exactMatch: true,
    });
  });

  // Found by test/model/explorer: an exact match ends reconciling at once, and the other run's execution was adopted.
  it('reconciles to the end while another one has an unknown outcome, without a run key', async () => {
    const asked: boolean[] = [];
    const verbs = (isAnotherUnknown: boolean) => ({
      submit: inTurn(unknownOutcome),
      reconcile: ({ criteria }: ReconcileInput) => {
        asked.push(criteria.exclusive);
        return exact('e1');
      },
      awaitEnd: () => ended(),
      isAnotherUnknown: () => isAnotherUnknown,
    });
    await aRun(verbs(true), { exclusive: true }).result();
    await aRun(verbs(false), { exclusive: true }).result();
    expect(asked).toEqual([false, true]);
  });

  it.each([
    ['exclusive, alone', { exclusive: true }, false, [undefined, true]],
    ['exclusive, beside another one', { exclusive: true }, true, [undefined, undefined]],
    ['a run key, beside another one', { runKeyParameter: 'runKey' }, true, [undefined, false]],
  ])(
    'after a refusal looks for a copy of its POST only where a match cannot be another one: %s',
    async (_, request, isAnotherUnknown, expected) => {
      const asked: (boolean | undefined)[] = [];
      const verbs = {
        prepare: ({ criteria }: PrepareInput) => {
          asked.push(criteria?.exclusive);
          return done(aPermit());
        },
        submit: inTurn(notSent({ status: 401 }), started()),
        awaitEnd: () => ended(),
        isAnotherUnknown: () => isAnotherUnknown,
      };
      await aRun(verbs, request).result();
      expect(asked).toEqual(expected);
    },
  );

  it('names its profile in every call', async () => {
    const run = aRun(
      {
        submit: inTurn(unknownOutcome),
        reconcile: () => found('e1'),
        awaitEnd: () => ended(),
      },
      { profile: 'payroll' },
    );
    await run.result();
    const calls = run.calls.filter(({ verb }) => verb !== 'sleep');
    expect(calls.map(({ verb }) => verb)).toEqual(['prepare', 'submit', 'reconcile', 'awaitEnd']);
    for (const { input } of calls) expect(input).toMatchObject({ profile: 'payroll' });
  });

  it('that waits for its turn until runTimeout ends as DataFlowDeadlineExceeded', async () => {
    const run = aRun(
      { jobLock: () => Promise.resolve({ kind: 'timed-out' }) },
      { runTimeout: '2h' },
    );
    expect(await failureOf(run)).toMatchObject({ type: 'DataFlowDeadlineExceeded' });
    expect(verbsOf(run)).toEqual([]);
  });

  it('gives up its turn while it waits for a place', async () => {
    const held: string[] = [];
    const busy = aPermit({ active: [{ executionId: 'theirs', status: 'RUNNING' }] });
    const run = aRun(
      {
        jobLock: () => {
          held.push('taken');
          return done(() => void held.push('given'));
        },
        prepare: inTurn(
          { kind: 'done' as const, value: busy },
          { kind: 'done' as const, value: aPermit() },
        ),
        awaitCapacity: () => {
          held.push('waits');
          return done({ activeExecutions: 0 });
        },
        submit: inTurn(started()),
        awaitEnd: () => ended(),
      },
      { onBusy: 'wait' },
    );
    await run.result();
    expect(held).toEqual(['taken', 'given', 'waits', 'taken', 'given']);
  });
});

describe('duplicates', () => {
  it('are stopped beside the wait, and one that cannot be stopped is said to be unknown', async () => {
    const run = aRun(
      {
        submit: inTurn(unknownOutcome),
        reconcile: () => exact('e1', 'e2'),
        awaitEnd: () => ended(),
        stop: () => Promise.resolve({ kind: 'timed-out' }),
      },
      { exclusive: true },
    );
    expect((await run.result()).unknown).toContain('duplicate e2 may still run');
    expect(run.run.progress.unknown).toContain('duplicate e2');
  });

  it('of a failed attempt are named with it', async () => {
    const run = aRun(
      {
        submit: inTurn(unknownOutcome, started('e3')),
        reconcile: () => exact('e1', 'e2'),
        awaitEnd: inTurn(
          await ended({ status: 'FAILED' }),
          await ended({ status: 'FAILED' }),
          await ended({ jobExecutionId: 'e3' }),
        ),
        stop: () => done(stopped),
      },
      { exclusive: true, retry: { maximumAttempts: 2, initialInterval: 1 } },
    );
    expect(await run.result()).toMatchObject({
      previousAttempts: [{ executionId: 'e1', status: 'FAILED', duplicates: ['e2'] }],
      duplicates: [],
    });
    expect(verbsOf(run).filter((verb) => verb === 'stop')).toHaveLength(1);
  });
});

describe('a service that may show run settings changed', () => {
  it('makes what could be ours ambiguous, and never a second POST', async () => {
    const possible = [anExecution({ jobExecutionId: 'e1', status: 'RUNNING' })];
    const run = aRun({
      submit: inTurn(unknownOutcome),
      reconcile: () => done({ matches: [], possible, exactMatch: false }),
    });
    expect(await failureOf(run)).toMatchObject({
      type: 'DataFlowSubmissionAmbiguous',
      details: { candidates: ['e1'] },
      message: expect.stringContaining('createdDate seems older than the start') as string, // (A4)
    });
    expect(verbsOf(run).filter((verb) => verb === 'submit')).toHaveLength(1);
  });
});

describe('state', () => {
  it('shows at no moment neither the unknown outcome nor the execution', async () => {
    const states: ReturnType<typeof stateOf>[] = [];
    const run = aRun({
      submit: async () => {
        for (let turns = 0; turns < 40; turns += 1)
          void tick(turns).then(() => states.push(stateOf(run.run)));
        return await inTurn(started())();
      },
      awaitEnd: () => ended(),
    });
    await run.result();
    const safe = states.every(
      ({ started: execution, posted }) =>
        execution !== undefined || posted?.outcomeUnknown === true,
    );
    expect(states.length).toBeGreaterThan(0);
    expect(safe).toBe(true);
  });

  it('carries what other runs have, so that a look after continue-as-new leaves it alone', async () => {
    let state: ReturnType<typeof stateOf> | undefined;
    const first = aRun({
      submit: () => {
        state = stateOf(first.run);
        return inTurn(started())();
      },
      awaitEnd: () => ended(),
      claimedIds: () => ['theirs'],
    });
    await first.result();
    const second = aRun(
      { reconcile: () => found('e1'), awaitEnd: () => ended() },
      { state: state! },
    );
    await second.result();
    const look = second.calls.find(({ verb }) => verb === 'reconcile')?.input as ReconcileInput;
    expect(look.criteria.claimedIds).toContain('theirs');
  });
});

async function tick(times: number): Promise<void> {
  for (let turns = 0; turns < times; turns += 1) await Promise.resolve();
}
