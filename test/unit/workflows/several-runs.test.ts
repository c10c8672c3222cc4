import { describe, expect, it } from 'vitest';
import type { AwaitResult, FindInput } from '../../../contract/activities.js';
import { stateOf } from '../../../workflows/run/state.js';
import { anExecution, aPermit } from './fake-port.js';
import {
  aRun,
  done,
  doubtful,
  ended,
  failureOf,
  found,
  inTurn,
  started,
  sure,
  verbsOf,
} from './scripted-verbs.js';

const withTwin: AwaitResult = {
  execution: anExecution({ status: 'COMPLETED' }),
  twins: ['other'],
  copies: [],
  sureTwins: true,
  statusCalls: 1,
};
const stopped = { execution: anExecution({ status: 'CANCELED' }), stop: 'canceled' as const };

describe('a run beside others of its job in one workflow', () => {
  it('neither names nor stops an execution that another run has claimed meanwhile', async () => {
    const run = aRun(
      {
        submit: inTurn(doubtful),
        look: () => sure('e1'),
        awaitEnd: () => done(withTwin),
        claimedIds: () => ['other'],
      },
      { soleWriter: true },
    );
    expect(await run.result()).toMatchObject({ twins: [] });
    expect(verbsOf(run)).not.toContain('stop');
  });

  it('names, but does not stop, a twin that may be the start of another run in doubt', async () => {
    const run = aRun(
      {
        submit: inTurn(started()),
        awaitEnd: () => done(withTwin),
        isAnotherInDoubt: () => true,
      },
      { soleWriter: true },
    );
    expect(await run.result()).toMatchObject({ twins: ['other'] });
    expect(verbsOf(run)).not.toContain('stop');
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
        turn: noted('turn', () => done(() => order.push('release'))),
        prepare: noted('prepare', () => done(aPermit())),
        submit: noted('submit', inTurn(doubtful)),
        look: noted('look', () => found('e1', 'e2')),
        word: noted('word', () => done('e2')),
        awaitEnd: noted('awaitEnd', () => ended({ jobExecutionId: 'e2' })),
      },
      { onAmbiguous: 'hold' },
    );
    await run.result();
    expect(order).toEqual(['turn', 'prepare', 'submit', 'look', 'release', 'word', 'awaitEnd']);
  });

  it('is not sure of what it finds while another one is in doubt, without a run key', async () => {
    const verbs = {
      submit: inTurn(doubtful),
      look: () => sure('e1'),
      awaitEnd: () => ended(),
      isAnotherInDoubt: () => true,
    };
    expect(await aRun(verbs, { soleWriter: true }).result()).toMatchObject({ sure: false });
    expect(await aRun(verbs, { runKeyParameter: 'runKey' }).result()).toMatchObject({ sure: true });
  });

  it('that waits for its turn until runTimeout ends as DataFlowDeadlineExceeded', async () => {
    const run = aRun({ turn: () => Promise.resolve({ kind: 'timed-out' }) }, { runTimeout: '2h' });
    expect(await failureOf(run)).toMatchObject({ type: 'DataFlowDeadlineExceeded' });
    expect(verbsOf(run)).toEqual([]);
  });

  it('gives up its turn while it waits for a place', async () => {
    const held: string[] = [];
    const busy = aPermit({ active: [{ executionId: 'theirs', status: 'RUNNING' }] });
    const run = aRun(
      {
        turn: () => {
          held.push('taken');
          return done(() => void held.push('given'));
        },
        prepare: inTurn(
          { kind: 'done' as const, value: busy },
          { kind: 'done' as const, value: aPermit() },
        ),
        awaitFree: () => {
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

describe('twins', () => {
  it('are stopped beside the wait, and one that cannot be stopped is said to be unknown', async () => {
    const run = aRun(
      {
        submit: inTurn(doubtful),
        look: () => sure('e1', 'e2'),
        awaitEnd: () => ended(),
        stop: () => Promise.resolve({ kind: 'timed-out' }),
      },
      { soleWriter: true },
    );
    expect((await run.result()).unknown).toContain('twin e2 may still run');
    expect(run.run.progress.unknown).toContain('twin e2');
  });

  it('of a failed attempt are named with it', async () => {
    const run = aRun(
      {
        submit: inTurn(doubtful, started('e3')),
        look: () => sure('e1', 'e2'),
        awaitEnd: inTurn(
          await ended({ status: 'FAILED' }),
          await ended({ status: 'FAILED' }),
          await ended({ jobExecutionId: 'e3' }),
        ),
        stop: () => done(stopped),
      },
      { soleWriter: true, retry: { maximumAttempts: 2, initialInterval: 1 } },
    );
    expect(await run.result()).toMatchObject({
      earlier: [{ executionId: 'e1', status: 'FAILED', twins: ['e2'] }],
      twins: [],
    });
    expect(verbsOf(run).filter((verb) => verb === 'stop')).toHaveLength(1);
  });
});

describe('a service that may show run settings changed', () => {
  it('makes what could be ours ambiguous, and never a second POST', async () => {
    const possible = [anExecution({ jobExecutionId: 'e1', status: 'RUNNING' })];
    const run = aRun({
      submit: inTurn(doubtful),
      look: () => done({ matches: [], possible, sure: false }),
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
  it('shows at no moment neither the doubt nor the execution', async () => {
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
      ({ started: execution, posted }) => execution !== undefined || posted?.doubt === true,
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
    const second = aRun({ look: () => found('e1'), awaitEnd: () => ended() }, { state: state! });
    await second.result();
    const look = second.calls.find(({ verb }) => verb === 'look')?.input as FindInput;
    expect(look.mark.claimedIds).toContain('theirs');
  });
});

async function tick(times: number): Promise<void> {
  for (let turns = 0; turns < times; turns += 1) await Promise.resolve();
}
