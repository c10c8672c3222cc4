import { createDataFlowClient } from '../../client/create-client.js';
import { describe, expect, it } from 'vitest';
import type { RunJobRequest, RunJobResult } from '../../contract/run.js';
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import type { Fault, JobScript, SimulatorReport, Switches } from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { until } from '../support/until.js';
import { inWorld, QUICK } from '../support/world.js';

const KEY = { runKeyParameter: 'runKey' } as const;
const QUICK_RUN = { waitingMs: 100, runningMs: 1_000 };
const lost: Fault = { on: 'executeJob', times: 1, then: { drop: 'after' } };

/** A run of one job at a service with behaviour that its documentation neither promises nor excludes. */
interface Row {
  readonly switches: Partial<Switches>;
  readonly job?: Partial<JobScript>;
  readonly request?: Partial<RunJobRequest>;
  readonly faults?: readonly Fault[];
  readonly result: Partial<RunJobResult>;
  readonly report?: Partial<SimulatorReport>;
}

const SHOWN: readonly (readonly [string, Partial<Switches>])[] = [
  ...(['masked', 'cut', 'empty', 'null'] as const).map(
    (listedParameters) =>
      [`lists parameters ${listedParameters} (A1)`, { listedParameters }] as const,
  ),
  ...(['changed', 'texts', 'merged'] as const).map(
    (echoJobCondition) =>
      [`shows run settings ${echoJobCondition} (A2)`, { echoJobCondition }] as const,
  ),
  ...(['trigger-MANUAL', 'type-WORKFLOW', 'absent-in-lists'] as const).map(
    (onDemandShown) => [`shows its start as ${onDemandShown} (A3)`, { onDemandShown }] as const,
  ),
  ...(['none', 'minutes', 'utc'] as const).map(
    (dateStyle) => [`writes dates in the style ${dateStyle} (A4)`, { dateStyle }] as const,
  ),
  ['shows an execution in one listing and in no later one (A6)', { listedFor: 'once' }],
];

const ROWS: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(
    SHOWN.map(([title, switches]): [string, Row] => [
      title,
      {
        ...{ switches, request: KEY, faults: [lost] },
        result: { submissionOutcome: 'adopted', exactMatch: true, posts: 1, duplicates: [] },
      },
    ]),
  ),
  'answers a start with the id of an older execution (A7)': {
    switches: { startAnswer: 'oldest-id' },
    job: { history: 3 },
    request: KEY,
    result: { submissionOutcome: 'adopted', exactMatch: true, posts: 1 },
  },
  'answers a start with an id that no path takes (C3)': {
    switches: { startAnswer: 'odd-id' },
    request: KEY,
    result: { submissionOutcome: 'adopted', exactMatch: true, posts: 1 },
  },
  ...Object.fromEntries(
    (['fail', 'wait', 'join'] as const).map((onBusy): [string, Row] => [
      `hands a start on twice to a job with room for one, under onBusy ${onBusy} (A8)`,
      {
        switches: { startsArrive: 'twice' },
        job: { maxConcurrentRuns: 1, executions: [{ waitingMs: 100, runningMs: 8_000 }] },
        request: { ...KEY, onBusy },
        result: { submissionOutcome: 'adopted', exactMatch: true, posts: 1 },
      },
    ]),
  ),
  'does not find a READY execution by id for longer than maxListingDelay (A9)': {
    switches: { readyById: '404' },
    job: { executions: [{ waitingMs: 4_000, runningMs: 500 }] },
    result: { submissionOutcome: 'submitted', posts: 1 },
  },
  'shows FAILED at first, and the run is to be tried again (A12)': {
    switches: { shownFailedMs: 1_500 },
    job: { executions: [{ waitingMs: 100, runningMs: 5_000 }] },
    request: { retry: { maximumAttempts: 3, initialInterval: '3s' } },
    result: { attempts: 1, posts: 1, previousAttempts: [] },
  },
  'lists a row that names no execution (A12)': {
    switches: { oddRow: true },
    request: KEY,
    faults: [lost],
    result: { submissionOutcome: 'adopted', exactMatch: true, posts: 1 },
  },
  ...Object.fromEntries(
    (['start', 'end'] as const).flatMap((listedBy) =>
      (['newest', 'oldest'] as const).map((listOrder): [string, Row] => [
        `lists by ${listedBy}, ${listOrder} first, what has none at the end (A5)`,
        {
          switches: { listedBy, listOrder },
          job: { history: 130, executions: [{ waitingMs: 3_000, runningMs: 3_000 }] },
          faults: [lost],
          result: { submissionOutcome: 'adopted', exactMatch: false, posts: 1 },
        },
      ]),
    ),
  ),
  'holds five rows on a page and says nothing of it (A5)': {
    switches: { pageCap: 5, listOrder: 'oldest', count: 'page' },
    job: { history: 15 },
    faults: [lost],
    result: { submissionOutcome: 'adopted', exactMatch: false, posts: 1 },
  },
  'shows rows twice, and the run key (A5)': {
    switches: { repeatedRows: true },
    job: { history: 15 },
    request: KEY,
    faults: [lost],
    result: { submissionOutcome: 'adopted', exactMatch: true, posts: 1 },
  },
  'names no job in its executions (A12)': {
    switches: { executionJobId: 'absent' },
    request: KEY,
    faults: [lost],
    result: { submissionOutcome: 'adopted', exactMatch: true, posts: 1 },
  },
};

