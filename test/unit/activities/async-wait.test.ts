import { CompleteAsyncError } from '@temporalio/activity';
import {
  ActivityCancelledError,
  ActivityCompletionError,
  ActivityNotFoundError,
  ActivityPausedError,
  ActivityResetError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { defaultActivityInfo, MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { runWait, type WaitContext } from '../../../activities/async-wait.js';
import { DataFlowCallError } from '../../../client/errors.js';
import { AsyncWaits, type WorkerWaits } from '../../../activities/worker-waits.js';
import { until } from '../../support/until.js';

const ref = { jobId: 'j1', executionId: 'e1' };
const FEW = new DataFlowCallError(
  {
    ...{ call: 'getJobExecutionById', request: 'GET /x', failure: 'DataFlowLinkedRequestFailed' },
    ...{ sent: 'yes', complete: true },
  },
  'came',
);

/** What Temporal was told about an attempt. */
type Told = readonly [call: string, value?: unknown];

/** A worker whose client answers each call as the table says, by name; each answer is used once, then all is well. */
function aWorker(answers: Readonly<Record<string, readonly Error[]>> = {}) {
  const told: Told[] = [];
  const left = new Map(Object.entries(answers).map(([name, errors]) => [name, [...errors]]));
  const call =
    (name: string) =>
    (_token: Uint8Array, value?: unknown): Promise<void> => {
      told.push([name, value]);
      const error = left.get(name)?.shift();
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    };
  const names = ['complete', 'fail', 'heartbeat', 'reportCancellation'];
  const client = {
    connection: { withDeadline: (_: number, act: () => Promise<void>) => act() },
    withAbortSignal: (_: AbortSignal, act: () => Promise<unknown>) => act(),
    activity: Object.fromEntries(names.map((name) => [name, call(name)])),
  } as unknown as Client;
  const warnings: string[] = [];
  const waits = new AsyncWaits((message) => warnings.push(message));
  const worker = waits.attach(() => client);
  /** Begins a wait as the SDK does; heartbeats are due after some 20 ms. */
  const begin = async (fn: (context: WaitContext) => Promise<unknown>): Promise<unknown> => {
    const info = { ...defaultActivityInfo, heartbeatTimeoutMs: 50, attempt: 3 };
    const environment = new MockActivityEnvironment(info, { client });
    return await environment.run(() => runWait(waits, ref, fn)).catch((error: unknown) => error);
  };
  return { told, warnings, worker, begin, names: () => told.map(([name]) => name) };
}

const untilOver = ({ worker }: { readonly worker: WorkerWaits }): Promise<void> =>
  until(() => worker.held.size === 0);

/** Waits until it is interrupted. */
const endless = ({ signal }: WaitContext): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

describe('runWait', () => {
  it('ends the activity at once, and completes it by its token when the wait is over', async () => {
    const worker = aWorker();
    let resolve: (value: string) => void = () => undefined;
    const ended = await worker.begin(
      () =>
        new Promise((settle) => {
          resolve = settle;
        }),
    );
    expect(ended).toBeInstanceOf(CompleteAsyncError);
    expect(worker.names()).not.toContain('complete');
    resolve('the end');
    await untilOver(worker);
    expect(worker.told.at(-1)).toEqual(['complete', 'the end']);
  });

  it('repeats a completion until Temporal has it: an answer that was lost, then not found', async () => {
    const lost = new ActivityCompletionError('deadline exceeded');
    const worker = aWorker({ complete: [lost, new ActivityNotFoundError('')] });
    await worker.begin(() => Promise.resolve('the end'));
    await untilOver(worker);
    expect(worker.told).toEqual([
      ['complete', 'the end'],
      ['complete', 'the end'],
    ]);
    expect(worker.warnings).toEqual([
      'A call to Temporal with the end of a wait failed and is repeated: deadline exceeded',
    ]);
  });

  it('tells a failure in place of a result that the data converter refuses', async () => {
    const worker = aWorker({ complete: [new TypeError('no such key')] });
    await worker.begin(() => Promise.resolve('the end'));
    await untilOver(worker);
    expect(worker.told.at(-1)).toEqual(['fail', new TypeError('no such key')]);
  });

  it('tells a permanent failure at once, and before a retryable one what the next attempt counts on', async () => {
    const final = aWorker();
    await final.begin(() => Promise.reject(ApplicationFailure.nonRetryable('no such job')));
    await untilOver(final);
    expect(final.names()).toEqual(['fail']);
    const worker = aWorker();
    await worker.begin(() => Promise.reject(FEW));
    await untilOver(worker);
    expect(worker.told).toMatchObject([
      ['heartbeat', { answers: { failure: 'DataFlowLinkedRequestFailed', count: 1 } }],
      ['fail', { type: 'DataFlowLinkedRequestFailed', nonRetryable: false }],
    ]);
  });

  it('sends heartbeats with what was remembered, also after one has failed', async () => {
    const worker = aWorker({ heartbeat: [new ActivityCompletionError('unavailable')] });
    await worker.begin((context) => {
      context.setHeartbeatDetails({ status: 'RUNNING' });
      return endless(context);
    });
    await until(() => worker.told.length >= 3);
    expect(worker.told.slice(0, 3)).toEqual(
      Array.from({ length: 3 }, () => ['heartbeat', { status: 'RUNNING' }]),
    );
    await worker.worker.handOver();
  });

  it.each<readonly [string, Error, readonly unknown[]]>([
    ['cancel', new ActivityCancelledError(''), [['reportCancellation', undefined]]],
    ['pause', new ActivityPausedError(''), [['fail', { type: 'ActivityPause' }]]],
    ['reset', new ActivityResetError(''), [['fail', { type: 'ActivityReset' }]]],
    ['attempt that Temporal does not know any more', new ActivityNotFoundError(''), []],
  ])('ends when a heartbeat is answered with a %s', async (_, answer, expected) => {
    const worker = aWorker({ heartbeat: [answer] });
    let reason: unknown;
    await worker.begin(async (context) => {
      await endless(context).finally(() => {
        reason = context.signal.reason;
      });
    });
    await untilOver(worker);
    expect(reason).toBeInstanceOf(Error);
    expect(worker.told.slice(1)).toMatchObject(expected);
  });

  it('tells a result that came with an interruption: it is true', async () => {
    const worker = aWorker();
    await worker.begin(async (context) => {
      await endless(context).catch(() => undefined);
      return 'the end';
    });
    await worker.worker.handOver();
    expect(worker.told.at(-1)).toEqual(['complete', 'the end']);
  });

  it('tells nothing of an attempt that another one has replaced, whatever its result', async () => {
    const worker = aWorker({ heartbeat: [new ActivityNotFoundError('')] });
    await worker.begin(async (context) => {
      await endless(context).catch(() => undefined);
      return 'the end';
    });
    await untilOver(worker);
    expect(worker.names()).toEqual(['heartbeat']);
  });

  it('runs as any other activity where there is no client', async () => {
    const waits = new AsyncWaits(() => undefined);
    const running = new MockActivityEnvironment().run(() =>
      runWait(waits, ref, () => Promise.resolve('the end')),
    );
    expect(await running).toBe('the end');
  });
});

describe('WorkerWaits.handOver', () => {
  const handedOver = expect.objectContaining({
    type: 'WorkerShutdown',
    nextRetryDelay: 1_000,
  }) as ApplicationFailure;

  it('fails all waits, so that another worker goes on in a second; what it does not know is sent before', async () => {
    const worker = aWorker();
    await worker.begin(endless);
    await worker.begin((context) => {
      context.setHeartbeatDetails({ status: 'RUNNING' });
      return endless(context);
    });
    await worker.worker.handOver();
    expect(worker.told).toEqual([
      ['fail', handedOver],
      ['heartbeat', { status: 'RUNNING' }],
      ['fail', handedOver],
    ]);
  });

  it('fails a wait that begins afterwards, as an activity', async () => {
    const worker = aWorker();
    await worker.worker.handOver();
    expect(await worker.begin(endless)).toEqual(handedOver);
  });

  it('repeats what Temporal did not take', async () => {
    const away = new ActivityCompletionError('unavailable');
    const worker = aWorker({ fail: [away, away] });
    await worker.begin(endless);
    await worker.worker.handOver();
    expect(worker.names()).toEqual(['fail', 'fail', 'fail']);
  });

  it('ends waits that Temporal cannot be told of, and repeats nothing for them', async () => {
    const away = Array.from({ length: 100 }, () => new ActivityCompletionError('unavailable'));
    const worker = aWorker({ fail: away });
    await worker.begin(endless);
    const handingOver = worker.worker.handOver();
    await until(() => worker.told.length > 0);
    worker.worker.giveUp();
    await handingOver;
    expect(worker.worker.held.size).toBe(0);
    expect(worker.told.length).toBeLessThan(away.length);
  });

  it('leaves the waits of another worker alone', async () => {
    const one = aWorker();
    const other = aWorker();
    await one.begin(endless);
    await other.begin(endless);
    await one.worker.handOver();
    expect([one.worker.held.size, other.worker.held.size]).toEqual([0, 1]);
    await other.worker.handOver();
  });
});
