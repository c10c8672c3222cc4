import { describe, expect, it as base } from 'vitest';
import {
  createDataFlowClient,
  rowsOf,
  type DataFlowCallError,
  type DataFlowClient,
} from '../../client/index.js';
import {
  createVirtualClock,
  startSimulator,
  type FaultEffect,
  type Simulator,
  type SimulatorOptions,
} from '../../simulator/index.js';

interface Pair {
  readonly simulator: Simulator;
  readonly client: DataFlowClient;
}

const START = Date.UTC(2026, 10, 21, 3);
const JOBS = [
  {
    jobId: 'j1',
    name: 'nightly',
    type: 'SCRIPT' as const,
    jobCondition: { numWorker: 3, timeout: 120, parameters: { day: 'monday' } },
    maxConcurrentRuns: 1,
    executions: [{ waitingMs: 1_000, runningMs: 60_000 }],
  },
  { jobId: 'j2', name: 'other', history: 5 },
];
const POSTED = { jobId: 'j1', jobCondition: { timeout: 60 } };

const it = base.extend<{ start: (options?: SimulatorOptions) => Promise<Pair> }>({
  start: async ({}, use) => {
    const running: Pair[] = [];
    await use(async (options = {}) => {
      const clock = createVirtualClock(START);
      const simulator = await startSimulator({ jobs: JOBS, clock, ...options });
      const { accessKey, secretKey, url } = simulator;
      const client = createDataFlowClient({
        baseUrl: url,
        credentials: { accessKey, secretKey },
        clock: { wallMs: () => clock.now(), monotonicMs: () => clock.now() },
      });
      running.push({ simulator, client });
      return { simulator, client };
    });
    for (const { simulator, client } of running) {
      await client.close();
      await simulator.close();
    }
  },
});

const errorOf = (call: Promise<unknown>): Promise<DataFlowCallError> =>
  call.then(
    () => Promise.reject(new Error('answered instead of failing')),
    (error: unknown) => error as DataFlowCallError,
  );

describe('the client on the simulated service', () => {
  it('starts, watches and sees the end of an execution', async ({ start }) => {
    const { simulator, client } = await start();
    const { output, dateMs } = await client.call('executeJob', POSTED);
    expect(output).toMatchObject({ jobId: 'j1', status: 'READY' });
    expect(dateMs).toBe(START);
    simulator.advance(61_000);
    const ids = { jobId: 'j1', executionId: output.jobExecutionId };
    const ended = (await client.call('getJobExecutionById', ids)).output;
    expect(ended).toMatchObject({ status: 'COMPLETED', runningTime: 1 });
    expect(ended.createdDate).toBe('2026-11-21T12:00:00+09:00');
  });

  it('cancels an execution', async ({ start }) => {
    const { client } = await start();
    const { output } = await client.call('executeJob', POSTED);
    const ids = { jobId: 'j1', executionId: output.jobExecutionId };
    expect((await client.call('cancelJobExecution', ids)).output).toBe(true);
    const { status } = (await client.call('getJobExecutionById', ids)).output;
    expect(status).toBe('CANCELED');
  });

  it.for(['runCondition', 'jobCondition'] as const)(
    'reads the stored settings of a job under the name %s',
    async (detailName, { start }) => {
      const { client } = await start({ switches: { detailName } });
      const { output } = await client.call('getJobById', { jobId: 'j1' });
      expect(output.jobCondition).toMatchObject(JOBS[0]!.jobCondition!);
    },
  );

  it('reads dates without an offset as those of Korea', async ({ start }) => {
    const { client } = await start({ switches: { dateStyle: 'none' } });
    const { output } = await client.call('executeJob', POSTED);
    expect(Date.parse(output.createdDate ?? '')).toBe(START);
  });

  it.for(['total', 'page'] as const)(
    'reads a list to its end when count means the %s',
    async (count, { start }) => {
      const { client } = await start({ switches: { count } });
      const ids = new Set<string>();
      const input = { jobId: 'j2', limit: 2 };
      for await (const row of rowsOf(client, 'getJobExecutions', input))
        ids.add(row.jobExecutionId);
      expect(ids.size).toBe(5);
    },
  );

  it.for([
    ['both', 'errorType', 'DataFlowNotFound'],
    ['gateway', 'errorCode', 'DataFlowPathUnknown'],
  ] as const)('reads errors in the form %s', async ([errorBodies, code, failure], { start }) => {
    const { client } = await start({ switches: { errorBodies } });
    const error = await errorOf(client.call('getJobById', { jobId: 'nobody' }));
    expect(error).toMatchObject({ failure, status: 404, complete: true });
    expect(error[code]).toBeDefined();
  });

  it('is told that a job is busy', async ({ start }) => {
    const { client } = await start();
    await client.call('executeJob', POSTED);
    const error = await errorOf(client.call('executeJob', POSTED));
    expect(error).toMatchObject({ failure: 'DataFlowBadState', errorType: 'bad-state' });
  });

  it('is told that an old gateway knows no cancel', async ({ start }) => {
    const { client } = await start({ switches: { cancelSupported: false } });
    const ids = { jobId: 'j1', executionId: 'e1' };
    const error = await errorOf(client.call('cancelJobExecution', ids));
    expect(error).toMatchObject({ failure: 'DataFlowPathUnknown', errorCode: '300' });
  });

  it('has a submit refused whose signature is older than the gateway allows', async ({ start }) => {
    const { simulator, client } = await start();
    const call = client.call('executeJob', POSTED, { signedAtMs: START - 300_001 });
    expect(await errorOf(call)).toMatchObject({ failure: 'DataFlowUnauthenticated', sent: 'yes' });
    expect(simulator.executions('j1')).toEqual([]);
    await client.call('executeJob', POSTED, { signedAtMs: START - 300_000 });
    expect(simulator.executions('j1')).toHaveLength(1);
  });
});

interface Loss {
  readonly how: string;
  readonly then: FaultEffect;
  readonly seen: Partial<DataFlowCallError>;
  /** Executions that the service made nevertheless. */
  readonly made: number;
}

const LOSSES: readonly Loss[] = [
  { how: 'before it arrives', then: { drop: 'before' }, seen: { sent: 'maybe' }, made: 0 },
  { how: 'after it was carried out', then: { drop: 'after' }, seen: { sent: 'maybe' }, made: 1 },
  {
    how: 'within its answer',
    then: { cut: true },
    seen: { sent: 'yes', complete: false },
    made: 1,
  },
  {
    how: 'in an answer that is not JSON',
    then: { garbage: true },
    seen: { sent: 'yes', failure: 'DataFlowProtocolError' },
    made: 1,
  },
  {
    how: 'in a 504 of the gateway',
    then: { status: 504, handled: true },
    seen: { sent: 'yes', status: 504, failure: 'DataFlowUnavailable' },
    made: 1,
  },
  {
    how: 'in an empty 200',
    then: { status: 200, body: '', handled: true },
    seen: { sent: 'yes', status: 200, failure: 'DataFlowProtocolError' },
    made: 1,
  },
];

describe('a submit that is lost', () => {
  it.for(LOSSES)('$how is sent once and reported as it was seen', async (loss, { start }) => {
    const { then, seen, made } = loss;
    const { simulator, client } = await start({ faults: [{ on: 'executeJob', then }] });
    let left = 0;
    const onSent = () => {
      left += 1;
    };
    const error = await errorOf(client.call('executeJob', POSTED, { onSent }));
    expect(error).toMatchObject(seen);
    expect(error.message).toContain('Look in the service before you repeat it');
    expect(simulator.executions('j1')).toHaveLength(made);
    expect(left).toBe(1);
  });
});
