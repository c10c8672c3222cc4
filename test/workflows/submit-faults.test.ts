import { describe, expect, it } from 'vitest';
import {
  type Fault,
  type FaultEffect,
  gatewayErrorBody,
  type JobScript,
  problemBody,
  type Switches,
} from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { inWorld, QUICK, type World } from '../support/world.js';

/** Room for many workflows at once on a busy machine: a permit that runs out only costs another one. */
const TIMINGS = { permitMs: 4_000, postMs: 3_000 };
const VISIBLE_WITHIN_MS = QUICK.visibleWithinMs ?? 0;
const IN_TWO_MINUTES = 120_000;
const QUICK_RUN = { waitingMs: 100, runningMs: 300 };

/** What can happen to a POST that the service carries out all the same. */
const ACCEPTED: Readonly<Record<string, FaultEffect>> = {
  'the answer is lost': { drop: 'after' },
  'the answer comes after the time limit': { delayMs: 3_600, at: 'answer' },
  'the answer is 500': { status: 500, handled: true },
  'the answer is 503': { status: 503, handled: true },
  'the answer is 504': { status: 504, handled: true },
  'the answer is 500 with gateway code 510': {
    status: 500,
    body: gatewayErrorBody('510'),
    handled: true,
  },
  'the answer is 200 and garbage': { garbage: true },
  'the answer is 200 and cut': { cut: true },
  'the answer is 200 and empty': { status: 200, handled: true },
  'the answer is 200 without an id': { status: 200, body: { jobId: 'x' }, handled: true },
};

/** The same seen from outside, but the service never carried it out. */
const NOT_ACCEPTED: Readonly<Record<string, FaultEffect>> = {
  'the connection is reset before the service saw it': { drop: 'before' },
  'the answer is 500': { status: 500 },
  'the answer is 503': { status: 503 },
  'the answer is 504': { status: 504 },
  'the answer is 500 with gateway code 510': { status: 500, body: gatewayErrorBody('510') },
  'the answer is 200 and empty': { status: 200 },
};

interface Case {
  readonly title: string;
  readonly job: JobScript;
  readonly faults: readonly Fault[];
  readonly obtained: 'posted' | 'adopted';
  readonly posts: number;
}

/** Each effect at the first try, and at a second one after a first that the service never saw. */
const CASES: readonly Case[] = [
  ...casesOf(ACCEPTED, 'accepted'),
  ...casesOf(NOT_ACCEPTED, 'not-accepted'),
];

function casesOf(
  effects: Readonly<Record<string, FaultEffect>>,
  kind: 'accepted' | 'not-accepted',
): Case[] {
  return Object.entries(effects).flatMap(([name, effect], index) =>
    [1, 2].map((nth): Case => {
      const jobId = `${kind}${index}at${nth}`;
      const dropped: Fault = { on: 'executeJob', jobId, calls: [1], then: { drop: 'before' } };
      const struck: Fault = { on: 'executeJob', jobId, calls: [nth], then: effect };
      return {
        title: `${kind}, try ${nth}: ${name}`,
        job: { jobId, executions: [QUICK_RUN], requested: 1 },
        faults: nth === 1 ? [struck] : [dropped, struck],
        obtained: kind === 'accepted' ? 'adopted' : 'posted',
        posts: kind === 'accepted' ? nth : nth + 1,
      };
    }),
  );
}

async function checkCases(world: World, cases: readonly Case[]): Promise<void> {
  await Promise.all(
    cases.map(async ({ title, job, obtained, posts }) => {
      const result = await world.run({ jobId: job.jobId });
      const [only, ...more] = world.simulator.executions(job.jobId);
      expect(more, title).toEqual([]);
      expect(result, title).toMatchObject({
        obtained,
        sure: obtained === 'posted',
        twins: [],
        execution: { jobExecutionId: only?.executionId, status: 'COMPLETED' },
      });
      // A slow machine makes POSTs that come too late, and are refused: they count too.
      expect(result.posts, title).toBeGreaterThanOrEqual(posts);
    }),
  );
  expect(world.simulator.report()).toMatchObject({
    accepted: cases.length,
    created: cases.length,
    duplicates: 0,
    leftRunning: 0,
  });
}

const half = VISIBLE_WITHIN_MS / 2;
const LAGS: Readonly<Record<string, Partial<Switches>>> = {
  'at once': {},
  'at the end of visibleWithin, created at once': { listLagMs: VISIBLE_WITHIN_MS },
  'at the end of visibleWithin, created just before': { creationLagMs: VISIBLE_WITHIN_MS },
  'at the end of visibleWithin, created in the middle, oldest listed first': {
    creationLagMs: half,
    listLagMs: half,
    listOrder: 'oldest',
  },
};

describe('a POST whose outcome is in doubt', () => {
  it.concurrent.each(Object.entries(LAGS))(
    'makes one execution, which is adopted or posted later, whatever happens to it, when it is listed %s',
    (_lag, switches) =>
      inWorld(
        {
          jobs: CASES.map(({ job }) => job),
          faults: CASES.flatMap(({ faults }) => faults),
          switches,
          timings: TIMINGS,
        },
        (world) => checkCases(world, CASES),
      ),
    IN_TWO_MINUTES,
  );
});

