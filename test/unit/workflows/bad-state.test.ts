import { describe, expect, it } from 'vitest';
import type { RunPort } from '../../../workflows/job-run/port.js';
import { aPermit } from './fake-port.js';
import {
  aRun,
  done,
  unknownOutcome,
  ended,
  failureOf,
  found,
  inTurn,
  refused,
  started,
  exact,
  verbsOf,
} from './scripted-verbs.js';

describe('bad-state', () => {
  const busy = aPermit({ active: [{ executionId: 'theirs', status: 'RUNNING' }] });

  it.each(['fail', 'wait', 'join'] as const)(
    'of a draft fails at once under onBusy %s',
    async (onBusy) => {
      const draft = aPermit({ job: { name: 'sales', type: 'VISUAL', status: 'DRAFT' } });
      const run = aRun(
        { prepare: () => done(draft), submit: inTurn(refused('DataFlowBadState')) },
        { onBusy },
      );
      expect(await failureOf(run)).toMatchObject({ type: 'DataFlowBadState' });
      expect(verbsOf(run)).toEqual(['prepare', 'submit']);
    },
  );

  it('after an unknown outcome that was settled means a look: our own first one may run', async () => {
    const run = aRun({
      submit: inTurn(unknownOutcome, refused('DataFlowBadState')),
      reconcile: inTurn<Awaited<ReturnType<RunPort['reconcile']>>>(
        await found(),
        await found('e1'),
      ),
      awaitEnd: () => ended(),
    });
    expect(await run.result()).toMatchObject({ submissionOutcome: 'adopted' });
    expect(verbsOf(run)).toEqual([
      'prepare',
      'submit',
      'reconcile',
      'prepare',
      'submit',
      'reconcile',
      'awaitEnd',
    ]);
  });

  it('is not asked for under onBusy wait when the job shows no room: the run waits for a place', async () => {
    const run = aRun(
      {
        prepare: inTurn(
          { kind: 'done' as const, value: busy },
          { kind: 'done' as const, value: aPermit() },
        ),
        awaitCapacity: () => done({ activeExecutions: 0 }),
        submit: inTurn(started()),
        awaitEnd: () => ended(),
      },
      { onBusy: 'wait' },
    );
    await run.result();
    expect(verbsOf(run)).toEqual(['prepare', 'awaitCapacity', 'prepare', 'submit', 'awaitEnd']);
  });

  it('under onBusy wait begins again when the place was snatched', async () => {
    const run = aRun(
      {
        prepare: inTurn(
          { kind: 'done' as const, value: aPermit() },
          { kind: 'done' as const, value: busy },
          { kind: 'done' as const, value: aPermit() },
        ),
        awaitCapacity: () => done({ activeExecutions: 0 }),
        submit: inTurn(refused('DataFlowBadState'), started()),
        awaitEnd: () => ended(),
      },
      { onBusy: 'wait' },
    );
    await run.result();
    expect(verbsOf(run)).toEqual([
      'prepare',
      'submit',
      'prepare',
      'awaitCapacity',
      'prepare',
      'submit',
      'awaitEnd',
    ]);
  });

  it('under onBusy join is not asked for: the newest running execution is shared, without a POST', async () => {
    const run = aRun(
      { prepare: () => done(busy), awaitEnd: () => ended({ jobExecutionId: 'theirs' }) },
      { onBusy: 'join' },
    );
    expect(await run.result()).toMatchObject({
      submissionOutcome: 'joined',
      posts: 0,
      execution: { jobExecutionId: 'theirs' },
    });
    expect(verbsOf(run)).toEqual(['prepare', 'awaitEnd']);
  });

  it('of a joined execution that fails is not retried', async () => {
    const run = aRun(
      {
        prepare: () => done(busy),
        awaitEnd: () => ended({ jobExecutionId: 'theirs', status: 'FAILED' }),
      },
      { onBusy: 'join', retry: { maximumAttempts: 3 } },
    );
    expect(await failureOf(run)).toMatchObject({
      type: 'DataFlowExecutionFailed',
      details: { executionId: 'theirs' },
    });
    expect(verbsOf(run)).toEqual(['prepare', 'awaitEnd']);
  });

  it('that lasts after a outcome was known ends the run, after one more look', async () => {
    const run = aRun({
      submit: inTurn(unknownOutcome, refused('DataFlowBadState')),
      reconcile: () => found(),
    });
    expect(await failureOf(run)).toMatchObject({ type: 'DataFlowBadState' });
    expect(verbsOf(run).filter((verb) => verb === 'reconcile')).toHaveLength(2);
    expect(verbsOf(run).filter((verb) => verb === 'submit')).toHaveLength(2);
  });

  it('is first a look with a run key, also of the first POST: somebody may have sent it twice (A8)', async () => {
    const run = aRun(
      {
        submit: inTurn(refused('DataFlowBadState')),
        reconcile: () => exact('e1'),
        awaitEnd: () => ended(),
      },
      { runKeyParameter: 'runKey' },
    );
    expect(await run.result()).toMatchObject({
      submissionOutcome: 'adopted',
      exactMatch: true,
      posts: 1,
    });
    expect(verbsOf(run)).toEqual(['prepare', 'submit', 'reconcile', 'awaitEnd']);
  });

  it.each(['wait', 'join'] as const)(
    'with a run key is a look each time under onBusy %s, before anybody waits or joins (A8)',
    async (onBusy) => {
      const run = aRun(
        {
          submit: inTurn(refused('DataFlowBadState')),
          reconcile: inTurn<Awaited<ReturnType<RunPort['reconcile']>>>(
            await found(),
            await exact('e2'),
          ),
          awaitEnd: () => ended({ jobExecutionId: 'e2' }),
        },
        { onBusy, runKeyParameter: 'runKey' },
      );
      expect(await run.result()).toMatchObject({ submissionOutcome: 'adopted', exactMatch: true });
      expect(verbsOf(run).filter((verb) => verb === 'reconcile')).toHaveLength(2);
    },
  );

  it('with a run key ends the run when the look finds nothing: no second POST asks again (A8)', async () => {
    const run = aRun(
      { submit: inTurn(refused('DataFlowBadState')), reconcile: () => found() },
      { runKeyParameter: 'runKey' },
    );
    expect(await failureOf(run)).toMatchObject({ type: 'DataFlowBadState' });
    expect(verbsOf(run)).toEqual(['prepare', 'submit', 'reconcile']);
  });

  it('of a run without a key is the service’s word: what is alike at a busy job is mostly another’s', async () => {
    const run = aRun({ submit: inTurn(refused('DataFlowBadState')) });
    expect(await failureOf(run)).toMatchObject({ type: 'DataFlowBadState' });
    expect(verbsOf(run)).toEqual(['prepare', 'submit']);
  });

  it('under onBusy wait is waited out again each time that the place is snatched, however late', async () => {
    const run = aRun(
      {
        prepare: inTurn(
          ...[aPermit(), busy, aPermit(), busy, aPermit()].map((value) => ({
            kind: 'done' as const,
            value,
          })),
        ),
        awaitCapacity: () => {
          run.clock.nowMs += 7_200_000;
          return done({ activeExecutions: 0 });
        },
        submit: inTurn(refused('DataFlowBadState'), refused('DataFlowBadState'), started()),
        awaitEnd: () => ended(),
      },
      { onBusy: 'wait' },
    );
    expect(await run.result()).toMatchObject({ submissionOutcome: 'submitted' });
  });
});
