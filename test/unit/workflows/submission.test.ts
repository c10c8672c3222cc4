import { describe, expect, it } from 'vitest';
import type { ReconcileInput } from '../../../contract/activities.js';
import type { FailureType } from '../../../contract/failures.js';
import type { RunPort, SubmitOutcome } from '../../../workflows/job-run/port.js';
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
  refused,
  started,
  exact,
  verbsOf,
} from './scripted-verbs.js';

describe('a submission', () => {
  it('is one permit, one POST and a wait when nothing goes wrong', async () => {
    const run = aRun({ submit: inTurn(started()), awaitEnd: () => ended() });
    expect(await run.result()).toMatchObject({
      submissionOutcome: 'submitted',
      posts: 1,
      exactMatch: true,
    });
    expect(verbsOf(run)).toEqual(['prepare', 'submit', 'awaitEnd']);
  });

  it('looks before anything else when the outcome of the POST has an unknown outcome, for X + T + maxListingDelay', async () => {
    const run = aRun({
      submit: inTurn(unknownOutcome),
      reconcile: () => found('e1'),
      awaitEnd: () => ended(),
    });
    expect(await run.result()).toMatchObject({
      submissionOutcome: 'adopted',
      exactMatch: false,
      posts: 1,
    });
    expect(verbsOf(run)).toEqual(['prepare', 'submit', 'reconcile', 'awaitEnd']);
    const look = run.calls.find(({ verb }) => verb === 'reconcile')?.input as ReconcileInput;
    expect(look.lastsMs).toBe(15_000 + 15_000 + 30_000);
  });

  it('looks also when an earlier POST was proven not sent: that proof says nothing of the last one', async () => {
    const run = aRun({
      submit: inTurn(notSent(), unknownOutcome),
      reconcile: () => found('e1'),
      awaitEnd: () => ended(),
    });
    expect(await run.result()).toMatchObject({ submissionOutcome: 'adopted' });
    expect(verbsOf(run)).toEqual([
      'prepare',
      'submit',
      'prepare',
      'submit',
      'reconcile',
      'awaitEnd',
    ]);
  });

  it('takes a fresh permit for a second POST after a look that found nothing, and keeps its first baseline', async () => {
    const permits = [
      aPermit({ baselineMs: 1_000_000, knownIds: ['old'] }),
      aPermit({ baselineMs: 1_060_000, knownIds: ['old', 'other'] }),
    ];
    const run = aRun({
      prepare: inTurn(...permits.map((value) => ({ kind: 'done' as const, value }))),
      submit: inTurn(unknownOutcome, unknownOutcome),
      reconcile: inTurn<Awaited<ReturnType<RunPort['reconcile']>>>(
        await found(),
        await found('e2'),
      ),
      awaitEnd: () => ended({ jobExecutionId: 'e2' }),
    });
    expect(await run.result()).toMatchObject({ submissionOutcome: 'adopted', posts: 2 });
    const looks = run.calls
      .filter(({ verb }) => verb === 'reconcile')
      .map(({ input }) => input as ReconcileInput);
    expect(looks.map(({ criteria: criteria }) => criteria.since)).toEqual([
      { baselineMs: 1_000_000, knownIds: ['old'] },
      { baselineMs: 1_000_000, knownIds: ['old'] },
    ]);
    expect(looks[1]?.lastsMs).toBe(60_000);
    expect(looks[1]?.criteria.sent).toHaveLength(2);
  });

  it('takes what appears between the look and the next baseline as found, and does not post', async () => {
    const late = aPermit({
      found: {
        matches: [anExecution({ jobExecutionId: 'late', status: 'RUNNING' })],
        possible: [],
      },
    });
    const run = aRun({
      prepare: inTurn(
        { kind: 'done' as const, value: aPermit() },
        { kind: 'done' as const, value: late },
      ),
      submit: inTurn(unknownOutcome),
      reconcile: () => found(),
      awaitEnd: () => ended({ jobExecutionId: 'late' }),
    });
    expect(await run.result()).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
  });

  it.each([[], ['e1']])(
    'is ambiguous when no listing was complete, and posts nothing more: %j may be ours (A5)',
    async (...possible) => {
      const value = {
        ...{ matches: [], exactMatch: true, incomplete: true as const },
        possible: possible.map((jobExecutionId) => anExecution({ jobExecutionId })),
      };
      const run = aRun({
        submit: inTurn(unknownOutcome),
        reconcile: () => Promise.resolve({ kind: 'done', value }),
      });
      expect(await failureOf(run)).toMatchObject({
        type: 'DataFlowSubmissionAmbiguous',
        message: expect.stringContaining('no listing of the job was proven complete') as string,
        details: { candidates: possible },
      });
      expect(verbsOf(run)).toEqual(['prepare', 'submit', 'reconcile']);
    },
  );

  it('is ambiguous when several executions could be it, and names them', async () => {
    const run = aRun({ submit: inTurn(unknownOutcome), reconcile: () => found('e1', 'e2') });
    expect(await failureOf(run)).toMatchObject({
      type: 'DataFlowSubmissionAmbiguous',
      details: { candidates: ['e1', 'e2'] },
    });
  });

  it('names a copy that was made of ours later, and does not stop it (A10)', async () => {
    const at = (jobExecutionId: string, time: string) =>
      anExecution({ jobExecutionId, status: 'RUNNING', createdDate: `2026-11-22T${time}Z` });
    const run = aRun(
      {
        submit: inTurn(unknownOutcome),
        reconcile: () =>
          done({
            matches: [at('e1', '03:00:00'), at('e2', '03:00:50'), at('e3', '03:05:00')],
            possible: [],
            exactMatch: true,
          }),
        awaitEnd: () => ended(),
        stop: () => done({ execution: anExecution({ status: 'CANCELED' }), stop: 'canceled' }),
      },
      { runKeyParameter: 'run' },
    );
    expect(await run.result()).toMatchObject({
      submissionOutcome: 'adopted',
      duplicates: ['e2', 'e3'],
    });
    expect(run.calls.filter(({ verb }) => verb === 'stop')).toMatchObject([
      { input: { executionId: 'e2' } },
    ]);
  });

  it('adopts the oldest of several sure matches and stops the others as duplicates', async () => {
    const run = aRun(
      {
        submit: inTurn(unknownOutcome),
        reconcile: () => exact('e1', 'e2'),
        awaitEnd: () => ended(),
        stop: () =>
          done({
            execution: anExecution({ jobExecutionId: 'e2', status: 'CANCELED' }),
            stop: 'canceled' as const,
          }),
      },
      { exclusive: true },
    );
    expect(await run.result()).toMatchObject({
      submissionOutcome: 'adopted',
      exactMatch: true,
      duplicates: ['e2'],
    });
    expect(run.calls.filter(({ verb }) => verb === 'stop')).toMatchObject([
      { input: { executionId: 'e2' } },
    ]);
  });

  it('waits for a word when held, and takes the execution that it names', async () => {
    const run = aRun(
      {
        submit: inTurn(unknownOutcome),
        reconcile: () => found('e1', 'e2'),
        awaitResolution: () => done('e2'),
        awaitEnd: () => ended({ jobExecutionId: 'e2' }),
      },
      { onAmbiguous: 'hold' },
    );
    expect(await run.result()).toMatchObject({
      submissionOutcome: 'adopted',
      exactMatch: true,
      execution: { jobExecutionId: 'e2' },
    });
  });

  it('posts again when the word is none, and never takes the candidates that it ruled out', async () => {
    const run = aRun(
      {
        submit: inTurn(unknownOutcome, started('e3')),
        reconcile: () => found('e1', 'e2'),
        awaitResolution: () => done('none'),
        awaitEnd: () => ended({ jobExecutionId: 'e3' }),
      },
      { onAmbiguous: 'hold' },
    );
    expect(await run.result()).toMatchObject({ submissionOutcome: 'submitted', posts: 2 });
    const second = run.calls.filter(({ verb }) => verb === 'prepare')[1]?.input as {
      criteria: ReconcileInput['criteria'];
    };
    expect(second.criteria.claimedIds).toEqual(['e1', 'e2']);
  });

  it('ends as ambiguous when nobody gives a word until runTimeout', async () => {
    const run = aRun(
      {
        submit: inTurn(unknownOutcome),
        reconcile: () => found('e1', 'e2'),
        awaitResolution: () => Promise.resolve({ kind: 'timed-out' }),
      },
      { onAmbiguous: 'hold', runTimeout: '1h' },
    );
    expect(await failureOf(run)).toMatchObject({ type: 'DataFlowSubmissionAmbiguous' });
  });
});