const jobOf = (row: Pick<Row, 'job'>): JobScript => ({
  jobId: 'jobA',
  type: 'SCRIPT',
  submissionParameter: 'runKey',
  executions: [QUICK_RUN],
  ...row.job,
});

describe('a run is started once and its end is told where the service', () => {
  it.each(Object.entries(ROWS))('%s', (_, row) =>
    inWorld(
      { jobs: [jobOf(row)], switches: row.switches, faults: [...(row.faults ?? [])] },
      async (world) => {
        const result = await world.run({ jobId: 'jobA', ...row.request });
        expect(result).toMatchObject({ execution: { status: 'COMPLETED' }, ...row.result });
        expect(world.simulator.report()).toMatchObject({
          ...{ created: 1, duplicates: 0, cancels: 0, leftRunning: 0 },
          ...row.report,
        });
      },
    ),
  );
});

const WAITS: JobScript['executions'] = [{ waitingMs: 600_000 }];
const never: Fault = { on: 'executeJob', times: 1, then: { drop: 'before' } };

describe('a start whose answer was lost is ambiguous, and nothing is started again, where the service', () => {
  it.each<[string, Omit<Row, 'result'>, number]>([
    ['shows rows twice (A5)', { switches: { repeatedRows: true }, faults: [lost] }, 1],
    [
      'leaves out what is READY, and counts it (A5)',
      {
        switches: { readyInLists: 'absent' },
        job: { executions: WAITS },
        request: KEY,
        faults: [lost],
      },
      1,
    ],
    [
      'lists a row that names no execution, and none that is ours (A5)',
      { switches: { oddRow: true }, request: KEY, faults: [never] },
      0,
    ],
  ])('%s', (_, { switches, faults = [], request, job }, created) =>
    inWorld(
      { jobs: [jobOf({ job: { history: 3, ...job } })], switches, faults: [...faults] },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA', ...request });
        const { type, message } = await failureOf(handle.result());
        expect(type).toBe('DataFlowSubmissionAmbiguous');
        expect(message).toContain('no listing of the job was proven complete');
        expect(world.simulator.report()).toMatchObject({ created, cancels: 0 });
      },
    ),
  );
});

