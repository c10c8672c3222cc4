import { describe, expect, it } from 'vitest';
import type { Switches } from '../../../simulator/switches.js';
import { aService, type Service } from './a-service.js';

const JOB = { jobId: 'j1', executions: [{ waitingMs: 1_000, runningMs: 5_000 }] };
const statusOf = (service: ReturnType<typeof aService>, executionId: string, atMs: number) =>
  service.get('getJobExecutionById', { executionId }, atMs)['status'];

describe('switches of what executeJob answers', () => {
  it('oldest-id names the job’s oldest execution, odd-id one that no path takes', () => {
    const older = aService({ startAnswer: 'oldest-id' }, [{ ...JOB, history: 2 }]);
    const [oldest] = older.state.jobs.get('j1')!.executions;
    expect(older.execute()).toBe(oldest?.executionId);
    expect(aService({ startAnswer: 'odd-id' }).execute()).toMatch(/^E\..*:odd==$/);
  });
});

describe('switches of what is shown of an execution', () => {
  it('readyById 404 hides it by id while lists show it', () => {
    const service = aService({ readyById: '404' }, [JOB]);
    const executionId = service.execute();
    expect(service.ask('getJobExecutionById', { executionId })).toMatchObject({
      errorType: 'resource-not-found/JOB_EXECUTION',
    });
    expect(service.get('getJobExecutions', {})['list']).toHaveLength(1);
    expect(statusOf(service, executionId, 2_000)).toBe('RUNNING');
  });

  it.each([
    ['bad-state', 'bad-state'],
    ['404', 'resource-not-found/JOB_EXECUTION'],
  ] as const)('cancelOnReady %s leaves it as it is', (cancelOnReady, errorType) => {
    const service = aService({ cancelOnReady }, [JOB]);
    const executionId = service.execute();
    expect(service.ask('cancelJobExecution', { executionId })).toMatchObject({ errorType });
    expect(statusOf(service, executionId, 500)).toBe('READY');
    expect(service.ask('cancelJobExecution', { executionId }, 2_000)).toMatchObject({ kind: 'ok' });
    expect(statusOf(service, executionId, 2_000)).toBe('CANCELED');
  });

  it('shownFailedMs shows FAILED at first, and RUNNING after', () => {
    const service = aService({ shownFailedMs: 1_000 }, [JOB]);
    const executionId = service.execute();
    const shown = [500, 1_500, 2_500, 7_000].map((atMs) => statusOf(service, executionId, atMs));
    expect(shown).toEqual(['READY', 'FAILED', 'RUNNING', 'COMPLETED']);
  });

  it('executionJobId absent and oddRow leave out what a reader may hope for', () => {
    const service = aService({ executionJobId: 'absent', oddRow: true }, [JOB]);
    const executionId = service.execute();
    const { list } = service.get('getJobExecutions', {}) as { list: object[] };
    expect(list).toMatchObject([{ jobExecutionId: null }, { jobExecutionId: executionId }]);
    expect(list[1]).not.toHaveProperty('jobId');
  });
});

describe('switches of what a list of executions shows', () => {
  const idsOf = (service: Service, query = '', atMs = 9_000): readonly (string | null)[] =>
    (service.get('getJobExecutions', { query }, atMs)['list'] as { jobExecutionId: string }[]).map(
      ({ jobExecutionId }) => jobExecutionId,
    );
  /** One that ends late, one that ends early, and one that waits; `atMs` 9,000 is while the last one is READY. */
  const threeOf = (switches: Partial<Switches>) => {
    const executions = [
      { waitingMs: 3_000, runningMs: 5_000 },
      { waitingMs: 0, runningMs: 2_000 },
      { waitingMs: 60_000 },
    ];
    const service = aService(switches, [{ ...JOB, maxConcurrentRuns: 9, executions }]);
    return { service, ids: [0, 1_000, 2_000].map((atMs) => service.execute(atMs)) };
  };

  it.each([
    ['created', 'newest', [2, 1, 0]],
    ['start', 'newest', [0, 1, 2]],
    ['start', 'oldest', [1, 0, 2]],
    ['end', 'newest', [0, 1, 2]],
    ['end', 'oldest', [1, 0, 2]],
  ] as const)(
    'listedBy %s, %s first: what has no such date comes last',
    (listedBy, listOrder, order) => {
      const { service, ids } = threeOf({ listedBy, listOrder });
      expect(idsOf(service)).toEqual(order.map((index) => ids[index]));
    },
  );

  it('pageCap holds no more rows on a page, and says what was asked for', () => {
    const { service, ids } = threeOf({ pageCap: 2 });
    expect(service.get('getJobExecutions', { query: 'limit=100' }, 9_000)).toMatchObject({
      limit: 100,
      count: 3,
    });
    expect(idsOf(service, 'limit=100')).toEqual([ids[2], ids[1]]);
    expect(idsOf(service, 'limit=100&page=1')).toEqual([ids[0]]);
  });

  it('repeatedRows shows the first row in place of the last', () => {
    const { service, ids } = threeOf({ repeatedRows: true });
    expect(idsOf(service)).toEqual([ids[2], ids[1], ids[2]]);
  });

  it('readyInLists absent leaves out what is READY, and counts it', () => {
    const { service, ids } = threeOf({ readyInLists: 'absent' });
    expect(idsOf(service)).toEqual([ids[1], ids[0]]);
    expect(service.get('getJobExecutions', {}, 9_000)).toMatchObject({ count: 3 });
  });
});