describe('fresh permits', () => {
  it('are paced: doubling from a second, half of it jitter', async () => {
    const run = aRun({
      submit: inTurn(notSent(), notSent(), notSent(), started()),
      awaitEnd: () => ended(),
    });
    expect(await run.result()).toMatchObject({ posts: 1 });
    expect(run.calls.filter(({ verb }) => verb === 'sleep').map(({ input }) => input)).toEqual([
      750, 1_500, 3_000,
    ]);
  });

  it('wait for as long as the service asks', async () => {
    const run = aRun({
      submit: inTurn(notSent({ status: 429, retryAfterMs: 20_000 }), started()),
      awaitEnd: () => ended(),
    });
    expect(await run.result()).toMatchObject({ posts: 2 });
    expect(run.calls.find(({ verb }) => verb === 'sleep')?.input).toBe(20_500);
  });

  it('wait for a minute at most, whatever is asked for (C1)', async () => {
    const run = aRun({
      submit: inTurn(notSent({ status: 503, retryAfterMs: 7_200_000 }), started()),
      awaitEnd: () => ended(),
    });
    await run.result();
    expect(run.calls.find(({ verb }) => verb === 'sleep')?.input).toBe(59_500);
  });

  it.each<[string, SubmitOutcome<never>, FailureType]>([
    ['the signature', notSent({ status: 401, code: '200' }), 'DataFlowUnauthenticated'],
    [
      'the call to a linked product',
      refused('DataFlowLinkedRequestFailed'),
      'DataFlowLinkedRequestFailed',
    ],
  ])('end when %s is refused three times in a row', async (_, outcome, type) => {
    const run = aRun({ submit: inTurn(outcome) });
    expect(await failureOf(run)).toMatchObject({ type });
    expect(verbsOf(run).filter((verb) => verb === 'submit')).toHaveLength(3);
  });

  it.each<FailureType>([
    'DataFlowBadParameter',
    'DataFlowNotFound',
    'DataFlowForbidden',
    'DataFlowLinkedUnauthorized',
  ])('are not taken after a %s: the run fails at once', async (type) => {
    const run = aRun({ submit: inTurn(refused(type)) });
    expect(await failureOf(run)).toMatchObject({ type });
    expect(verbsOf(run)).toEqual(['prepare', 'submit']);
  });
});
