import fc from 'fast-check';
import type { RunJobRequest } from '../../contract/run.js';
import type { ExecutionScript } from '../../simulator/job-script.js';
import type { Switches } from '../../simulator/switches.js';
import type { CallPlan } from './wire.js';

/** Course of a POST, with the lags until its execution is created and listed (parts of `maxListingDelay`). */
export interface PostPlan extends CallPlan {
  readonly creation: number;
  readonly listing: number;
}

/** An event in the world, at a time after the start. */
export type Happening = { readonly atMs: number } & (
  | { readonly kind: 'kill'; readonly worker: number; readonly backAfterMs: number }
  | {
      readonly kind: 'freeze';
      readonly worker: number;
      readonly ms: number;
      readonly how: 'stopped' | 'suspended';
    }
  | { readonly kind: 'cut off'; readonly worker: number; readonly ms: number }
  | { readonly kind: 'wall clock'; readonly worker: number; readonly offMs: number }
  | { readonly kind: 'reset activity'; readonly workflow: number }
  | { readonly kind: 'reset workflow'; readonly workflow: number; readonly place: number }
  | { readonly kind: 'cancel'; readonly workflow: number }
  | { readonly kind: 'outage'; readonly ms: number; readonly how: 'unreachable' | '503' | 'silent' }
  | {
      readonly kind: 'foreign';
      readonly isEqual: boolean;
      readonly isTriggered: boolean;
      readonly runningMs: number;
    }
  /** An operator starts an execution again, with its run key, that ended longer ago than a submission takes. */
  | { readonly kind: 'rerun' }
);

/** Differences between the clock that dates answers and the one that dates executions. */
export type Clocks = Pick<Switches, 'gatewayAheadMs' | 'dateHeader' | 'strayDates' | 'strayDateMs'>;

/** How the service lists executions. */
export type Lists = Pick<
  Switches,
  'listOrder' | 'listedBy' | 'pageCap' | 'repeatedRows' | 'count' | 'oddRow' | 'readyInLists'
>;

/** Undocumented behaviour: what the service shows of executions, and what it does with starts. */
export type Habits = Pick<
  Switches,
  | 'dateStyle'
  | 'listedParameters'
  | 'echoJobCondition'
  | 'onDemandShown'
  | 'listedFor'
  | 'startsArrive'
  | 'startAnswer'
  | 'readyById'
  | 'cancelOnReady'
  | 'shownFailedMs'
  | 'executionJobId'
>;

export interface ModelCase {
  readonly seed: number;
  /** How matches become exact; `none`: they are by likeness. */
  readonly exactMatch: 'runKey' | 'exclusive' | 'none';
  readonly requests: readonly Partial<RunJobRequest>[];
  readonly startsMs: readonly number[];
  readonly workers: readonly number[];
  /** Further workers, which run workflows and no activities. */
  readonly bareWorkers: number;
  /** Longest delay of a workflow task after a local activity. */
  readonly holdMs: number;
  readonly posts: readonly PostPlan[];
  readonly executions: readonly ExecutionScript[];
  readonly happenings: readonly Happening[];
  readonly maxListingDelayMs: number;
  /** Whether the gateway refuses old signatures, and POSTs are dated so that it does. */
  readonly postsExpire: boolean;
  /** Largest sum of creation and list lag, as a part of maxListingDelay. Above 1: beyond the assumptions. */
  readonly lateness: number;
  readonly clocks: Clocks;
  readonly lists: Lists;
  readonly habits: Partial<Habits>;
  readonly history: number;
  readonly most: number;
  readonly overLimit: 'bad-state' | 'queue';
  readonly cancelLatencyMs: number;
  readonly cancelOnTerminal: 'true' | 'bad-state';
  /** Probability that a read or cancel fails while there are faults. */
  readonly faultRate: number;
  /** Longest delay of Temporal. */
  readonly slownessMs: number;
  readonly wordAfterMs: number;
}

const FAULTS_UNTIL_MS = 600_000;

