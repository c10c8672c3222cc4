import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../../client/operations/endpoints.js';

const JOB = { jobId: 'j1', name: 'nightly', type: 'VISUAL', status: 'READY' };
const EXECUTION = { jobExecutionId: 'e1', jobId: 'j1', status: 'RUNNING' };
const ASKED = { jobId: 'j1', executionId: 'e1' };
const CONDITION = { numWorker: 2, timeout: 60, logPath: 'b/logs/' };

const job = (members: object) => ENDPOINTS.getJobById.decode({ ...JOB, ...members }, ASKED);
const execution = (members: object) =>
  ENDPOINTS.getJobExecutionById.decode({ ...EXECUTION, ...members }, ASKED);
const started = (body: unknown) => ENDPOINTS.executeJob.decode(body, ASKED);
const executions = (body: unknown, brief = false) =>
  ENDPOINTS.getJobExecutions.decode(body, ASKED, { brief });
const done = (body: unknown) => ENDPOINTS.cancelJobExecution.decode(body, ASKED);

describe('the answer of getJobById', () => {
  it.each(['jobCondition', 'runCondition', 'runCondtion'])('has its settings from %s', (member) => {
    expect(job({ [member]: CONDITION })).toEqual({ ...JOB, jobCondition: CONDITION });
  });

  it('prefers the name of the newest generation', () => {
    const read = job({ runCondition: { timeout: 1 }, jobCondition: { timeout: 2 } });
    expect(read.jobCondition).toEqual({ timeout: 2 });
  });

  it('reads an older condition where the newer name is null', () => {
    expect(job({ jobCondition: null, runCondition: CONDITION }).jobCondition).toEqual(CONDITION);
  });

  it('reads parameters beside the condition as parameters in it', () => {
    const read = job({
      runCondition: CONDITION,
      parameters: { day: '1', n: 2, on: true, x: null },
    });
    expect(read.jobCondition).toEqual({
      ...CONDITION,
      parameters: { day: '1', n: '2', on: 'true' },
    });
  });

  it('keeps unknown statuses and drops unknown members', () => {
    const read = job({
      status: 'HIBERNATING',
      lastExecutionStatus: 'NEW',
      jobCondition: { x: 1 },
      y: 1,
    });
    expect(read).toEqual({
      ...JOB,
      status: 'HIBERNATING',
      lastExecutionStatus: 'NEW',
      jobCondition: {},
    });
  });

  it('takes numbers and booleans that come as texts, and null for absent', () => {
    const read = job({
      jobCondition: { numWorker: '4', timeout: '360', nrn: null, parameters: null },
      maxConcurrentRuns: '3',
      disabled: 'true',
      description: null,
    });
    expect(read).toEqual({
      ...JOB,
      jobCondition: { numWorker: 4, timeout: 360 },
      maxConcurrentRuns: 3,
      disabled: true,
    });
  });

  it.each([
    ['jobId', { jobId: undefined }, 'jobId: expected string, came nothing'],
    ['another job', { jobId: 'j2' }, 'jobId: expected j1, came "j2"'],
    ['status', { status: 7 }, 'status: expected string, came 7'],
    [
      'timeout',
      { runCondition: { timeout: '~1440' } },
      'runCondition.timeout: expected number, came "~1440"',
    ],
    ['condition', { jobCondition: 'none' }, 'jobCondition: expected object, came "none"'],
  ])('is unreadable with a wrong %s, and says where', (_, members, message) => {
    expect(() => job(members)).toThrow(message);
  });
});

describe('the answer of getJobExecutionById', () => {
  it('is read whole, with dates that have an offset', () => {
    const members = {
      jobName: 'nightly',
      createdDate: '2026-11-21T12:00:00.250',
      startDate: '2026-11-21T12:01:00+09:00',
      waitingTime: '1',
      runningTime: 5,
      executorNum: 2,
      parsedParameters: { a: [1] },
      type: 'JOB',
    };
    expect(execution({ ...members, endDate: null })).toEqual({
      ...EXECUTION,
      ...members,
      createdDate: '2026-11-21T12:00:00.250+09:00',
      waitingTime: 1,
    });
  });

  it('drops what is only shown and does not fit', () => {
    const strange = { createdDate: 'soon', runningTime: 'long', jobName: 7, parsedParameters: 'x' };
    expect(execution(strange)).toEqual(EXECUTION);
  });

  it('takes an empty trigger id for none', () => {
    expect(execution({ triggerId: '' })).not.toHaveProperty('triggerId');
  });

  it.each([
    [{ jobExecutionId: 'e2' }, 'jobExecutionId: expected e1, came "e2"'],
    [{ jobId: 'j2' }, 'jobId: expected j1, came "j2"'],
    [{ status: 7 }, 'status: expected string, came 7'],
  ])('is unreadable with %j', (members, message) => {
    expect(() => execution(members)).toThrow(message);
  });
});

