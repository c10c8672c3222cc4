import { AsyncWaits } from '../../../activities/worker-waits.js';
import { ActivityCancellationDetails } from '@temporalio/common';
import type { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { awaitExecution } from '../../../activities/await-execution.js';
import { stopExecution } from '../../../activities/stop-execution.js';
import { DataFlowCallError } from '../../../client/errors.js';
import type { AwaitInput } from '../../../contract/activities.js';
import type { FailureType } from '../../../contract/failures.js';
import type { JobExecution } from '../../../contract/job.js';
import type { OperationName } from '../../../contract/operations.js';
import { runKeyOf } from '../../../contract/run-key.js';
import type { Profile } from '../../../activities/profile.js';
import { createStatusHub, type StatusHub } from '../../../polling/status-hub.js';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { anActivity, fakeProfile } from './fake-profile.js';

const anExecution = (change: Partial<JobExecution> = {}): JobExecution => ({
  jobExecutionId: 'e1',
  jobId: 'jobA',
  status: 'RUNNING',
  ...change,
});
type CancelReason = Parameters<MockActivityEnvironment['cancel']>[0];
const ref = { jobId: 'jobA', executionId: 'e1' };
const anError = (
  call: OperationName,
  failure: FailureType,
  errorCode?: string,
): DataFlowCallError =>
  new DataFlowCallError(
    {
      call,
      request: 'POST /x',
      failure,
      sent: 'yes',
      complete: true,
      ...(errorCode !== undefined && { errorCode }),
    },
    'came',
  );
const waitFor = (status: string) => () =>
  Promise.resolve({ execution: anExecution({ status }), calls: 3 });

describe('dataflowStopExecution', () => {
  it('reads before it cancels: what ended by itself is reported as what it is, and not cancelled', async () => {
    const { profile, calls } = fakeProfile({ answer: () => anExecution({ status: 'FAILED' }) });
    const result = await anActivity().run(
      stopExecution(() => profile),
      ref,
    );
    expect(result).toMatchObject({ stop: 'ended', execution: { status: 'FAILED' } });
    expect(calls.map(({ name }) => name)).toEqual(['getJobExecutionById']);
  });

  it('cancels, and reports the terminal status that the service shows then', async () => {
    const answer = (name: OperationName): unknown =>
      name === 'cancelJobExecution' ? true : anExecution();
    const { profile, calls } = fakeProfile({ answer, wait: waitFor('CANCELED') });
    const result = await anActivity().run(
      stopExecution(() => profile),
      ref,
    );
    expect(result).toMatchObject({ stop: 'canceled', execution: { status: 'CANCELED' } });
    expect(calls.map(({ name }) => name)).toEqual(['getJobExecutionById', 'cancelJobExecution']);
  });

  it('has looks close together from the cancel on, however old the execution is and wherever its wait is', async () => {
    const startDate = new Date(Date.now() - 3_600_000).toISOString();
    let reads = 0;
    const answer = (name: OperationName): unknown => {
      if (name === 'cancelJobExecution') return true;
      return anExecution({ startDate, status: (reads += 1) > 4 ? 'CANCELED' : 'RUNNING' });
    };
    const fake = fakeProfile({ answer });
    const settings = { ...fake.profile.timings, minPollMs: 5 };
    const rateLimiter = createRateLimiter({ callsPerSecond: 1_000 });
    const hub = createStatusHub({ client: fake.profile.client, settings, rateLimiter });
    const profile = { ...fake.profile, hub };
    // Spaced by its age, the looks would be a minute apart.
    const result = await anActivity().run(
      stopExecution(() => profile),
      ref,
    );
    expect(result).toMatchObject({ stop: 'canceled', execution: { status: 'CANCELED' } });
    await hub.close();
  });

  it('takes a CANCELED that a further attempt finds for its own doing', async () => {
    const { profile, calls } = fakeProfile({ answer: () => true, wait: waitFor('CANCELED') });
    const result = await anActivity({ attempt: 2 }).run(
      stopExecution(() => profile),
      ref,
    );
    expect(result).toMatchObject({ stop: 'canceled' });
    // (C18) no read that may be refused stands before the cancel
    expect(calls.map(({ name }) => name)).toEqual(['cancelJobExecution']);
  });

  it.each<FailureType>(['DataFlowThrottled', 'DataFlowUnavailable'])(
    'cancels at once where the read before it ends with %s (C18)',
    async (failure) => {
      const answer = (name: OperationName): unknown => {
        if (name === 'getJobExecutionById') throw anError(name, failure);
        return true;
      };
      const { profile, calls } = fakeProfile({ answer, wait: waitFor('CANCELED') });
      const result = await anActivity().run(
        stopExecution(() => profile),
        ref,
      );
      expect(result).toMatchObject({ stop: 'canceled', execution: { status: 'CANCELED' } });
      expect(calls.map(({ name }) => name)).toEqual(['getJobExecutionById', 'cancelJobExecution']);
    },
  );

  /** A service whose gateway does not know the path of a cancel so many times. */
  const stopWhereUnknown = async (times: number) => {
    let cancels = 0;
    const answer = (name: OperationName): unknown => {
      if (name !== 'cancelJobExecution') return anExecution();
      cancels += 1;
      if (cancels <= times) throw anError(name, 'DataFlowPathUnknown', '300');
      return true;
    };
    const fake = fakeProfile({ answer, wait: waitFor('CANCELED') });
    const profile = { ...fake.profile, timings: { ...fake.profile.timings, maxListingDelayMs: 3 } };
    const result = await anActivity().run(
      stopExecution(() => profile),
      ref,
    );
    return { result, calls: fake.calls.map(({ name }) => name) };
  };

  it('says so where the gateway knows no cancel each time, while its reads are answered', async () => {
    const { result, calls } = await stopWhereUnknown(Infinity);
    expect(result).toMatchObject({ stop: 'unsupported' });
    const pair = ['getJobExecutionById', 'cancelJobExecution'];
    expect(calls).toEqual([...pair, ...pair, ...pair]);
  });

  it('cancels where the gateway knew no cancel for a moment only (C2)', async () => {
    const { result } = await stopWhereUnknown(2);
    expect(result).toMatchObject({ stop: 'canceled', execution: { status: 'CANCELED' } });
  });

  describe('whose cancel is refused, or changes nothing', () => {
    const LIST = { complete: true, dateMs: undefined, calls: 1 };
    const never: StatusHub['wait'] = (_, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });

    it.each<FailureType>(['DataFlowBadState', 'DataFlowNotFound'])(
      'with %s while it is READY sends it again until the service takes it (A9)',
      async (type) => {
        let cancels = 0;
        const answer = (name: OperationName): unknown => {
          if (name !== 'cancelJobExecution') {
            return anExecution({ status: cancels < 2 ? 'READY' : 'CANCELED' });
          }
          cancels += 1;
          throw anError(name, type);
        };
        const { profile } = fakeProfile({ answer, wait: never });
        const result = await anActivity().run(
          stopExecution(() => profile),
          ref,
        );
        expect(result).toMatchObject({ stop: 'canceled', execution: { status: 'CANCELED' } });
        expect(cancels).toBe(2);
      },
    );

    it('sends it again as soon as the status changes, not a minute later (A9)', async () => {
      let cancels = 0;
      const answer = (name: OperationName): unknown => {
        if (name === 'cancelJobExecution') return (cancels += 1) > 0;
        return anExecution({ status: ['READY', 'RUNNING', 'CANCELED'][cancels]! });
      };
      const wait: StatusHub['wait'] = (target, options = {}) => {
        options.onStatus?.({ execution: anExecution({ status: 'RUNNING' }), calls: 1 });
        return cancels > 1
          ? Promise.resolve({ execution: anExecution({ status: 'CANCELED' }), calls: 1 })
          : never(target, options);
      };
      const { profile } = fakeProfile({ answer, wait });
      const result = await anActivity().run(
        stopExecution(() => profile),
        ref,
      );
      expect(result).toMatchObject({ stop: 'canceled' });
      expect(cancels).toBe(2);
    });

    it('goes by its job’s list where it is not found by id (A9)', async () => {
      let cancels = 0;
      const answer = (name: OperationName): unknown => {
        if (name !== 'cancelJobExecution') throw anError(name, 'DataFlowNotFound');
        return (cancels += 1) > 0;
      };
      const read = (): ReturnType<Profile['newest']['read']> =>
        Promise.resolve({
          ...LIST,
          rows: [anExecution({ status: cancels > 0 ? 'CANCELED' : 'READY' })],
        });
      const { profile } = fakeProfile({ answer, read, wait: waitFor('CANCELED') });
      const result = await anActivity().run(
        stopExecution(() => profile),
        ref,
      );
      expect(result).toMatchObject({ stop: 'canceled' });
      expect(cancels).toBe(1);
    });

    it('gives up, and says so, only when neither id nor list shows it for maxListingDelay', async () => {
      const { profile } = fakeProfile({
        answer: (name) => {
          throw anError(name, 'DataFlowNotFound');
        },
        read: () => Promise.resolve({ ...LIST, rows: [] }),
      });
      const timings = { ...profile.timings, maxListingDelayMs: 1 };
      const stopping = anActivity().run(
        stopExecution(() => ({ ...profile, timings })),
        ref,
      );
      await expect(stopping).rejects.toMatchObject({
        type: 'DataFlowNotFound',
        nonRetryable: true,
      });
    });
  });

  it.each<FailureType>([
    'DataFlowUnauthenticated',
    'DataFlowForbidden',
    'DataFlowUnavailable',
    'DataFlowThrottled',
  ])('is repeated by Temporal after a %s', async (type) => {
    const { profile } = fakeProfile({
      answer: (name) => {
        throw anError(name, type);
      },
    });
    const stopping = anActivity().run(
      stopExecution(() => profile),
      ref,
    );
    await expect(stopping).rejects.toMatchObject({ type, nonRetryable: false });
  });
});