/** Times of events, mostly in the first two minutes, in which submissions are. */
const moment = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 150_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: FAULTS_UNTIL_MS }) },
);
const which = fc.nat({ max: 2 });
const pause = fc.oneof(
  fc.integer({ min: 1_000, max: 60_000 }),
  fc.integer({ max: 600_000, min: 1 }),
);

const effect = fc.oneof(
  fc.record({
    status: fc.constantFrom(500, 503, 504, 510),
    handled: fc.boolean(),
  }),
  fc.constantFrom<NonNullable<CallPlan['effect']>>(
    { garbage: true },
    { cut: true },
    { status: 200, body: '', handled: true },
    { status: 200, body: '{}', handled: true },
    { status: 429 },
    { status: 429, headers: { 'retry-after': '7' } },
    { drop: 'before' },
    { drop: 'after' },
    { status: 401 },
  ),
);

/** Somewhat more than half of all POSTs have a fault. */
const fate: fc.Arbitrary<CallPlan> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.record({ lostAnswer: fc.constantFrom('reset', 'silent') }) },
  { weight: 3, arbitrary: fc.record({ effect }) },
  { weight: 1, arbitrary: fc.constant({ lostRequest: true }) },
  { weight: 1, arbitrary: fc.constant({ unreachable: true }) },
  {
    weight: 2,
    arbitrary: fc.record({ freezeMs: pause, freezeHow: fc.constantFrom('stopped', 'suspended') }),
  },
  { weight: 2, arbitrary: fc.record({ requestMs: fc.integer({ min: 0, max: 400_000 }) }) },
  { weight: 2, arbitrary: fc.record({ requestMs: fc.integer({ min: 10_000, max: 31_000 }) }) },
  { weight: 1, arbitrary: fc.record({ answerMs: fc.integer({ min: 1_000, max: 40_000 }) }) },
  { weight: 1, arbitrary: fc.record({ connectMs: fc.integer({ min: 0, max: 30_000 }) }) },
);

/** Lags as parts of maxListingDelay, often all of it. */
const lags = fc.oneof(
  fc.constant({ creation: 0, listing: 0 }),
  fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([whole, part]) => ({ creation: whole * part, listing: whole * (1 - part) })),
  fc.double({ min: 0, max: 1, noNaN: true }).map((part) => ({ creation: part, listing: 1 - part })),
);

const post: fc.Arbitrary<PostPlan> = fc
  .tuple(fate, lags)
  .map(([plan, lag]) => ({ ...plan, ...lag }));

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    kind: fc.constant('kill'),
    atMs: moment,
    worker: which,
    backAfterMs: fc.integer({ min: 100, max: 20_000 }),
  }),
  fc.record({
    kind: fc.constant('freeze'),
    atMs: moment,
    worker: which,
    ms: pause,
    how: fc.constantFrom('stopped', 'suspended'),
  }),
  fc.record({ kind: fc.constant('cut off'), atMs: moment, worker: which, ms: pause }),
  fc.record({
    kind: fc.constant('wall clock'),
    atMs: moment,
    worker: which,
    offMs: fc.integer({ min: -300_000, max: 300_000 }),
  }),
  fc.record({ kind: fc.constant('reset activity'), atMs: moment, workflow: which }),
  fc.record({
    kind: fc.constant('reset workflow'),
    atMs: moment,
    workflow: which,
    place: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('cancel'), atMs: moment, workflow: which }),
  fc.record({
    kind: fc.constant('outage'),
    atMs: moment,
    ms: pause,
    how: fc.constantFrom('unreachable', '503', 'silent'),
  }),
  fc.record({
    kind: fc.constant('foreign'),
    atMs: moment,
    isEqual: fc.boolean(),
    isTriggered: fc.boolean(),
    runningMs: fc.integer({ min: 1_000, max: 300_000 }),
  }),
  fc.record({ kind: fc.constant('rerun'), atMs: moment }),
);

