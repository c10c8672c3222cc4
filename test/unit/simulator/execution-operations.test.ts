import { describe, expect, it } from 'vitest';
import { START, aService, type Service } from './a-service.js';

const ids = (page: Record<string, unknown>): readonly unknown[] =>
  (page['list'] as Record<string, unknown>[]).map((row) => row['jobExecutionId'] ?? row['jobId']);
const statusAt = (service: Service, executionId: string, atMs: number): unknown =>
  service.get('getJobExecutionById', { executionId }, atMs)['status'];

describe('cancelJobExecution', () => {
  it('answers the bare true, and the execution is CANCELED at once', () => {
    const service = aService();
    const executionId = service.execute();
    expect(service.ask('cancelJobExecution', { executionId }, 2_000)).toEqual({
      kind: 'ok',
      body: true,
    });
    expect(statusAt(service, executionId, 2_000)).toBe('CANCELED');
  });

  it('takes its latency; a second cancel does not prolong it', () => {
    const service = aService({ cancelLatencyMs: 2_000 });
    const executionId = service.execute();
    service.get('cancelJobExecution', { executionId }, 2_000);
    service.get('cancelJobExecution', { executionId }, 3_000);
    expect(statusAt(service, executionId, 3_999)).toBe('RUNNING');
    expect(statusAt(service, executionId, 4_000)).toBe('CANCELED');
  });

  it('loses the race against an end within its latency', () => {
    const service = aService({ cancelLatencyMs: 2_000 });
    const executionId = service.execute();
    service.get('cancelJobExecution', { executionId }, 5_000);
    expect(statusAt(service, executionId, 9_000)).toBe('COMPLETED');
  });

  it.each([
    { cancelOnTerminal: 'true', answer: { kind: 'ok', body: true } },
    { cancelOnTerminal: 'bad-state', answer: { kind: 'problem', errorType: 'bad-state' } },
  ] as const)(
    'of a finished execution answers $cancelOnTerminal',
    ({ cancelOnTerminal, answer }) => {
      const service = aService({ cancelOnTerminal });
      const executionId = service.execute();
      expect(service.ask('cancelJobExecution', { executionId }, 60_000)).toMatchObject(answer);
      expect(statusAt(service, executionId, 60_000)).toBe('COMPLETED');
    },
  );

  it('is unknown to the gateway of older generations', () => {
    const service = aService({ cancelSupported: false });
    const executionId = service.execute();
    expect(service.ask('cancelJobExecution', { executionId })).toMatchObject({
      kind: 'gateway',
      code: '300',
    });
  });

  it.each(['getJobExecutionById', 'cancelJobExecution'] as const)(
    'finds no execution of another job, like every %s',
    (operation) => {
      const service = aService({}, [{ jobId: 'j1' }, { jobId: 'j2' }]);
      const executionId = service.execute();
      expect(service.ask(operation, { jobId: 'j2', executionId })).toMatchObject({
        errorType: 'resource-not-found/JOB_EXECUTION',
      });
      expect(service.ask(operation, { jobId: 'j3', executionId })).toMatchObject({
        errorType: 'resource-not-found/JOB',
      });
    },
  );
});

describe('getJobExecutions', () => {
  const jobs = [{ jobId: 'j1', history: 5 }];

  it.each(['newest', 'oldest'] as const)('lists the %s first', (listOrder) => {
    const service = aService({ listOrder }, jobs);
    const started = service.execute();
    const listed = ids(service.get('getJobExecutions', {}));
    expect(listed).toHaveLength(6);
    expect(listed.at(listOrder === 'newest' ? 0 : -1)).toBe(started);
  });

  it.each([
    { count: 'total', expected: 5 },
    { count: 'page', expected: 2 },
  ] as const)('counts the $count', ({ count, expected }) => {
    const service = aService({ count }, jobs);
    expect(service.get('getJobExecutions', { query: 'page=1&limit=2' })).toMatchObject({
      count: expected,
      page: 1,
      limit: 2,
    });
  });

  it('pages from 0, and the pages hold each row once', () => {
    const service = aService({}, jobs);
    const pages = [0, 1, 2, 3].map((page) =>
      ids(service.get('getJobExecutions', { query: `page=${page}&limit=2` })),
    );
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1, 0]);
    expect(pages.flat()).toEqual(ids(service.get('getJobExecutions', {})));
  });

  it.each(['page=-1', 'limit=all', 'page=1.5', 'limit='])('refuses %s', (query) => {
    expect(aService().ask('getJobExecutions', { query })).toMatchObject({
      errorType: 'bad-parameter',
    });
  });

  it('holds a history of 12,000 in pages of 1,000 unless asked otherwise', () => {
    const service = aService({}, [{ jobId: 'j1', history: 12_000 }]);
    const page = service.get('getJobExecutions', { query: 'page=11' });
    expect(page).toMatchObject({ count: 12_000, limit: 1_000 });
    expect(ids(page)).toHaveLength(1_000);
  });
});

describe('getJobs', () => {
  it('shows no execution id, and the last execution as late as its lag', () => {
    const service = aService({ lastExecutionLagMs: 4_000 }, [{ jobId: 'j1', name: 'nightly' }]);
    service.execute();
    const row = (atMs: number): unknown =>
      (service.get('getJobs', {}, atMs)['list'] as unknown[])[0];
    expect(row(3_999)).toEqual({
      jobId: 'j1',
      name: 'nightly',
      type: 'VISUAL',
      status: 'READY',
      createdDate: '2026-11-21T12:00:00+09:00',
      updatedDate: '2026-11-21T12:00:00+09:00',
      resourceId: 'j1',
      disabled: false,
    });
    expect(row(9_999)).toMatchObject({ lastExecutionStatus: 'RUNNING' });
    expect(row(10_000)).toMatchObject({
      lastExecutionStatus: 'COMPLETED',
      lastExecutionDate: '2026-11-21T12:00:00+09:00',
    });
  });

  it('filters by a part of the name', () => {
    const service = aService({}, [
      { jobId: 'j1', name: 'nightly_orders' },
      { jobId: 'j2', name: 'hourly' },
    ]);
    expect(ids(service.get('getJobs', { query: 'name=order' }))).toEqual(['j1']);
  });
});

describe('getJobById', () => {
  it.each(['runCondition', 'jobCondition'] as const)(
    'calls the stored settings %s',
    (detailName) => {
      const service = aService({ detailName });
      expect(service.get('getJobById', {})[detailName]).toEqual({ numWorker: 2, timeout: 360 });
    },
  );

  it('shows no settings where none are stored', () => {
    const service = aService({}, [{ jobId: 'j1', jobCondition: null }]);
    expect(service.get('getJobById', {})).not.toHaveProperty('runCondition');
  });

  it('tells of the last execution without lag', () => {
    const service = aService({ lastExecutionLagMs: 60_000, dateStyle: 'none' });
    service.execute(500);
    expect(service.get('getJobById', {}, 2_000)).toMatchObject({
      lastExecutionStatus: 'RUNNING',
      lastExecutionDate: '2026-11-21T12:00:00.500',
      maxConcurrentRuns: 1,
    });
    expect(START % 1_000).toBe(0);
  });
});