const byId =
  (rows: readonly JobExecution[]) =>
  (_name: OperationName, { executionId }: { readonly executionId: string }): unknown =>
    rows.find(({ jobExecutionId }) => jobExecutionId === executionId);

describe('dataflowAwaitExecution', () => {
  it('gives the terminal execution and the calls that the wait took part in', async () => {
    const { profile } = fakeProfile({ wait: waitFor('COMPLETED') });
    const result = await anActivity().run(
      awaitExecution(() => profile, new AsyncWaits(() => undefined)),
      ref,
    );
    expect(result).toEqual({
      execution: anExecution({ status: 'COMPLETED' }),
      duplicates: [],
      copies: [],
      exactDuplicates: false,
      statusCalls: 3,
    });
  });

  it('says of what is not found any more that it was seen running and may run on (C8)', async () => {
    const { profile } = fakeProfile({
      wait: (_, options) => {
        options?.onStatus?.({ execution: anExecution(), calls: 1 });
        return Promise.reject(anError('getJobExecutionById', 'DataFlowNotFound'));
      },
    });
    const waiting = anActivity().run(
      awaitExecution(() => profile, new AsyncWaits(() => undefined)),
      ref,
    );
    await expect(waiting).rejects.toMatchObject({
      ...{ type: 'DataFlowNotFound', nonRetryable: true },
      message: expect.stringMatching(
        /shown as RUNNING before; its job may have been deleted.*may still run/,
      ) as string,
      details: [{ ...ref, unknown: expect.stringContaining('may still run') as string }],
    });
  });

  it('names a second match after an unknown outcome, against the first baseline', async () => {
    const since = { baselineMs: Date.parse('2026-11-22T03:00:00Z'), knownIds: ['old'] };
    const row = (jobExecutionId: string, second: string): JobExecution =>
      anExecution({ jobExecutionId, createdDate: `2026-11-22T03:00:${second}Z`, jobCondition: {} });
    const rows = [row('duplicate', '40'), row('e1', '02'), row('old', '01')];
    const { profile } = fakeProfile({
      wait: waitFor('COMPLETED'),
      answer: byId(rows),
      read: () => Promise.resolve({ rows, complete: true, dateMs: undefined, calls: 1 }),
    });
    const duplicates = {
      since,
      claimedIds: ['e1'],
      sent: [{}],
      exclusive: false,
      windowMs: 60_000,
    };
    const input: AwaitInput = { ...ref, duplicates };
    const result = await anActivity().run(
      awaitExecution(() => profile, new AsyncWaits(() => undefined)),
      input,
    );
    expect(result).toMatchObject({ duplicates: ['duplicate'], copies: [], exactDuplicates: false });
  });

  it('tells apart the copy that an operator made later of an execution of ours, run key and all (A10)', async () => {
    const key = runKeyOf('wf-1.1');
    const row = (jobExecutionId: string, time: string): JobExecution =>
      anExecution({
        jobExecutionId,
        createdDate: `2026-11-22T${time}Z`,
        jobCondition: { parameters: { runKey: key } },
      });
    const rows = [row('rerun', '03:05:00'), row('duplicate', '03:00:40'), row('e1', '03:00:02')];
    const { profile } = fakeProfile({
      wait: waitFor('COMPLETED'),
      answer: byId(rows),
      read: () => Promise.resolve({ rows, complete: true, dateMs: undefined, calls: 1 }),
    });
    const result = await anActivity().run(
      awaitExecution(() => profile, new AsyncWaits(() => undefined)),
      {
        ...ref,
        duplicates: {
          since: { knownIds: [] },
          claimedIds: ['e1'],
          sent: [{}],
          exclusive: false,
          windowMs: 60_000,
          runKey: { parameter: 'runKey', key },
        },
      },
    );
    expect(result).toMatchObject({
      duplicates: ['duplicate', 'rerun'],
      copies: ['rerun'],
      exactDuplicates: true,
    });
  });

  /** Runs it until the environment interrupts it with this. */
  const interrupted = async (reason: CancelReason, details: object): Promise<unknown> => {
    const environment = anActivity({ attempt: 7 });
    const { profile } = fakeProfile({
      wait: (_, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => {
            reject(options.signal?.reason as Error);
          });
          environment.cancel(reason, new ActivityCancellationDetails(details));
        }),
    });
    return await environment
      .run(
        awaitExecution(() => profile, new AsyncWaits(() => undefined)),
        ref,
      )
      .catch((error: unknown) => error);
  };

  it('is left by a worker that stops: another one goes on a second later, at the seventh deploy too', async () => {
    const error = await interrupted('WORKER_SHUTDOWN', { workerShutdown: true });
    expect(error).toMatchObject({
      ...{ name: 'ApplicationFailure', type: 'WorkerShutdown' },
      ...{ nonRetryable: false, nextRetryDelay: 1_000 },
    });
  });

  it.each([
    ['CANCELLED', { cancelRequested: true }],
    ['CANCELLED', { cancelRequested: true, workerShutdown: true }],
    ['PAUSED', { paused: true }],
  ] as const)('passes the interruption on: %s %j', async (reason, details) => {
    const error = await interrupted(reason, details);
    expect(error).toMatchObject({ name: 'CancelledFailure', message: reason });
  });
});