interface Refusal {
  readonly effect: FaultEffect;
  /** The run's failure; undefined: it takes a fresh permit. */
  readonly type?: string;
}

const problem = (status: number, errorType: string): FaultEffect => ({
  status,
  body: problemBody(errorType),
});

const REFUSALS: Readonly<Record<string, Refusal>> = {
  badparameter: { effect: problem(400, 'bad-parameter'), type: 'DataFlowBadParameter' },
  badstate: { effect: problem(400, 'bad-state'), type: 'DataFlowBadState' },
  linkedmissing: {
    effect: problem(400, 'client-resource-not-found'),
    type: 'DataFlowLinkedResourceNotFound',
  },
  linkedrefused: {
    effect: problem(400, 'client-unauthorized'),
    type: 'DataFlowLinkedUnauthorized',
  },
  notfound: { effect: problem(404, 'resource-not-found/JOB'), type: 'DataFlowNotFound' },
  other400: { effect: { status: 400, body: 'no JSON' }, type: 'DataFlowBadParameter' },
  gateway100: {
    effect: { status: 400, body: gatewayErrorBody('100') },
    type: 'DataFlowBadParameter',
  },
  gateway210: { effect: { status: 401, body: gatewayErrorBody('210') }, type: 'DataFlowForbidden' },
  gateway230: { effect: { status: 403 }, type: 'DataFlowForbidden' },
  gateway300: { effect: { status: 404 }, type: 'DataFlowNotFound' },
  gateway430: { effect: { status: 413 }, type: 'DataFlowBadParameter' },
  timeout408: { effect: { status: 408, body: 'no' }, type: 'DataFlowBadParameter' },
  conflict409: { effect: { status: 409, body: 'no' }, type: 'DataFlowBadParameter' },
  odd422: { effect: { status: 422, body: 'no' }, type: 'DataFlowBadParameter' },
  gateway200: { effect: { status: 401 } },
  quota400: { effect: { status: 429, body: gatewayErrorBody('400') } },
  throttled410: { effect: { status: 429, headers: { 'retry-after': '1' } } },
  rate420: { effect: { status: 429, body: gatewayErrorBody('420') } },
  linkedfailed: { effect: problem(400, 'client-request-failed') },
};

/** Refused for good after the third time in a row. */
const THRICE: Readonly<Record<string, Refusal>> = {
  gateway200thrice: { effect: { status: 401 }, type: 'DataFlowUnauthenticated' },
  linkedfailedthrice: {
    effect: problem(400, 'client-request-failed'),
    type: 'DataFlowLinkedRequestFailed',
  },
};

describe('a complete 4xx answer to a POST', () => {
  it(
    'means that nothing was started: the run ends with its own failure, or takes a fresh permit, and never looks',
    () => {
      const once = Object.entries(REFUSALS).map(([jobId, refusal]) => ({
        jobId,
        times: 1,
        ...refusal,
      }));
      const thrice = Object.entries(THRICE).map(([jobId, refusal]) => ({
        jobId,
        times: 3,
        ...refusal,
      }));
      const refusals = [...once, ...thrice];
      return inWorld(
        {
          jobs: refusals.map(({ jobId }) => ({ jobId, executions: [QUICK_RUN], requested: 1 })),
          faults: refusals.map(({ jobId, times, effect }) => ({
            on: 'executeJob',
            jobId,
            times,
            then: effect,
          })),
          timings: TIMINGS,
        },
        async (world) => {
          await Promise.all(refusals.map((refusal) => checkRefusal(world, refusal)));
          expect(world.simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
        },
      );
    },
    IN_TWO_MINUTES,
  );

  it('is followed by a second execution when the service let the request through that it answered 429', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', maxConcurrentRuns: 2, executions: [QUICK_RUN], requested: 1 }],
        faults: [{ on: 'executeJob', times: 1, then: { status: 429 } }],
        switches: { throttledExecuteStarts: true },
      },
      async (world) => {
        expect(await world.run({ jobId: 'jobA' })).toMatchObject({ obtained: 'posted', posts: 2 });
        expect(world.simulator.report()).toMatchObject({ accepted: 2, duplicates: 1 });
      },
    ));
});

async function checkRefusal(
  world: World,
  { jobId, type, times }: Refusal & { readonly jobId: string; readonly times: number },
): Promise<void> {
  const posts = (): number =>
    world.simulator.log().filter((call) => call.operation === 'executeJob' && call.jobId === jobId)
      .length;
  if (type === undefined) {
    const result = await world.run({ jobId });
    expect(result, jobId).toMatchObject({ obtained: 'posted', sure: true, posts: 2 });
    expect(posts(), jobId).toBe(2);
    return;
  }
  const failure = await failureOf(world.run({ jobId }));
  expect(failure, jobId).toMatchObject({ type, nonRetryable: true, details: { jobId } });
  expect(posts(), jobId).toBe(times);
  expect(world.simulator.executions(jobId), jobId).toEqual([]);
}
