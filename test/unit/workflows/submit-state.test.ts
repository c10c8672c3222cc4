import { describe, expect, it } from 'vitest';
import type { ReconcileResult, Permit } from '../../../contract/activities.js';
import { RunFailure } from '../../../workflows/job-run/failures.js';
import {
  type JobSubmitContext,
  type JobSubmitEvent,
  type JobSubmitState,
  nextJobSubmitState,
  type TrackedExecution,
} from '../../../workflows/job-run/job-submission.js';
import { EMPTY_RECORD } from '../../../workflows/job-run/submit-state.js';
import { anExecution, aPermit } from './fake-port.js';
import { aFailure } from './scripted-verbs.js';

const context: JobSubmitContext = {
  nowMs: 1_000,
  mustEnd: undefined,
  plan: {
    jobId: 'jobA',
    onBusy: 'wait',
    onAmbiguous: 'fail',
    runKeyParameter: undefined,
    exclusive: false,
  },
  key: 'key-1',
  timeLeftMs: undefined,
  claimedIds: [],
  isAnotherUnknown: false,
};
const cancelled: JobSubmitContext = { ...context, mustEnd: 'cancelled' };
const hold: JobSubmitContext = { ...context, plan: { ...context.plan, onAmbiguous: 'hold' } };
const exclusive: JobSubmitContext = { ...context, plan: { ...context.plan, exclusive: true } };
const join: JobSubmitContext = { ...context, plan: { ...context.plan, onBusy: 'join' } };

const record = { ...EMPTY_RECORD, first: { knownIds: [] }, sent: [{}], posts: 1, permits: 1 };
const tracked: TrackedExecution = {
  execution: anExecution(),
  how: 'submitted',
  exactMatch: true,
  waitHeartbeatTimeoutMs: 1,
  limitMs: 1,
  seen: undefined,
  timeoutMs: undefined,
};
const permit = aPermit();

const STATES = {
  ready: { kind: 'ready', record },
  permitted: { kind: 'permitted', permit, record },
  atCapacity: { kind: 'atCapacity', record },
  submitting: { kind: 'submitting', permit, record },
  outcomeUnknown: { kind: 'outcomeUnknown', permit, record },
  ambiguous: { kind: 'ambiguous', candidates: ['e7'], record },
  accepted: { kind: 'accepted', accepted: tracked, record },
  failed: {
    kind: 'failed',
    failure: new RunFailure('it ended'),
    candidates: [],
    isOutcomeUnknown: false,
    record,
  },
} as const satisfies Record<JobSubmitState['kind'], JobSubmitState>;
type Kind = keyof typeof STATES;

const busy = (change: Partial<Permit> = {}): Permit =>
  aPermit({ active: [{ executionId: 'e5', status: 'RUNNING' }], ...change });
const found = (matches: string[], change: Partial<ReconcileResult> = {}): JobSubmitEvent => ({
  kind: 'reconciled',
  found: {
    matches: matches.map((jobExecutionId) => anExecution({ jobExecutionId })),
    possible: [],
    exactMatch: false,
    ...change,
  },
});
const refused = (type: Parameters<typeof aFailure>[0], status = 400): JobSubmitEvent => ({
  kind: 'refused',
  failure: aFailure(type, { status }),
});

const EVENTS = {
  permitted: { kind: 'permitted', permit },
  capacityFound: { kind: 'capacityFound' },
  posting: { kind: 'posting', sent: {} },
  usedByEarlierRun: { kind: 'usedByEarlierRun', sent: {} },
  started: { kind: 'started', start: anExecution() },
  refused: refused('DataFlowInvalidInput'),
  notSent: { kind: 'notSent', failure: aFailure('DataFlowNotSent') },
  outcomeUnknown: { kind: 'outcomeUnknown', failure: aFailure('DataFlowSubmissionUnknown') },
  activityFailed: { kind: 'activityFailed', failure: aFailure('DataFlowForbidden') },
  reconciled: found([]),
  notReconciled: { kind: 'notReconciled', why: 'the service did not answer' },
  resolved: { kind: 'resolved', executionId: 'e7' },
  duplicatesFound: { kind: 'duplicatesFound', duplicates: ['e8'], copies: [] },
  mustEnd: { kind: 'mustEnd', why: 'cancelled', detail: 'nothing was left running' },
} as const satisfies Record<JobSubmitEvent['kind'], JobSubmitEvent>;

