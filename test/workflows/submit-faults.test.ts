import { describe, expect, it } from 'vitest';
import {
  type Fault,
  type FaultEffect,
  gatewayErrorBody,
  type JobScript,
  type Switches,
} from '../../simulator/index.js';
import { until } from '../support/until.js';
import { inWorld, QUICK, type World } from '../support/world.js';

/** Long enough for many workflows at once on a busy machine. A permit that runs out costs only another permit. */
const TIMINGS = { permitTtlMs: 4_000, submitTimeoutMs: 3_000 };
const VISIBLE_WITHIN_MS = QUICK.maxListingDelayMs ?? 0;
const QUICK_RUN = { waitingMs: 100, runningMs: 300 };

/** What a proxy or firewall writes in place of the service (C2). */
const PAGE = '<html><title>Sorry</title></html>';

/** Faults of a POST that the service carries out nevertheless. */
const ACCEPTED: Readonly<Record<string, FaultEffect>> = {
  'the answer is lost': { drop: 'after' },
  'the answer comes after the time limit': { delayMs: 8_000, at: 'answer' },
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
  'the answer is 408 (C4)': { status: 408, body: '', handled: true },
  'the answer is replaced by the 403 of a firewall': { status: 403, body: PAGE, handled: true },
};

/** Faults that look like those to the client, but the service has not carried the POST out. */
const NOT_ACCEPTED: Readonly<Record<string, FaultEffect>> = {
  'the connection is reset before the service saw it': { drop: 'before' },
  'the answer is 500': { status: 500 },
  'the answer is 503': { status: 503 },
  'the answer is 504': { status: 504 },
  'the answer is 500 with gateway code 510': { status: 500, body: gatewayErrorBody('510') },
  'the answer is 200 and empty': { status: 200 },
  'the answer is 404 of a proxy': { status: 404, body: PAGE },
};

interface Case {
  readonly title: string;
  readonly job: JobScript;
  readonly faults: readonly Fault[];
  readonly submissionOutcome: 'submitted' | 'adopted';
  readonly posts: number;
}

/** Each effect at the first POST, and at a second one after a first that never reached the service. */
const CASES: readonly Case[] = [
  ...casesOf(ACCEPTED, 'accepted'),
  ...casesOf(NOT_ACCEPTED, 'not-accepted'),
  {
    title: 'accepted, and the lists that look for it are answered 404 by a proxy',
    job: { jobId: 'unlisted', executions: [QUICK_RUN], requested: 1 },
    faults: [
      { on: 'executeJob', jobId: 'unlisted', calls: [1], then: { drop: 'after' } },
      {
        on: 'getJobExecutions',
        jobId: 'unlisted',
        calls: [2, 3],
        then: { status: 404, body: PAGE },
      },
    ],
    submissionOutcome: 'adopted',
    posts: 1,
  },
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
        submissionOutcome: kind === 'accepted' ? 'adopted' : 'submitted',
        posts: kind === 'accepted' ? nth : nth + 1,
      };
    }),
  );
}

/** Runs at a time: more at once would outlast their short permits, which are taken within the workflow task. */
const AT_ONCE = 13;

async function checkCases(world: World, cases: readonly Case[]): Promise<void> {
  for (let from = 0; from < cases.length; from += AT_ONCE) {
    await Promise.all(cases.slice(from, from + AT_ONCE).map((one) => checkCase(world, one)));
  }
  expect(world.simulator.report()).toMatchObject({
    accepted: cases.length,
    created: cases.length,
    duplicates: 0,
    leftRunning: 0,
  });
}

async function checkCase(
  world: World,
  { title, job, submissionOutcome, posts }: Case,
): Promise<void> {
  const result = await world.run({ jobId: job.jobId });
  const [only, ...more] = world.simulator.executions(job.jobId);
  expect(more, title).toEqual([]);
  expect(result, title).toMatchObject({
    submissionOutcome,
    exactMatch: submissionOutcome === 'submitted',
    duplicates: [],
    execution: { jobExecutionId: only?.executionId, status: 'COMPLETED' },
  });
  // A slow machine makes POSTs that come too late, and are refused: they count too.
  expect(result.posts, title).toBeGreaterThanOrEqual(posts);
}

const half = VISIBLE_WITHIN_MS / 2;
const LAGS: Readonly<Record<string, Partial<Switches>>> = {
  'at once': {},
  'at the end of maxListingDelay, created at once': { listLagMs: VISIBLE_WITHIN_MS },
  'at the end of maxListingDelay, created just before': { creationLagMs: VISIBLE_WITHIN_MS },
  'at the end of maxListingDelay, created in the middle, oldest listed first': {
    creationLagMs: half,
    listLagMs: half,
    listOrder: 'oldest',
  },
};

describe('a POST whose outcome has an unknown outcome', () => {
  it.each(Object.entries(LAGS))(
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
  );
});

describe('a preparation that an outage and a stopped worker have cost attempts', () => {
  it('goes on after one unreadable answer (C6)', () =>
    inWorld(
      // The workers that count are made below.
      { jobs: [{ jobId: 'jobA', executions: [QUICK_RUN] }], worker: { taskQueue: 'nobody' } },
      async (world) => {
        const { simulator } = world;
        const calls = (fault: string): number =>
          simulator.log().filter((call) => call.fault?.startsWith(fault) === true).length;
        const serve = async (during: () => Promise<unknown>): Promise<void> => {
          await (await world.createWorker()).runUntil(during);
        };
        const handle = await world.start({ jobId: 'jobA' });
        simulator.addFaults({ on: 'getJobById', times: 2, then: { status: 503 } }); // local, then regular
        simulator.addFaults({ on: 'getJobById', then: { delayMs: 120_000 } });
        await serve(() => until(() => calls('delay') === 1));
        expect(calls('status 503')).toBe(2);
        simulator.clearFaults();
        simulator.addFaults({ on: 'getJobById', times: 1, then: { garbage: true } });
        await serve(() => handle.result());
        expect(calls('garbage')).toBe(1);
        expect(await handle.result()).toMatchObject({ submissionOutcome: 'submitted', posts: 1 });
        const { events } = await handle.fetchHistory();
        const attempts = (events ?? []).flatMap(
          ({ activityTaskStartedEventAttributes: started }) => (started ? [started.attempt] : []),
        );
        // The unreadable answer came to the third attempt: where attempts count it would be final.
        expect(Math.max(...attempts.map(Number))).toBeGreaterThan(3);
      },
    ));
});
