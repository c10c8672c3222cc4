import { describe, expect, it } from 'vitest';
import { type FaultEffect, gatewayErrorBody, problemBody } from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { inWorld, type World } from '../support/world.js';

/** Long enough for many workflows at once on a busy machine. A permit that runs out costs only another permit. */
const TIMINGS = { permitTtlMs: 4_000, submitTimeoutMs: 3_000 };
const QUICK_RUN = { waitingMs: 100, runningMs: 300 };

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
  gateway100: {
    effect: { status: 400, body: gatewayErrorBody('100') },
    type: 'DataFlowBadParameter',
  },
  gateway210: { effect: { status: 401, body: gatewayErrorBody('210') }, type: 'DataFlowForbidden' },
  gateway230: { effect: { status: 403 }, type: 'DataFlowForbidden' },
  gateway300: { effect: { status: 404 }, type: 'DataFlowPathUnknown' },
  gateway430: { effect: { status: 413 }, type: 'DataFlowBadParameter' },
  odd422: { effect: { status: 422, body: problemBody('new') }, type: 'DataFlowBadParameter' },
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

describe('a 4xx of the service or its gateway to a POST', () => {
  it('means that nothing was started: the run ends with its own failure, or takes a fresh permit, and never looks', () => {
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
  });

  it('is followed by a second execution when the service let the request through that it answered 429', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', maxConcurrentRuns: 2, executions: [QUICK_RUN], requested: 1 }],
        faults: [{ on: 'executeJob', times: 1, then: { status: 429 } }],
        switches: { throttledExecuteStarts: true },
      },
      async (world) => {
        expect(await world.run({ jobId: 'jobA' })).toMatchObject({
          submissionOutcome: 'submitted',
          posts: 2,
        });
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
    expect(result, jobId).toMatchObject({
      submissionOutcome: 'submitted',
      exactMatch: true,
      posts: 2,
    });
    expect(posts(), jobId).toBe(2);
    return;
  }
  const failure = await failureOf(world.run({ jobId }));
  expect(failure, jobId).toMatchObject({ type, nonRetryable: true, details: { jobId } });
  expect(posts(), jobId).toBe(times);
  expect(world.simulator.executions(jobId), jobId).toEqual([]);
}
