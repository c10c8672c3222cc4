import { describe, expect, it } from 'vitest';
import type { ExecutionScript } from '../../../simulator/job-script.js';
import type { Switches } from '../../../simulator/switches.js';
import { aService, type Service } from './a-service.js';

const statusAt = (service: Service, executionId: string, atMs: number): unknown =>
  service.get('getJobExecutionById', { executionId }, atMs)['status'];

function anExecution(
  script: ExecutionScript,
  switches: Partial<Switches> = {},
  timeScale = 1,
): { readonly service: Service; readonly executionId: string } {
  const job = { jobId: 'j1', jobCondition: { timeout: 1 }, executions: [script] };
  const service = aService(switches, [job], timeScale);
  return { service, executionId: service.execute() };
}

describe('an execution', () => {
  it.each([
    { atMs: 0, status: 'READY' },
    { atMs: 999, status: 'READY' },
    { atMs: 1_000, status: 'RUNNING' },
    { atMs: 5_999, status: 'RUNNING' },
    { atMs: 6_000, status: 'COMPLETED' },
    { atMs: 9e9, status: 'COMPLETED' },
  ])('waits a second and runs five unless scripted: $status after $atMs ms', ({ atMs, status }) => {
    const { service, executionId } = anExecution({});
    expect(statusAt(service, executionId, atMs)).toBe(status);
  });

  it.each<{ script: ExecutionScript; atMs: number; status: string }>([
    { script: { outcome: 'FAILED' }, atMs: 6_000, status: 'FAILED' },
    { script: { waitingMs: 0, runningMs: 0 }, atMs: 0, status: 'COMPLETED' },
    { script: { never: true }, atMs: 60_999, status: 'RUNNING' },
    {
      script: { statuses: { RUNNING: 'PAUSED_BY_SYSTEM' } },
      atMs: 2_000,
      status: 'PAUSED_BY_SYSTEM',
    },
    { script: { statuses: { READY: 'PENDING' } }, atMs: 0, status: 'PENDING' },
    { script: { statuses: { RUNNING: 'ODD' } }, atMs: 6_000, status: 'COMPLETED' },
  ])('does what its script $script says: $status after $atMs ms', ({ script, atMs, status }) => {
    const { service, executionId } = anExecution(script);
    expect(statusAt(service, executionId, atMs)).toBe(status);
  });

  it.each(['FAILED', 'CANCELED'] as const)(
    'becomes %s when its remote timeout passes, counted from the start',
    (timeoutOutcome) => {
      const { service, executionId } = anExecution({ never: true }, { timeoutOutcome });
      expect(statusAt(service, executionId, 60_999)).toBe('RUNNING');
      expect(statusAt(service, executionId, 61_000)).toBe(timeoutOutcome);
    },
  );

  it('follows scripts in order, and the last one again and again', () => {
    const executions = [{ outcome: 'FAILED' as const }, { outcome: 'CANCELED' as const }];
    const service = aService({}, [{ jobId: 'j1', executions, history: 3 }]);
    const ids = [0, 10_000, 20_000].map((atMs) => service.execute(atMs));
    expect(ids.map((id) => statusAt(service, id, 60_000))).toEqual([
      'FAILED',
      'CANCELED',
      'CANCELED',
    ]);
  });

  it('has its durations, lags and remote timeout divided by the time scale', () => {
    const { service, executionId } = anExecution({ never: true }, { creationLagMs: 6_000 }, 60);
    expect(service.get('getJobExecutionById', { executionId }, 1_100 + 17)).toMatchObject({
      status: 'FAILED',
      createdDate: '2026-11-21T12:00:00+09:00',
      endDate: '2026-11-21T12:00:01+09:00',
    });
  });

  it('shows whole minutes and the dates that have come', () => {
    const { service, executionId } = anExecution({ waitingMs: 61_000, runningMs: 59_000 });
    const waiting = service.get('getJobExecutionById', { executionId }, 60_500);
    expect(waiting).toMatchObject({ waitingTime: 1, runningTime: 0 });
    expect(waiting).not.toHaveProperty('startDate');
    expect(service.get('getJobExecutionById', { executionId }, 130_000)).toMatchObject({
      startDate: '2026-11-21T12:01:01+09:00',
      endDate: '2026-11-21T12:02:00+09:00',
      waitingTime: 1,
      runningTime: 0,
      executorNum: 2,
    });
  });

  it('has a start even where it runs for no time', () => {
    const { service, executionId } = anExecution({ runningMs: 0 });
    expect(service.get('getJobExecutionById', { executionId }, 1_000)).toMatchObject({
      status: 'COMPLETED',
      startDate: '2026-11-21T12:00:01+09:00',
      endDate: '2026-11-21T12:00:01+09:00',
    });
  });
});

describe('a queue over the limit', () => {
  const script = { waitingMs: 1_000, runningMs: 10_000 };

  it('starts one execution after the other, in the order of acceptance', () => {
    const service = aService({ overLimit: 'queue' }, [{ jobId: 'j1', executions: [script] }]);
    const ids = [0, 1, 2].map((atMs) => service.execute(atMs));
    const statuses = (atMs: number) => ids.map((id) => statusAt(service, id, atMs));
    expect(statuses(10_999)).toEqual(['RUNNING', 'READY', 'READY']);
    expect(statuses(11_000)).toEqual(['COMPLETED', 'RUNNING', 'READY']);
    expect(statuses(21_000)).toEqual(['COMPLETED', 'COMPLETED', 'RUNNING']);
  });

  it('fills a place that a cancel frees, and skips who was canceled while waiting', () => {
    const service = aService({ overLimit: 'queue' }, [{ jobId: 'j1', executions: [script] }]);
    const [first = '', second = '', third = ''] = [0, 1, 2].map((atMs) => service.execute(atMs));
    service.get('cancelJobExecution', { executionId: second }, 2_000);
    service.get('cancelJobExecution', { executionId: first }, 5_000);
    expect(statusAt(service, first, 5_000)).toBe('CANCELED');
    expect(statusAt(service, third, 4_999)).toBe('READY');
    expect(statusAt(service, third, 5_000)).toBe('RUNNING');
    const skipped = service.get('getJobExecutionById', { executionId: second }, 5_000);
    expect(skipped).toMatchObject({ status: 'CANCELED', endDate: '2026-11-21T12:00:02+09:00' });
    expect(skipped).not.toHaveProperty('startDate');
  });

  it('keeps the start of what has started, whatever is accepted later', () => {
    const service = aService({ overLimit: 'queue' }, [{ jobId: 'j1', executions: [script] }]);
    const [, second] = [service.execute(0), service.execute(1)];
    service.execute(12_000);
    expect(service.get('getJobExecutionById', { executionId: second }, 12_000)).toMatchObject({
      startDate: '2026-11-21T12:00:11+09:00',
    });
  });
});
