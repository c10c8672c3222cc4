import { describe, expect, it, vi } from 'vitest';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub, type WaitInfo } from '../../../polling/status-hub.js';
import { mostWithin } from '../../support/most-within.js';
import { FakeCallError, FakeService, type FakeExecution } from './fake-service.js';
import { ManualClock, settle } from './manual-clock.js';
import { settings } from './usual-settings.js';

const aHub = (callsPerSecond = 100) => {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const log = { warn: vi.fn() };
  const rateLimiter = createRateLimiter({
    ...{ callsPerSecond, statusCallsPerMinute: 60 * callsPerSecond, clock },
  });
  const hub = createStatusHub({ client: service.client, settings, clock, rateLimiter, log });
  /** An execution that starts now and ends after so many ms. */
  const run = (executionId: string, endsInMs: number, more: Partial<FakeExecution> = {}) => {
    const createdMs = clock.nowMs();
    const execution = { jobId: 'job', executionId, createdMs, endMs: createdMs + endsInMs };
    service.executions.push({ ...execution, end: 'COMPLETED', ...more });
    return { jobId: more.jobId ?? 'job', executionId, createdMs };
  };
  return { clock, service, log, rateLimiter, hub, run };
};

describe('wait', () => {
  it('resolves with the terminal execution and the calls that it took', async () => {
    const { clock, hub, run } = aHub();
    const waiting = hub.wait(run('e1', 5_000));
    await clock.advance(7_000);
    const { execution, calls } = await waiting;
    expect(execution).toMatchObject({ jobExecutionId: 'e1', status: 'COMPLETED' });
    expect(calls).toBe(3);
  });

  it('goes by what earlier executions of the job took: few looks before the end is due, a soon one after', async () => {
    const { clock, hub, run, service } = aHub();
    const completedMs = Array.from({ length: 20 }, (_, n) => 3_500_000 + 10_000 * n);
    const target = run('e1', 3_600_000);
    const waiting = hub.wait({ ...target, seen: { completedMs, failedMs: [] } });
    await clock.advance(3_610_000);
    expect((await waiting).execution.status).toBe('COMPLETED');
    expect(service.calls.length).toBeLessThan(150);
  });

  it('looks at once at an execution whose age it is not told', async () => {
    const { hub, run, service, clock } = aHub();
    const { jobId, executionId } = run('e1', 0);
    const waiting = hub.wait({ jobId, executionId });
    await clock.advance(0);
    await waiting;
    expect(service.calls).toHaveLength(1);
  });

  it('asks one list for many executions of a job, and confirms each end by id', async () => {
    const { clock, hub, run, service } = aHub();
    const waits = Array.from({ length: 50 }, (_, n) => hub.wait(run(`e${n}`, 5_000)));
    await clock.advance(7_000);
    await Promise.all(waits);
    const lists = service.calls.filter(({ name }) => name === 'getJobExecutions');
    expect(lists.map(({ brief }) => brief)).toEqual([true, true, true]);
    expect(service.count('getJobExecutionById')).toBe(50);
    expect(hub.snapshot()).toMatchObject({
      calls: { getJobExecutions: 3, getJobExecutionById: 50 },
      callsSaved: 2 * 50 + 50 - 53,
    });
  });

  it('counts every call of a reading for each whom it served', async () => {
    const { clock, hub, run, service } = aHub();
    service.listOrder = 'shuffled';
    for (let n = 0; n < 250; n += 1) run(`earlier ${n}`, -1, { createdMs: clock.nowMs() - n });
    const waits = [hub.wait(run('e1', 5_000)), hub.wait(run('e2', 5_000))];
    await clock.advance(30_000);
    const lists = service.count('getJobExecutions');
    expect(lists).toBeGreaterThan(3);
    expect((await Promise.all(waits)).map(({ calls }) => calls)).toEqual([lists + 1, lists + 1]);
  });

  it('asks by id for an execution that the list does not show', async () => {
    const { clock, hub, run, service } = aHub();
    const old = run('old', 100_000);
    for (let n = 0; n < 150; n += 1) {
      await clock.advance(100);
      run(`other${n}`, 1);
    }
    const waits = [hub.wait(old), hub.wait(run('new', 100_000))];
    await clock.advance(120_000);
    expect(await Promise.all(waits)).toHaveLength(2);
    const asked = service.calls.filter((call) => call.executionId === 'old');
    expect(asked.length).toBeGreaterThan(1);
  });

  it('serves all waiters of one execution with one call', async () => {
    const { clock, hub, run, service } = aHub();
    const target = run('e1', 1_000);
    const waits = [hub.wait(target), hub.wait(target), hub.wait(target)];
    await clock.advance(2_000);
    await Promise.all(waits);
    expect(service.calls).toHaveLength(1);
  });

  it('does not let a slow call delay the executions of other jobs, or others of the same', async () => {
    const { clock, hub, run, service } = aHub();
    service.fate = ({ executionId, name }) =>
      executionId === 'slow' || name === 'getJobExecutions' ? { takesMs: 500_000 } : {};
    void hub.wait(run('slow', 1e9)).catch(() => undefined);
    const same = hub.wait(run('same-job', 1_000));
    const other = hub.wait(run('other', 1_000, { jobId: 'other-job' }));
    await clock.advance(2_000);
    await other;
    await clock.advance(4_000);
    await same;
    const closed = hub.close();
    await closed;
  });

  it('goes on after failed calls, each time later, and tells its caller why', async () => {
    const { clock, hub, run, service } = aHub();
    const told: WaitInfo[] = [];
    service.fate = () => ({ error: new FakeCallError('DataFlowUnauthenticated') });
    const waiting = hub.wait(run('e1', 1_000), { onStatus: (info) => told.push(info) });
    await clock.advance(20_000);
    expect(service.calls.map(({ atMs }) => atMs - clock.nowMs() + 20_000)).toEqual([
      2_000, 4_000, 8_000, 16_000,
    ]);
    expect(told.at(-1)).toEqual({
      calls: 4,
      lastError: { failure: 'DataFlowUnauthenticated', message: 'fake DataFlowUnauthenticated' },
    });
    service.fate = () => ({});
    await clock.advance(60_000);
    expect((await waiting).calls).toBe(5);
  });

  it('tells its caller what is new, not what it knows already', async () => {
    const { clock, hub, run, service } = aHub();
    const told: (string | undefined)[] = [];
    const onStatus = ({ execution, lastError }: WaitInfo) =>
      told.push(lastError?.message ?? execution?.status);
    const waiting = hub.wait(run('e1', 600_000), { onStatus });
    await clock.advance(60_000);
    service.fate = () => ({ error: new FakeCallError('DataFlowUnavailable') });
    await clock.advance(20_000);
    service.fate = () => ({});
    await clock.advance(600_000);
    await waiting;
    const failures = told.filter((one) => one === 'fake DataFlowUnavailable');
    expect(failures.length).toBeGreaterThan(1);
    expect(told).toEqual(['RUNNING', ...failures, 'RUNNING']);
  });

  it('obeys Retry-After in full for what the call was for; to hold others back is up to the budget', async () => {
    const { clock, hub, run, service } = aHub();
    service.fate = ({ jobId }) =>
      jobId === 'job' ? { error: new FakeCallError('DataFlowThrottled', 300_000) } : {};
    void hub.wait(run('e1', 1_000)).catch(() => undefined);
    const other = hub.wait(run('e2', 10_000, { jobId: 'other' }));
    await clock.advance(299_000);
    await other;
    expect(service.calls.filter(({ jobId }) => jobId === 'job')).toHaveLength(1);
    await hub.close();
  });

  it('asks by id while the list of a job fails', async () => {
    const { clock, hub, run, service } = aHub();
    service.fate = ({ name }) =>
      name === 'getJobExecutions' ? { error: new FakeCallError('DataFlowProtocolError') } : {};
    const waits = [hub.wait(run('e1', 3_000)), hub.wait(run('e2', 3_000))];
    await clock.advance(5_000);
    await Promise.all(waits);
    expect(service.count('getJobExecutions')).toBe(1);
  });

  it('takes "not found" for lag until maxListingDelayMs has passed, then for the truth', async () => {
    const { clock, hub } = aHub();
    const startMs = clock.nowMs();
    let rejectedMs = 0;
    const waiting = hub.wait({ jobId: 'job', executionId: 'nowhere' }).catch((error: unknown) => {
      rejectedMs = clock.nowMs();
      return error;
    });
    await clock.advance(60_000);
    expect(await waiting).toMatchObject({ failure: 'DataFlowNotFound' });
    expect(rejectedMs - startMs).toBe(30_000);
    expect(hub.snapshot()).toMatchObject({ waiters: 0, executions: 0 });
  });

  it('waits for an execution that shows late', async () => {
    const { clock, hub, run } = aHub();
    const waiting = hub.wait(run('late', 40_000, { visibleFromMs: clock.nowMs() + 29_000 }));
    await clock.advance(60_000);
    expect((await waiting).execution.status).toBe('COMPLETED');
  });

  it('keeps waiting on a status that it does not know, and warns once', async () => {
    const { clock, hub, run, log } = aHub();
    const told: WaitInfo[] = [];
    const waiting = hub.wait(run('e1', 30_000, { runningStatus: 'PAUSED' }), {
      onStatus: (info) => told.push(info),
    });
    await clock.advance(40_000);
    await waiting;
    expect(told.at(-1)?.execution?.status).toBe('PAUSED');
    expect(log.warn).toHaveBeenCalledTimes(1);
  });

  it('reports no end that only a list shows', async () => {
    const { clock, hub, run, service } = aHub();
    const waits = [hub.wait(run('e1', 1_000)), hub.wait(run('e2', 1_000))];
    service.fate = ({ name }) =>
      name === 'getJobExecutionById' ? { error: new FakeCallError('DataFlowUnavailable') } : {};
    await clock.advance(300_000);
    expect(hub.snapshot().waiters).toBe(2);
    service.fate = () => ({});
    await clock.advance(60_000);
    await Promise.all(waits);
  });

  it('rejects with the reason of its signal at once, and leaves nothing behind', async () => {
    const { clock, hub, run } = aHub();
    const giveUp = new AbortController();
    const waiting = hub.wait(run('e1', 1e9), { signal: giveUp.signal });
    await clock.advance(100_000);
    giveUp.abort(new Error('worker stops'));
    await expect(waiting).rejects.toThrow('worker stops');
    await settle();
    expect(hub.snapshot()).toMatchObject({ waiters: 0, executions: 0, callsUnderWay: 0 });
    expect(clock.timers).toBe(0);
  });

  it('rejects at once for a signal that has aborted already', async () => {
    const { hub, run, service } = aHub();
    const signal = AbortSignal.abort(new Error('over'));
    await expect(hub.wait(run('e1', 1), { signal })).rejects.toThrow('over');
    expect(service.calls).toEqual([]);
  });

  it('leaves no timer behind once the last wait has ended', async () => {
    const { clock, hub, run } = aHub();
    const waiting = hub.wait(run('e1', 3_000));
    await clock.advance(4_000);
    await waiting;
    await settle();
    expect(clock.timers).toBe(0);
  });

  it('stays within four fifths of the call budget', async () => {
    const { clock, hub, run, service } = aHub(5);
    const waits = Array.from({ length: 40 }, (_, n) =>
      hub.wait(run(`e${n}`, 1_000, { jobId: `job${n}` })),
    );
    await clock.advance(40_000);
    await Promise.all(waits);
    const sentMs = service.calls.map(({ atMs }) => atMs);
    expect(mostWithin(1_000, sentMs)).toBe(4);
  });

  it('goes on with the others when an onStatus throws', async () => {
    const { clock, hub, run, log } = aHub();
    const target = run('e1', 5_000);
    const onStatus = () => {
      throw new Error('oops');
    };
    const waits = [hub.wait(target, { onStatus }), hub.wait(target)];
    await clock.advance(10_000);
    await Promise.all(waits);
    expect(log.warn).toHaveBeenCalledWith('onStatus threw: oops', expect.anything());
  });
});