/**
 * Next state of every (event, state) pair. `same`: the event changes nothing. `-`: the event cannot happen in this
 * state, and is an error, because to ignore it could lose an execution.
 */
const TABLE = `
                  ready      permitted      atCapacity  submitting          outcomeUnknown  ambiguous  accepted  failed
permitted         permitted  -              -           -               -               -          -         -
capacityFound     -          -              ready       -               -               -          -         -
posting           -          submitting         -           -               -               -          -         -
usedByEarlierRun  -          outcomeUnknown -           -               -               -          -         -
started           -          -              -           accepted        -               -          -         -
refused           -          -              -           failed          -               -          -         -
notSent           -          -              -           ready           -               -          -         -
outcomeUnknown    -          -              -           outcomeUnknown  -               -          -         -
activityFailed    failed     -              failed      -               -               -          -         -
reconciled        -          -              -           -               ready           -          -         -
notReconciled     -          -              -           -               failed          -          -         -
resolved          -          -              -           -               -               accepted   -         -
duplicatesFound   -          -              -           -               -               -          accepted  -
mustEnd           failed     failed         failed      same            same            failed     same      same
`;
const [header = [], ...rows] = TABLE.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const PAIRS = rows.flatMap(([event = '', ...cells]) =>
  cells.map((cell, index) => [header[index] as Kind, event as keyof typeof EVENTS, cell] as const),
);