const execution: fc.Arbitrary<ExecutionScript> = fc.record({
  waitingMs: fc.integer({ min: 0, max: 20_000 }),
  runningMs: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 600_000 })),
  outcome: fc.constantFrom('COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'CANCELED'),
});

const request: fc.Arbitrary<Partial<RunJobRequest>> = fc.record(
  {
    onBusy: fc.constantFrom('fail', 'wait', 'join'),
    onAmbiguous: fc.constantFrom('fail', 'hold'),
    onCancel: fc.constantFrom('cancel', 'cancel', 'abandon'),
    runTimeout: fc.integer({ min: 60_000, max: 900_000 }),
    retry: fc.constant({ maximumAttempts: 2, initialInterval: 5_000 }),
  },
  { requiredKeys: [] },
);

const skewMs = fc.oneof(
  fc.integer({ min: -10_000, max: 10_000 }),
  fc.integer({ min: -3_600_000, max: 3_600_000 }),
);

/** Half of all services have one clock. In the others `Date` and createdDate are of different clocks. */
const clocks: fc.Arbitrary<Clocks> = fc.oneof(
  fc.constant({ gatewayAheadMs: 0, dateHeader: 'sent', strayDates: 0, strayDateMs: 0 } as const),
  fc.record({
    gatewayAheadMs: fc.oneof(fc.constant(0), skewMs),
    dateHeader: fc.constantFrom('sent', 'sent', 'sent', 'absent'),
    strayDates: fc.constantFrom(0, 0, 0.1, 0.3),
    strayDateMs: skewMs,
  }),
);

/** Half of all services have none, the others one or two. */
const habits: fc.Arbitrary<Partial<Habits>> = fc
  .array(
    fc.oneof(
      fc.record({ dateStyle: fc.constantFrom('none', 'minutes', 'utc') }),
      fc.record({ listedParameters: fc.constantFrom('masked', 'cut', 'empty', 'null') }),
      fc.record({ echoJobCondition: fc.constantFrom('changed', 'texts', 'merged') }),
      fc.record({
        onDemandShown: fc.constantFrom('trigger-MANUAL', 'type-WORKFLOW', 'absent-in-lists'),
      }),
      fc.constant({ listedFor: 'once' } as const),
      fc.constant({ startsArrive: 'twice' } as const),
      fc.record({ startAnswer: fc.constantFrom('oldest-id', 'odd-id') }),
      fc.constant({ readyById: '404' } as const),
      fc.record({ cancelOnReady: fc.constantFrom('bad-state', '404') }),
      fc.record({ shownFailedMs: fc.integer({ min: 1_000, max: 30_000 }) }),
      fc.constant({ executionJobId: 'absent' } as const),
    ),
    { maxLength: 2 },
  )
  .chain((drawn) => fc.constantFrom({}, Object.assign({}, ...drawn) as Partial<Habits>));

/**
 * A random schedule within the assumptions of the submit protocol: creation and list lag together are at most
 * maxListingDelay.
 */
