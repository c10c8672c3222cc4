import { describe, expect, it } from 'vitest';
import { createCallLog } from '../../../simulator/call-log.js';
import type { JobScript } from '../../../simulator/job-script.js';
import { toReport } from '../../../simulator/report.js';
import { startExecution } from '../../../simulator/start-execution.js';
import { START, aService } from './a-service.js';

const { counts } = createCallLog();
const run = (name: string) => ({ jobCondition: { parameters: { run: name } } });

/** The report after the bodies were posted to job `j1`, all at the start. */
function reportAfter(job: Partial<JobScript>, bodies: readonly unknown[], creationLagMs = 0) {
  const service = aService({ creationLagMs, defaultMaxConcurrentRuns: 99 }, [
    { jobId: 'j1', ...job },
  ]);
  const ids = bodies.map((body) => service.execute(0, body));
  return { ids, report: toReport(service.state, counts, START) };
}

describe('toReport', () => {
  it('counts executions beyond the first of each submission as duplicates', () => {
    const bodies = [run('a'), run('b'), run('a'), run('a')];
    const { ids, report } = reportAfter({ submissionParameter: 'run', history: 3 }, bodies);
    expect(report).toMatchObject({ requested: 2, accepted: 4, duplicates: 2, leftRunning: 4 });
    expect(report.executionsBySubmission).toEqual({ a: [ids[0], ids[2], ids[3]], b: [ids[1]] });
  });

  it('reads a submission from a member of jobCondition too', () => {
    const bodies = [{ jobCondition: { timeout: 61 } }, { jobCondition: { timeout: 61 } }];
    const { report } = reportAfter({ submissionParameter: 'timeout' }, bodies);
    expect(report.duplicates).toBe(1);
    expect(Object.keys(report.executionsBySubmission)).toEqual(['61']);
  });

  it.each([
    { requested: 0, duplicates: 2 },
    { requested: 1, duplicates: 1 },
    { requested: 3, duplicates: 0 },
  ])('counts what is beyond $requested requested', ({ requested, duplicates }) => {
    const { report } = reportAfter({ requested }, [undefined, undefined]);
    expect(report).toMatchObject({ requested, duplicates });
  });

  it('takes the greater number where a job says both', () => {
    const { report } = reportAfter({ submissionParameter: 'run', requested: 2 }, [
      run('a'),
      run('a'),
    ]);
    expect(report.duplicates).toBe(1);
  });

  it('calls nothing a duplicate where the test says nothing', () => {
    expect(reportAfter({}, [undefined, undefined]).report.duplicates).toBe(0);
  });

  it('counts a duplicate from its acceptance, created or not', () => {
    const { report } = reportAfter({ requested: 0 }, [undefined], 60_000);
    expect(report).toMatchObject({ accepted: 1, created: 0, duplicates: 1, leftRunning: 1 });
  });

  it('leaves executions of somebody else out', () => {
    const service = aService({}, [{ jobId: 'j1', requested: 0 }]);
    const job = service.state.jobs.get('j1')!;
    startExecution(service.state, job, { origin: 'foreign', condition: {}, script: {} }, START);
    expect(toReport(service.state, counts, START)).toMatchObject({
      accepted: 0,
      duplicates: 0,
      leftRunning: 0,
    });
  });
});

describe('createCallLog', () => {
  it('counts calls by operation, execution and job, and keeps unknown routes', () => {
    const log = createCallLog();
    const base = { atMs: 0, method: 'GET', url: '/x' };
    log.begin({ ...base, operation: 'getJobExecutionById', jobId: 'j1', executionId: 'e1' });
    const second = log.begin({ ...base, operation: 'getJobExecutions', jobId: 'j1' });
    log.begin(base);
    log.answered(second, 200);
    expect(log.calls.map(({ number, status }) => [number, status])).toEqual([
      [1, undefined],
      [2, 200],
      [3, undefined],
    ]);
    expect(toReport(aService().state, log.counts, START)).toMatchObject({
      callsByOperation: { getJobExecutionById: 1, getJobExecutions: 1 },
      statusCallsByExecution: { e1: 1 },
      listCallsByJob: { j1: 1 },
      unknownRoutes: ['GET /x'],
    });
  });
});