describe('resolve', () => {
  it('tells waiters at once what somebody else saw', async () => {
    const { hub, run, service } = aHub();
    const waiting = hub.wait(run('e1', 1e9));
    hub.resolve({ jobExecutionId: 'e1', jobId: 'job', status: 'CANCELED' });
    expect((await waiting).execution.status).toBe('CANCELED');
    await settle();
    expect(service.calls).toEqual([]);
  });

  it('ignores an execution that goes on', async () => {
    const { clock, hub, run } = aHub();
    void hub.wait(run('e1', 1e9)).catch(() => undefined);
    hub.resolve({ jobExecutionId: 'e1', jobId: 'job', status: 'RUNNING' });
    await clock.advance(1);
    expect(hub.snapshot().waiters).toBe(1);
    await hub.close();
  });
});

describe('nudge', () => {
  it('makes the looks at an old execution close together again', async () => {
    const { clock, hub, run, service } = aHub();
    void hub.wait(run('e1', 1e9)).catch(() => undefined);
    await clock.advance(3_600_000);
    const before = service.calls.length;
    hub.nudge('job', 'e1');
    await clock.advance(6_000);
    expect(service.calls.length - before).toBe(3);
    await hub.close();
  });

  it('does so whatever earlier executions of the job took: a cancelled one ends when it pleases', async () => {
    const { clock, hub, run, service } = aHub();
    const completedMs = Array.from({ length: 20 }, (_, n) => 35_000_000 + 10_000 * n);
    const target = { ...run('e1', 1e9), seen: { completedMs, failedMs: [] } };
    void hub.wait(target).catch(() => undefined);
    await clock.advance(3_600_000);
    const before = service.calls.length;
    hub.nudge('job', 'e1');
    await clock.advance(6_000);
    expect(service.calls.length - before).toBe(3);
    await hub.close();
  });

  it.each(['e30', 'e31', 'e32', 'e33'])('does so for %s among hundreds', async (executionId) => {
    const { clock, hub, run, service } = aHub();
    const completedMs = Array.from({ length: 20 }, (_, n) => 1e9 + 10_000 * n);
    for (let n = 0; n < 200; n += 1) {
      const target = { ...run(`e${n}`, 1e9), seen: { completedMs, failedMs: [] } };
      void hub.wait(target).catch(() => undefined);
    }
    await clock.advance(3_600_000);
    const before = service.calls.length;
    hub.nudge('job', executionId);
    await clock.advance(60_000);
    expect(service.calls.length - before).toBeGreaterThan(4);
    await hub.close();
  });
});

describe('close', () => {
  it('rejects whoever waits, ends calls under way and takes nobody new', async () => {
    const { clock, hub, run, service } = aHub();
    service.fate = () => ({ takesMs: 1e9 });
    const waiting = expect(hub.wait(run('e1', 1))).rejects.toThrow('the status hub was closed');
    await clock.advance(3_000);
    expect(hub.snapshot().callsUnderWay).toBe(1);
    await hub.close();
    await waiting;
    expect(hub.snapshot()).toMatchObject({ waiters: 0, executions: 0, callsUnderWay: 0 });
    await expect(hub.wait(run('e2', 1))).rejects.toThrow('the status hub was closed');
  });
});