export const modelCase: fc.Arbitrary<ModelCase> = fc
  .record({
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    exactMatch: fc.constantFrom('runKey', 'exclusive', 'none'),
    requests: fc.array(request, { minLength: 1, maxLength: 3 }),
    startsMs: fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 3, maxLength: 3 }),
    workers: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -300_000, max: 300_000 })), {
      minLength: 1,
      maxLength: 3,
    }),
    bareWorkers: fc.constantFrom(0, 0, 0, 1),
    holdMs: fc.constantFrom(0, 0, 500, 8_000, 12_000),
    posts: fc.array(post, { minLength: 1, maxLength: 5 }),
    executions: fc.array(execution, { minLength: 1, maxLength: 4 }),
    happenings: fc.array(happening, { maxLength: 6 }),
    maxListingDelayMs: fc.constantFrom(5_000, 30_000, 60_000),
    postsExpire: fc.constantFrom(true, true, true, false),
    lateness: fc.constant(1),
    clocks,
    lists: fc.record({
      listOrder: fc.constantFrom('newest', 'oldest'),
      listedBy: fc.constantFrom('created', 'start', 'end'),
      pageCap: fc.constantFrom(null, null, 5, 20),
      repeatedRows: fc.constantFrom(false, false, false, true),
      count: fc.constantFrom('total', 'page'),
      oddRow: fc.constantFrom(false, false, false, true),
      readyInLists: fc.constantFrom('shown', 'shown', 'shown', 'absent'),
    }),
    habits,
    history: fc.constantFrom(0, 3, 30, 130),
    most: fc.constantFrom(1, 10, 10, 10),
    overLimit: fc.constantFrom('bad-state', 'queue'),
    cancelLatencyMs: fc.integer({ min: 0, max: 90_000 }),
    cancelOnTerminal: fc.constantFrom('true', 'bad-state'),
    faultRate: fc.constantFrom(0, 0.05, 0.3),
    slownessMs: fc.constantFrom(50, 500, 2_000),
    wordAfterMs: fc.integer({ min: 1_000, max: 900_000 }),
  })
  .map(exclusiveIsAlone)
  .map(guaranteesHold)
  .map(sendersAreQuickUnlessPostsExpire);

/** Beyond the assumptions: executions are listed up to three times later than `maxListingDelay`. */
export const lateCase: fc.Arbitrary<ModelCase> = modelCase.map((drawn) => ({
  ...drawn,
  lateness: 3,
}));

/** Removes what docs/guarantees.md excludes. */
function guaranteesHold(drawn: ModelCase): ModelCase {
  const { startsArrive, ...habits } = drawn.habits;
  if (startsArrive !== 'twice') return drawn;
  // A job with capacity for both runs both. Without an exact match the second answer counts.
  const isLookedInto = drawn.exactMatch !== 'none';
  if (!isLookedInto) return { ...drawn, habits };
  return { ...drawn, most: 1, overLimit: 'bad-state' };
}

/** With `exclusive` nobody else starts the job. */
function exclusiveIsAlone(drawn: ModelCase): ModelCase {
  if (drawn.exactMatch !== 'exclusive') return drawn;
  return {
    ...drawn,
    requests: drawn.requests.slice(0, 1),
    happenings: drawn.happenings.filter(({ kind }) => kind !== 'foreign' && kind !== 'rerun'),
  };
}

/**
 * If no gateway refuses an old POST, or `Date` does not show its age, then a freeze of the sender and the time in the
 * network must together be shorter than the submit timeout, and clocks must not be set back while their machine
 * sleeps.
 */
function sendersAreQuickUnlessPostsExpire(drawn: ModelCase): ModelCase {
  if (drawn.postsExpire && isSteady(drawn.clocks)) return drawn;
  return sendersAreThere({
    ...drawn,
    posts: drawn.posts.map(({ freezeMs, requestMs, ...plan }) => ({
      ...plan,
      ...(freezeMs !== undefined && { freezeMs: Math.min(freezeMs, 8_000) }),
      ...(requestMs !== undefined && { requestMs: Math.min(requestMs, 6_000) }),
    })),
    happenings: drawn.happenings.filter(({ kind }) => kind !== 'wall clock'),
  });
}

/** Whether both sides read one clock that ends a permit: answers have a Date, and it does not jump. */
const isSteady = ({ dateHeader, strayDates }: Clocks): boolean =>
  dateHeader === 'sent' && strayDates === 0;

/** Otherwise a worker must not freeze before it begins with a permit, and must connect quickly. */
function sendersAreThere(drawn: ModelCase): ModelCase {
  if (isSteady(drawn.clocks)) return drawn;
  return {
    ...drawn,
    posts: drawn.posts.map(({ connectMs, ...plan }) => ({
      ...plan,
      ...(connectMs !== undefined && { connectMs: Math.min(connectMs, 5_000) }),
    })),
    happenings: drawn.happenings.filter(({ kind }) => kind !== 'freeze'),
  };
}
