import { describe, expect, it } from 'vitest';
import { aService } from './a-service.js';

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