describe('an execution with a strange member (A12)', () => {
  it.each([
    ['triggerId', { triggerId: 5 }, { triggerId: '5' }],
    ['triggerId, still a trigger', { triggerId: { id: 't' } }, { triggerId: '{"id":"t"}' }],
    ['type', { type: 7 }, {}],
    [
      'part of its condition',
      { jobCondition: { timeout: '~60', numWorker: 3, parameters: { runKey: 'k', odd: [1] } } },
      { jobCondition: { numWorker: 3, parameters: { runKey: 'k' } } },
    ],
    ['condition', { jobCondition: 'none' }, {}],
    ['jobId, left out', { jobId: null }, {}],
    ['jobId, empty', { jobId: '' }, {}],
  ])('is read without its %s, by id, in lists and as the answer of a start', (_, came, shown) => {
    const body = { ...EXECUTION, ...came };
    expect(execution(came)).toEqual({ ...EXECUTION, ...shown });
    expect(executions({ list: [body] }).list).toEqual([{ ...EXECUTION, ...shown }]);
    expect(started(body)).toEqual({ ...EXECUTION, ...shown });
  });
});

describe('the answer of executeJob', () => {
  it('gives the execution as the service registered it', () => {
    expect(started({ ...EXECUTION, jobCondition: CONDITION })).toEqual({
      ...EXECUTION,
      jobCondition: CONDITION,
    });
  });

  it.each([
    ['only the id came', { jobExecutionId: 'e9' }],
    ['another member is strange', { jobExecutionId: 'e9', jobCondition: 'strange' }],
    ['the status is missing', { jobExecutionId: 'e9', jobId: 'j1', status: null }],
  ])('never loses the id when %s', (_, body) => {
    expect(started(body)).toEqual({ jobExecutionId: 'e9', jobId: 'j1', status: 'READY' });
  });

  it.each([undefined, null, true, [], {}, { jobExecutionId: '' }, { jobExecutionId: {} }])(
    'is unreadable without an id: %j',
    (body) => {
      expect(() => started(body)).toThrow();
    },
  );

  it.each(['E.1:odd==', '../../x', 'a b', 'é', 'x'.repeat(101)])(
    'is unreadable with an id that no later call would send (C3): %s',
    (jobExecutionId) => {
      expect(() => started({ ...EXECUTION, jobExecutionId })).toThrow(
        'jobExecutionId: expected 1 to 100 letters, digits, _ or -',
      );
    },
  );

  it('is unreadable when it is about another job', () => {
    expect(() => started({ jobExecutionId: 'e9', jobId: 'j2' })).toThrow(
      'jobId: expected j1, came "j2"',
    );
  });
});

describe('the answer of a list', () => {
  it('fills in what the envelope leaves out', () => {
    expect(executions({ list: [{ jobExecutionId: 'e1', status: 'READY' }] })).toEqual({
      list: [{ jobExecutionId: 'e1', jobId: 'j1', status: 'READY' }],
      count: 1,
      page: 0,
      limit: 1_000,
    });
  });

  it.each([
    [undefined, 'an empty body'],
    [{}, 'list: expected array, came nothing'],
    [{ list: null }, 'list: expected array, came null'],
  ])('is unreadable without a list: %j', (body, message) => {
    expect(() => executions(body)).toThrow(message);
    expect(() => executions(body, true)).toThrow(message);
  });

  it.each([
    ['names no execution', { jobId: 'j1' }],
    ['is of another job', { ...EXECUTION, jobId: 'j2' }],
    ['is no object', 'x'],
  ])('leaves a row out that %s, and counts it (A12)', (_, row) => {
    for (const brief of [false, true])
      expect(executions({ list: [row, EXECUTION] }, brief)).toMatchObject({
        ...{ list: [EXECUTION], unreadable: 1, count: 2 },
      });
  });

  it('keeps a row whose status cannot be read: its id decides, and it is no end (A12)', () => {
    for (const brief of [false, true])
      expect(executions({ list: [{ ...EXECUTION, status: null }] }, brief).list).toEqual([
        { ...EXECUTION, status: 'UNKNOWN' },
      ]);
  });

  it('keeps a row whose id no call would send: it can be named, though not asked for', () => {
    const odd = { ...EXECUTION, jobExecutionId: 'E.1:odd==' };
    expect(executions({ list: [odd] }).list).toEqual([odd]);
  });

  it('has brief rows where they are asked for: who goes on, and since when', () => {
    const dates = {
      createdDate: '2026-11-22T10:00:00+09:00',
      startDate: '2026-11-22T10:00:05+09:00',
    };
    const more = { jobCondition: CONDITION, runningTime: 3, endDate: '2026-11-22T10:03:05+09:00' };
    const body = { list: [{ ...EXECUTION, ...dates, ...more }] };
    expect(executions(body).list).toEqual([{ ...EXECUTION, ...dates, ...more }]);
    expect(executions(body, true).list).toEqual([{ ...EXECUTION, ...dates }]);
  });
});

describe('the answer of cancelJobExecution', () => {
  it.each([undefined, true, 'true', { result: 'ok' }])('is success for %j', (body) => {
    expect(done(body)).toBe(true);
  });

  it.each([false, 'false', { error: { errorCode: '300', message: 'Not Found' } }])(
    'is no success for %j',
    (body) => {
      expect(() => done(body)).toThrow(/expected true, came/);
    },
  );
});
