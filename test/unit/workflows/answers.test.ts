import { describe, expect, it } from 'vitest';
import type { Permit, ReconcileInput } from '../../../contract/activities.js';
import type { JobExecution } from '../../../contract/job.js';
import { runKeyOf } from '../../../contract/run-key.js';
import type { RunJobRequest } from '../../../contract/run.js';
import { jobKey } from '../../../workflows/job-run/match-criteria.js';
import { anExecution, aPermit } from './fake-port.js';
import {
  aRun,
  done,
  ended,
  failureOf,
  found,
  inTurn,
  refused,
  exact,
  verbsOf,
} from './scripted-verbs.js';

/** A run whose POST is answered so; a look would find `e1`. */
const answeredWith = (
  execution: Partial<JobExecution>,
  permit: Partial<Permit> = {},
  more = {},
  request: Partial<RunJobRequest> = {},
) =>
  aRun(
    {
      prepare: () => done(aPermit(permit)),
      submit: () =>
        Promise.resolve({
          kind: 'started',
          start: anExecution({ status: 'READY', ...execution }),
        }),
      reconcile: () => found('e1'),
      awaitEnd: () => ended(),
      ...more,
    },
    request,
  );

describe('an answer to a POST', () => {
  const KNOWN_SINCE = Date.parse('2026-11-28T11:50:00+09:00');

  it.each<[string, Partial<JobExecution>, Partial<Permit>, object, Partial<RunJobRequest>?]>([
    ['was listed before it', { jobExecutionId: 'old' }, { knownIds: ['old'] }, {}],
    [
      'was going on before it',
      { jobExecutionId: 'old' },
      { active: [{ executionId: 'old', status: 'RUNNING' }] },
      {},
    ],
    [
      'another start of the workflow has',
      { jobExecutionId: 'theirs' },
      {},
      { claimedIds: () => ['theirs'] },
    ],
    [
      'is older than what was listed before it, by the same clock',
      { jobExecutionId: 'old', createdDate: '2026-11-28T11:40:00+09:00' },
      { knownSinceMs: KNOWN_SINCE },
      {},
    ],
    [
      'shows the run key of another submission',
      { parsedParameters: { runKey: runKeyOf('another') } },
      {},
      {},
      { runKeyParameter: 'runKey' },
    ],
    [
      'has ended, where the listing before it was not complete',
      { jobExecutionId: 'old', status: 'COMPLETED' },
      { incomplete: true },
      {},
    ],
  ])('that names an execution which %s leaves the outcome unknown (A7)', async (...drawn) => {
    const [, execution, permit, more, request] = drawn;
    const run = answeredWith(execution, permit, more, request);
    expect(await run.result()).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
    expect(verbsOf(run)).toEqual(['prepare', 'submit', 'reconcile', 'awaitEnd']);
  });

  it.each([
    ['2026-11-28T11:55:00+09:00', KNOWN_SINCE],
    ['2026-11-28T03:00:00+09:00', undefined],
    [undefined, KNOWN_SINCE],
  ])(
    'is taken whatever its date, %s, is beside other clocks',
    async (createdDate, knownSinceMs) => {
      const execution = createdDate === undefined ? {} : { createdDate };
      const run = answeredWith(execution, knownSinceMs === undefined ? {} : { knownSinceMs });
      expect(await run.result()).toMatchObject({ submissionOutcome: 'submitted', posts: 1 });
    },
  );
});

describe('after a POST that the service refused', () => {
  const key: Partial<RunJobRequest> = { runKeyParameter: 'runKey' };

  it('a run with a key also asks what the next permit shows of it: a copy may have been accepted (A8)', async () => {
    const late = aPermit({
      found: { matches: [anExecution({ status: 'RUNNING' })], possible: [] },
    });
    const run = aRun(
      {
        prepare: inTurn(
          { kind: 'done' as const, value: aPermit() },
          { kind: 'done' as const, value: late },
        ),
        submit: inTurn(refused('DataFlowLinkedRequestFailed')),
        awaitEnd: () => ended(),
      },
      key,
    );
    expect(await run.result()).toMatchObject({
      submissionOutcome: 'adopted',
      exactMatch: true,
      posts: 1,
    });
    const second = run.calls.filter(({ verb }) => verb === 'prepare')[1]?.input as {
      criteria?: ReconcileInput['criteria'];
    };
    expect(second.criteria?.runKey).toMatchObject({ parameter: 'runKey' });
  });
});

describe('two profiles of one account', () => {
  it('share the turn of a job: what one run has posted must not look like the other’s (A11)', () => {
    const [one, other] = ['blue', 'green'].map((profile) => aRun({}, { profile }).run);
    expect(jobKey(one!)).toBe(jobKey(other!));
  });
});

describe('a match that another run of the workflow has got since the look began', () => {
  it('is not adopted (A11)', async () => {
    let claimed: string[] = [];
    const run = aRun(
      {
        submit: inTurn({
          kind: 'outcomeUnknown',
          failure: { type: 'DataFlowSubmissionUnknown', message: '', details: { remedy: '' } },
        }),
        reconcile: () => {
          claimed = ['e1'];
          return exact('e1', 'e2');
        },
        claimedIds: () => claimed,
        awaitEnd: () => ended({ jobExecutionId: 'e2' }),
      },
      { exclusive: true },
    );
    expect(await run.result()).toMatchObject({
      execution: { jobExecutionId: 'e2' },
      duplicates: [],
    });
  });
});

describe('job retry', () => {
  const twice: Partial<RunJobRequest> = { retry: { maximumAttempts: 2, initialInterval: 1 } };
  const submit = inTurn({ kind: 'started' as const, start: anExecution({ status: 'READY' }) });

  it('reads an end again before it starts anything: what was FAILED may run on and complete (A12)', async () => {
    const run = aRun(
      { submit, awaitEnd: inTurn(await ended({ status: 'FAILED' }), await ended()) },
      twice,
    );
    expect(await run.result()).toMatchObject({ attempts: 1, execution: { status: 'COMPLETED' } });
    expect(verbsOf(run)).toEqual(['prepare', 'submit', 'awaitEnd', 'awaitEnd']);
    expect(run.run.progress).toMatchObject({ outcome: 'COMPLETED', status: 'COMPLETED' });
  });

  it('is not made for an end that the second reading shows otherwise', async () => {
    const run = aRun(
      {
        submit,
        awaitEnd: inTurn(await ended({ status: 'FAILED' }), await ended({ status: 'CANCELED' })),
      },
      twice,
    );
    expect(await failureOf(run)).toMatchObject({ type: 'DataFlowExecutionCanceled' });
  });
});