describe('a cancel stops the execution where the service', () => {
  it.each([
    ['answers bad-state to the cancel of what is READY (A9)', { cancelOnReady: 'bad-state' }],
    ['answers 404 to the cancel of what is READY (A9)', { cancelOnReady: '404' }],
    [
      'does not find it by id while it is READY either (A9)',
      { cancelOnReady: '404', readyById: '404' },
    ],
  ] as const)('%s', (_, switches) =>
    inWorld(
      { jobs: [jobOf({ job: { executions: [{ waitingMs: 6_000, never: true }] } })], switches },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        await until(async () => (await world.progress(handle)).phase === 'waiting');
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow();
        expect(world.simulator.executions()).toMatchObject([
          { status: 'CANCELED', canceledByApi: true },
        ]);
        expect(await world.progress(handle)).toMatchObject({
          ...{ outcome: 'canceled', endedBy: 'workflow', status: 'CANCELED' },
        });
      },
    ),
  );

  it('handed its start on twice and answered bad-state, under onBusy join (A8)', () =>
    inWorld(
      {
        jobs: [jobOf({ job: { maxConcurrentRuns: 1, executions: [{ never: true }] } })],
        switches: { startsArrive: 'twice' },
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA', onBusy: 'join', ...KEY });
        await until(async () => (await world.progress(handle)).phase === 'waiting');
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow();
        expect(world.simulator.executions()).toMatchObject([{ status: 'CANCELED' }]);
      },
    ));
});

describe('a copy that an operator makes of our execution later, run key and all', () => {
  it('is named, and not stopped (A10)', () =>
    inWorld(
      {
        jobs: [
          jobOf({
            job: { maxConcurrentRuns: 9, executions: [{ waitingMs: 100, runningMs: 30_000 }] },
          }),
        ],
        faults: [lost],
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA', ...KEY });
        await until(async () => (await world.progress(handle)).phase === 'waiting');
        const { runKey } = await world.progress(handle);
        const ours = world.simulator.executions()[0]!;
        const { permitTtlMs, submitTimeoutMs, maxListingDelayMs } = {
          ...DEFAULT_TIMINGS,
          ...QUICK,
        };
        // Beyond the time in which our POSTs can have created anything, with the margin of dates.
        const afterMs = 2 * (permitTtlMs + submitTimeoutMs + maxListingDelayMs) + 4_000;
        const adoptedMs = performance.now();
        await until(() => performance.now() > adoptedMs + afterMs);
        const copy = world.simulator.startForeignExecution('jobA', {
          jobCondition: { parameters: { runKey: runKey! } },
          execution: { waitingMs: 100, runningMs: 60_000 },
        });
        expect(await handle.result()).toMatchObject({
          ...{ submissionOutcome: 'adopted', duplicates: [copy.executionId] },
          execution: { jobExecutionId: ours.executionId },
        });
        expect(world.simulator.executions('jobA').map(({ status }) => status)).toEqual(
          expect.arrayContaining(['COMPLETED', 'RUNNING']),
        );
        expect(world.simulator.report()).toMatchObject({ cancels: 0 });
      },
    ));
});

describe('a job that is deleted while it runs', () => {
  it('ends the run with what was seen, and with what may still run (C8)', () =>
    inWorld({ jobs: [jobOf({ job: { executions: [{ never: true }] } })] }, async (world) => {
      const handle = await world.start({ jobId: 'jobA' });
      await until(async () => (await world.progress(handle)).phase === 'waiting');
      await until(() => world.simulator.executions()[0]?.status === 'RUNNING');
      const reads = (): number =>
        world.simulator.log().filter(({ operation }) => operation === 'getJobExecutionById').length;
      const before = reads();
      await until(() => reads() > before + 1);
      const { url, accessKey, secretKey } = world.simulator;
      const client = createDataFlowClient({
        baseUrl: url,
        credentials: { accessKey, secretKey },
      });
      await client.call('deleteJob', { jobId: 'jobA' });
      await client.close();
      const { type, message, details } = await failureOf(handle.result());
      expect(type).toBe('DataFlowNotFound');
      expect(message).toMatch(/shown as RUNNING before; its job may have been deleted/);
      expect(details.unknown).toContain('may still run');
      expect(await world.progress(handle)).toMatchObject({ unknown: details.unknown });
    }));
});