describe('switches of what a list and a read by id show otherwise', () => {
  const PARAMETERS = { key: 'k'.repeat(40), day: '1' };
  const rowOf = (service: Service): Record<string, unknown> =>
    (service.get('getJobExecutions', {}, 9_000)['list'] as Record<string, unknown>[])[0]!;
  const started = (switches: Partial<Switches>) => {
    const service = aService(switches, [{ ...JOB, type: 'SCRIPT' }]);
    const executionId = service.execute(0, {
      jobCondition: { parameters: PARAMETERS, timeout: 5 },
    });
    return { service, byId: () => service.get('getJobExecutionById', { executionId }, 9_000) };
  };

  it.each([
    ['masked', { key: '********', day: '********' }],
    ['cut', { key: 'k'.repeat(32), day: '1' }],
    ['empty', {}],
    ['null', null],
  ] as const)('listedParameters %s in lists, whole by id', (listedParameters, parameters) => {
    const { service, byId } = started({ listedParameters });
    expect(rowOf(service)).toMatchObject({
      jobCondition: { parameters, timeout: 5 },
      parsedParameters: parameters,
    });
    expect(byId()).toMatchObject({
      jobCondition: { parameters: PARAMETERS },
      parsedParameters: PARAMETERS,
    });
  });

  it.each([
    ['trigger-MANUAL', { triggerId: 'MANUAL', type: 'JOB' }],
    ['type-WORKFLOW', { type: 'WORKFLOW' }],
  ] as const)('onDemandShown %s in lists and by id', (onDemandShown, shown) => {
    const { service, byId } = started({ onDemandShown });
    expect(rowOf(service)).toMatchObject(shown);
    expect(byId()).toMatchObject(shown);
  });

  it('onDemandShown absent-in-lists shows a type by id only', () => {
    const { service, byId } = started({ onDemandShown: 'absent-in-lists' });
    expect(rowOf(service)).not.toHaveProperty('type');
    expect(byId()).toMatchObject({ type: 'JOB' });
  });

  it('echoJobCondition texts shows numbers as text', () => {
    expect(started({ echoJobCondition: 'texts' }).byId()).toMatchObject({
      jobCondition: { timeout: '5', parameters: PARAMETERS },
    });
  });

  it('echoJobCondition merged shows parameters in another order, beside one of the service', () => {
    const { jobCondition } = started({ echoJobCondition: 'merged' }).byId() as {
      jobCondition: { parameters: object };
    };
    const names = Object.keys(PARAMETERS);
    expect(Object.keys(jobCondition.parameters)).toEqual([
      'spark.submitted.by',
      ...names.reverse(),
    ]);
    expect(jobCondition.parameters).toMatchObject(PARAMETERS);
  });

  it('listedFor once shows an execution in the first listing after its start and in no other', () => {
    const { service, byId } = started({ listedFor: 'once' });
    const counts = [1, 2].map(() => service.get('getJobExecutions', {}, 9_000)['count']);
    expect(counts).toEqual([1, 0]);
    expect(byId()).toMatchObject({ status: 'COMPLETED' });
  });
});
