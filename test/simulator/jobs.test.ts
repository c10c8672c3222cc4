import { describe, expect } from 'vitest';
import { it, type Bench } from './signed-call.js';

const JOB = '/api/v1/jobs/j1';
const aJob = { name: 'orders', type: 'SCRIPT', jobCondition: { timeout: 30 } };

async function json({ call }: Bench, method: string, path: string, body?: unknown) {
  const { status, text } = await call(method, path, body);
  return { status, body: JSON.parse(text) as Record<string, unknown> };
}

describe('createJob', () => {
  it('makes a job that can be executed, and does what the script of new jobs says', async ({
    start,
  }) => {
    const bench = await start({ newJobs: { waitingMs: 0, runningMs: 2_000, outcome: 'FAILED' } });
    const { status, body } = await json(bench, 'POST', '/api/v1/jobs', aJob);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'orders',
      type: 'SCRIPT',
      status: 'READY',
      maxConcurrentRuns: 1,
      runCondition: { numWorker: 2, timeout: 30 },
    });
    const url = `/api/v1/jobs/${String(body['jobId'])}`;
    await json(bench, 'POST', `${url}/executions`, { jobCondition: { parameters: { day: '1' } } });
    bench.simulator.advance(2_000);
    expect((await json(bench, 'GET', url)).body).toMatchObject({ lastExecutionStatus: 'FAILED' });
  });

  it.for([201, 200] as const)('answers %s when so switched', async (createStatus, { start }) => {
    const bench = await start({ switches: { createStatus } });
    expect((await json(bench, 'POST', '/api/v1/jobs', aJob)).status).toBe(createStatus);
  });

  it.for(['createJob', 'verifyJob'] as const)(
    'and its nodes: %s refuses what is no graph, and parameters of a VISUAL job',
    async (name, { start }) => {
      const bench = await start();
      const path = name === 'createJob' ? '/api/v1/jobs' : '/api/v1/jobs/verify';
      const node = (id: number, ...parentNodeIds: number[]) => ({
        ...{ id, name: 'n', type: 'TRANSFORM_SQL', parentNodeIds },
      });
      for (const nodes of [[node(1, 2)], [node(1), node(1)], [node(1, 2), node(2, 1)]]) {
        const { body } = await json(bench, 'POST', path, { ...aJob, nodes });
        expect(body).toMatchObject({ errorType: 'bad-parameter' });
      }
      const named = { ...aJob, type: 'VISUAL', jobCondition: { parameters: {} }, nodes: [node(1)] };
      const { status } = await json(bench, 'POST', path, named);
      expect(status).toBe(name === 'createJob' ? 400 : 200);
    },
  );
});

describe('updateJob', () => {
  it('changes what is sent and keeps the rest', async ({ start }) => {
    const bench = await start({ jobs: [{ jobId: 'j1', name: 'old' }] });
    bench.simulator.advance(60_000);
    const change = { type: 'VISUAL', maxConcurrentRuns: 2, jobCondition: { numWorker: 4 } };
    const { status, body } = await json(bench, 'PATCH', JOB, change);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'old',
      maxConcurrentRuns: 2,
      runCondition: { numWorker: 4, timeout: 360 },
      createdDate: '2026-11-21T12:00:00+09:00',
      updatedDate: '2026-11-21T12:01:00+09:00',
    });
    const posts = [1, 2, 3].map(() => json(bench, 'POST', `${JOB}/executions`));
    expect((await Promise.all(posts)).map(({ status: each }) => each).sort()).toEqual([
      200, 200, 400,
    ]);
  });

  it('cannot make a job of another type', async ({ start }) => {
    const { body } = await json(await start(), 'PATCH', JOB, { type: 'SCRIPT' });
    expect(body).toMatchObject({ errorType: 'bad-parameter' });
  });

  it('by PUT is a path that the gateway does not know, unless so switched', async ({ start }) => {
    const bench = await start();
    const draft = { name: 'draft', type: 'DATAFLOW', isTemp: true };
    expect(await json(bench, 'PUT', JOB, draft)).toMatchObject({
      status: 404,
      body: { error: { errorCode: '300' } },
    });
    bench.simulator.setSwitches({ putUpdateJob: 'works' });
    expect((await json(bench, 'PUT', JOB, draft)).body).toMatchObject({ status: 'DRAFT' });
    expect((await json(bench, 'POST', `${JOB}/executions`)).body).toMatchObject({
      errorType: 'bad-state',
    });
    await json(bench, 'PUT', JOB, { ...draft, isTemp: false });
    expect((await json(bench, 'POST', `${JOB}/executions`)).status).toBe(200);
  });
});

describe('updateJobExecuteConfig', () => {
  it('keeps the stored value of what is not sent', async ({ start }) => {
    const bench = await start();
    const sent = { jobCondition: { scriptPath: 'b/scripts/' } };
    const { body } = await json(bench, 'PUT', `${JOB}/executions`, sent);
    expect(body['runCondition']).toEqual({ numWorker: 2, timeout: 360, scriptPath: 'b/scripts/' });
    expect((await json(bench, 'POST', `${JOB}/executions`)).body['jobCondition']).toEqual(
      body['runCondition'],
    );
  });
});

describe('deleteJob', () => {
  it('takes the job away and keeps the truth about its executions', async ({ start }) => {
    const bench = await start();
    await json(bench, 'POST', `${JOB}/executions`);
    expect((await json(bench, 'DELETE', JOB)).body).toBe(true);
    expect((await json(bench, 'GET', JOB)).body).toMatchObject({
      errorType: 'resource-not-found/JOB',
    });
    expect(bench.simulator.executions('j1')).toHaveLength(1);
    expect(bench.simulator.report()).toMatchObject({ accepted: 1, leftRunning: 1 });
  });

  it('waits for the end of executions when so switched', async ({ start }) => {
    const bench = await start({ switches: { deleteBusyJob: 'bad-state' } });
    await json(bench, 'POST', `${JOB}/executions`);
    expect((await json(bench, 'DELETE', JOB)).body).toMatchObject({ errorType: 'bad-state' });
    bench.simulator.advance(6_000);
    expect((await json(bench, 'DELETE', JOB)).body).toBe(true);
  });
});