describe('a submission', () => {
  it('has a row for each event and a column for each state', () => {
    expect(header).toEqual(Object.keys(STATES));
    expect(rows.map(([event]) => event)).toEqual(Object.keys(EVENTS));
    expect(PAIRS).toHaveLength(header.length * rows.length);
  });

  it.each(PAIRS)('in state %s with the event %s: %s', (kind, event, cell) => {
    const state = STATES[kind];
    const next = (): JobSubmitState => nextJobSubmitState(state, EVENTS[event], context);
    if (cell === '-') {
      expect(next).toThrow(`in state ${kind} cannot take the event ${event}`);
    } else {
      expect(next().kind).toBe(cell === 'same' ? kind : cell);
      if (cell === 'same') expect(next()).toBe(state);
    }
  });

  const late = aPermit({ found: { matches: [anExecution()], possible: [] } });
  const listed = aPermit({ knownIds: ['e1'] });
  const draft = busy({ job: { ...permit.job, status: 'DRAFT' } });
  const full = busy();
  it.each<[string, JobSubmitState, JobSubmitEvent, JobSubmitContext, Kind]>([
    [
      'waits for capacity at a busy job',
      STATES.ready,
      { kind: 'permitted', permit: full },
      context,
      'atCapacity',
    ],
    [
      'joins a running execution if asked to',
      STATES.ready,
      { kind: 'permitted', permit: full },
      join,
      'accepted',
    ],
    [
      'adopts what a permit shows of an earlier POST',
      STATES.ready,
      { kind: 'permitted', permit: late },
      context,
      'accepted',
    ],
    [
      'reconciles an answer that names a known execution',
      { ...STATES.submitting, permit: listed },
      EVENTS.started,
      context,
      'outcomeUnknown',
    ],
    [
      'prepares again at a busy job',
      { ...STATES.submitting, permit: full },
      refused('DataFlowBadState'),
      context,
      'ready',
    ],
    [
      'fails at a job that cannot run',
      { ...STATES.submitting, permit: draft },
      refused('DataFlowBadState'),
      context,
      'failed',
    ],
    [
      'reconciles a bad-state that its own execution may have caused',
      STATES.submitting,
      refused('DataFlowBadState'),
      exclusive,
      'outcomeUnknown',
    ],
    [
      'tries again a refused signature',
      STATES.submitting,
      { kind: 'notSent', failure: aFailure('DataFlowNotSent', { status: 401 }) },
      context,
      'ready',
    ],
    [
      'ends by the cancel, not by a refusal that came after it',
      STATES.submitting,
      EVENTS.refused,
      cancelled,
      'ready',
    ],
    ['adopts the only match', STATES.outcomeUnknown, found(['e1']), context, 'accepted'],
    ['holds two matches', STATES.outcomeUnknown, found(['e1', 'e2']), hold, 'ambiguous'],
    ['fails with two matches', STATES.outcomeUnknown, found(['e1', 'e2']), context, 'failed'],
    [
      'adopts the oldest of two exact matches',
      STATES.outcomeUnknown,
      found(['e1', 'e2'], { exactMatch: true }),
      exclusive,
      'accepted',
    ],
    [
      'leaves an inexact match alone after a cancel',
      STATES.outcomeUnknown,
      found(['e1']),
      cancelled,
      'failed',
    ],
    [
      'adopts an exact match after a cancel, to stop it',
      STATES.outcomeUnknown,
      found(['e1'], { exactMatch: true }),
      { ...exclusive, mustEnd: 'cancelled' },
      'accepted',
    ],
    [
      'takes no listing that was incomplete for a proof',
      STATES.outcomeUnknown,
      found([], { incomplete: true }),
      context,
      'failed',
    ],
    [
      'posts again when none of the candidates is its own',
      STATES.ambiguous,
      { kind: 'resolved', executionId: 'none' },
      context,
      'ready',
    ],
  ])('%s', (_, state, event, facts, kind) => {
    expect(nextJobSubmitState(state, event, facts).kind).toBe(kind);
  });

  it('never forgets that an outcome was unknown, and never changes its first baseline', () => {
    const first = { knownIds: ['e0'], baselineMs: 1 };
    const before = { ...STATES.submitting, record: { ...record, first } };
    const unknown = nextJobSubmitState(before, EVENTS.outcomeUnknown, context);
    const ready = nextJobSubmitState(unknown, EVENTS.reconciled, context);
    const again = nextJobSubmitState(ready, EVENTS.permitted, context);
    expect(again).toMatchObject({ kind: 'permitted', record: { wasEverUnknown: true, first } });
  });

  it('is reconciled for X + T + maxListingDelay from its POST, and for X more where the permit has no Date', () => {
    const { baselineMs, ...undated } = permit;
    const { permitTtlMs, submitTimeoutMs, maxListingDelayMs } = permit.timings;
    const spanOf = (given: Permit): number =>
      nextJobSubmitState({ kind: 'permitted', permit: given, record }, EVENTS.posting, context)
        .record.untilMs - context.nowMs;
    expect(baselineMs).toBeDefined();
    expect(spanOf(permit)).toBe(permitTtlMs + submitTimeoutMs + maxListingDelayMs);
    expect(spanOf(undated)).toBe(2 * permitTtlMs + submitTimeoutMs + maxListingDelayMs);
  });

  it('keeps the time of its first POST', () => {
    const post = (before: typeof EMPTY_RECORD, nowMs: number): typeof EMPTY_RECORD =>
      nextJobSubmitState({ kind: 'permitted', permit, record: before }, EVENTS.posting, {
        ...context,
        nowMs,
      }).record;
    const first = post(EMPTY_RECORD, 1_000);
    expect([first.firstMs, post(first, 9_000).firstMs]).toEqual([1_000, 1_000]);
  });

  it.each([
    {},
    { knownSinceMs: 5 },
    { knownIds: ['e0'], knownSinceMs: 5, incomplete: true as const },
  ])(
    'keeps of its first permit what was listed, from when, and whether that was all: %j',
    (shown) => {
      const given = aPermit(shown);
      const event = { kind: 'permitted', permit: given } as const;
      const ready = { kind: 'ready', record: EMPTY_RECORD } as const;
      expect(nextJobSubmitState(ready, event, context).record.first).toStrictEqual({
        ...{ baselineMs: given.baselineMs, knownIds: [] },
        ...shown,
      });
    },
  );

  it('counts a POST that reached the service, and not one that did not', () => {
    const rejected = refused('DataFlowBadState', 409);
    const reached = nextJobSubmitState({ ...STATES.submitting, permit: full }, rejected, context);
    const unsent = nextJobSubmitState(STATES.submitting, EVENTS.notSent, context);
    expect([reached, unsent].map((state) => state.record.posts)).toEqual([1, 0]);
    expect([reached, unsent].map((state) => state.record.sent)).toEqual([[], []]);
  });
});
