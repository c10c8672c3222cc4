import { describe, expect, it } from 'vitest';
import type { JobScript } from '../../../simulator/job-script.js';
import { aService } from './a-service.js';

const stored = {
  numWorker: 4,
  timeout: 120,
  nrn: 'nrn:PUB:IAM::1:Role/r',
  scriptPath: 'b/scripts/',
  logPath: 'b/logs/',
};
const aJob = (job: Partial<JobScript> = {}): JobScript => ({ jobId: 'j1', ...job });
const [badParameter, badState] = ['bad-parameter', 'bad-state'].map((errorType) => ({
  kind: 'problem',
  errorType,
}));

describe('executeJob', () => {
  it('answers the new execution as READY', () => {
    expect(aService().get('executeJob', { body: { jobCondition: { numWorker: 3 } } })).toEqual({
      jobExecutionId: expect.stringMatching(/^[A-Za-z0-9]{12}$/) as string,
      jobId: 'j1',
      jobName: 'j1',
      jobCondition: { numWorker: 3, timeout: 360 },
      status: 'READY',
      createdDate: '2026-11-21T12:00:00+09:00',
      waitingTime: 0,
      runningTime: 0,
      parsedParameters: {},
      type: 'JOB',
    });
  });

  it('creates an execution for each request: it is not idempotent', () => {
    const service = aService({ defaultMaxConcurrentRuns: 2 });
    expect(service.execute()).not.toBe(service.execute());
  });

  it.each([
    {
      title: 'another job',
      job: aJob({ jobId: 'j2' }),
      body: undefined,
      errorType: 'resource-not-found/JOB',
    },
    { title: 'a draft', job: aJob({ status: 'DRAFT' }), body: undefined, errorType: 'bad-state' },
    {
      title: '11 workers',
      job: aJob(),
      body: { jobCondition: { numWorker: 11 } },
      errorType: 'bad-parameter',
    },
    {
      title: 'a timeout of 0',
      job: aJob(),
      body: { jobCondition: { timeout: 0 } },
      errorType: 'bad-parameter',
    },
    {
      title: 'parameters that are no texts',
      job: aJob({ type: 'SCRIPT' }),
      body: { parameters: { a: 1 } },
      errorType: 'bad-parameter',
    },
    {
      title: 'parameters of a VISUAL job',
      job: aJob(),
      body: { jobCondition: { parameters: {} } },
      errorType: 'bad-parameter',
    },
    { title: 'a body that is no object', job: aJob(), body: [1], errorType: 'bad-parameter' },
  ])('refuses $title as $errorType', ({ job, body, errorType }) => {
    expect(aService({}, [job]).ask('executeJob', { body })).toMatchObject({
      kind: 'problem',
      errorType,
    });
  });

  it('refuses a trigger that does not exist', () => {
    expect(aService().ask('executeJob', { query: 'triggerId=t1' })).toMatchObject({
      errorType: 'resource-not-found/TRIGGER',
    });
  });

  it.each([
    { overLimit: 'bad-state', answer: badState },
    { overLimit: '429', answer: { kind: 'gateway', code: '400' } },
    { overLimit: 'queue', answer: { kind: 'ok' } },
  ] as const)(
    'answers $overLimit at maxConcurrentRuns when so switched',
    ({ overLimit, answer }) => {
      const service = aService({ overLimit });
      service.execute();
      expect(service.ask('executeJob', {})).toMatchObject(answer ?? {});
    },
  );

  it('allows a job as many executions at once as its maxConcurrentRuns says', () => {
    const service = aService({}, [aJob({ maxConcurrentRuns: 2 })]);
    const kinds = [1, 2, 3].map(() => service.ask('executeJob', {}).kind);
    expect(kinds).toEqual(['ok', 'ok', 'problem']);
    expect(service.ask('executeJob', {}, 6_000).kind).toBe('ok');
  });

  it('counts an accepted execution against the limit before it is created', () => {
    const service = aService({ creationLagMs: 1_000 });
    service.execute();
    expect(service.ask('executeJob', {})).toMatchObject(badState ?? {});
  });

  it.each([
    { partialJobCondition: 'stored', sent: { numWorker: 2 }, runs: { ...stored, numWorker: 2 } },
    { partialJobCondition: 'stored', sent: undefined, runs: stored },
    {
      partialJobCondition: 'defaults',
      sent: { numWorker: 3 },
      runs: { numWorker: 3, timeout: 360 },
    },
    { partialJobCondition: 'defaults', sent: undefined, runs: stored },
    { partialJobCondition: '400', sent: stored, runs: stored },
  ] as const)(
    'completes a sent $sent by $partialJobCondition',
    ({ partialJobCondition, sent, runs }) => {
      const service = aService({ partialJobCondition }, [aJob({ jobCondition: stored })]);
      const body = sent && { jobCondition: sent };
      expect(service.get('executeJob', { body })['jobCondition']).toEqual(runs);
    },
  );

  it.each([undefined, { jobCondition: { numWorker: 2 } }])(
    'wants nrn, scriptPath and logPath where partialJobCondition is 400, given %o',
    (body) => {
      const service = aService({ partialJobCondition: '400' }, [aJob({ jobCondition: stored })]);
      expect(service.ask('executeJob', { body })).toMatchObject(badParameter ?? {});
    },
  );

  it('gives the id at acceptance and shows the execution from its creation and listing on', () => {
    const service = aService({ creationLagMs: 10_000, listLagMs: 5_000 });
    const answer = service.get('executeJob', {});
    const executionId = String(answer['jobExecutionId']);
    expect(answer).not.toHaveProperty('createdDate');
    const before = service.ask('getJobExecutionById', { executionId }, 14_999);
    expect(before).toMatchObject({ errorType: 'resource-not-found/JOB_EXECUTION' });
    expect(service.get('getJobExecutions', {}, 14_999)['list']).toEqual([]);
    expect(service.get('getJobExecutionById', { executionId }, 15_000)).toMatchObject({
      createdDate: '2026-11-21T12:00:10+09:00',
      status: 'RUNNING',
    });
    expect(service.get('getJobExecutions', {}, 15_000)['list']).toHaveLength(1);
  });

  it('echoes the condition changed when so switched, and keeps parameters', () => {
    const service = aService({ echoJobCondition: 'changed' }, [aJob({ type: 'SCRIPT' })]);
    const sent = { numWorker: 2, timeout: 5, parameters: { run: 'a' } };
    expect(
      service.get('executeJob', { body: { jobCondition: sent } })['jobCondition'],
    ).toMatchObject({
      numWorker: 3,
      timeout: 10,
      parameters: { run: 'a' },
      workerType: 'DEFAULT',
    });
  });
});
