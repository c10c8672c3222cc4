import { afterEach, describe, expect, vi } from 'vitest';
import { startSimulator } from '../../simulator/index.js';
import { START, it } from './signed-call.js';

const EXECUTIONS = '/api/v1/jobs/j1/executions';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('startSimulator', () => {
  it('runs a job from its start to its end on the clock it is given', async ({ start }) => {
    const { simulator, call } = await start();
    const { text } = await call('POST', EXECUTIONS, { jobCondition: { numWorker: 3 } });
    const { jobExecutionId } = JSON.parse(text) as { jobExecutionId: string };
    simulator.advance(6_000);
    const ended = await call('GET', `${EXECUTIONS}/${jobExecutionId}`);
    expect(JSON.parse(ended.text)).toMatchObject({ status: 'COMPLETED', executorNum: 3 });
    expect(simulator.executions('j1')).toMatchObject([
      { executionId: jobExecutionId, origin: 'post', status: 'COMPLETED', canceledByApi: false },
    ]);
    expect(simulator.report()).toMatchObject({ posts: 1, accepted: 1, leftRunning: 0 });
  });

  it('tells its clock in the Date header of each answer', async ({ start }) => {
    const { simulator, call } = await start();
    expect((await call('GET', '/api/v1/jobs')).date).toBe('Sat, 21 Nov 2026 03:00:00 GMT');
    simulator.advance(60_000);
    expect((await call('GET', '/nowhere')).date).toBe('Sat, 21 Nov 2026 03:01:00 GMT');
  });

  it.for([
    { maxSignatureAgeMs: 300_000, ageMs: 300_000, status: 200 },
    { maxSignatureAgeMs: 300_000, ageMs: 300_001, status: 401 },
    { maxSignatureAgeMs: 300_000, ageMs: -300_001, status: 401 },
    { maxSignatureAgeMs: 5_000, ageMs: 5_001, status: 401 },
    { maxSignatureAgeMs: null, ageMs: 86_400_000, status: 200 },
  ])(
    'with signatures good for $maxSignatureAgeMs ms answers one $ageMs ms old with $status',
    async ({ maxSignatureAgeMs, ageMs, status }, { start }) => {
      const { simulator, call } = await start({ switches: { maxSignatureAgeMs } });
      const answer = await call('GET', '/api/v1/jobs', undefined, START - ageMs);
      expect(answer.status).toBe(status);
      expect(simulator.report().refusedSignatures).toBe(status === 401 ? 1 : 0);
    },
  );

  it('starts nothing on a refused signature, and counts the request as a post', async ({
    start,
  }) => {
    const { simulator, call } = await start();
    const { status, text } = await call('POST', EXECUTIONS, undefined, START - 400_000);
    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ error: { errorCode: '200' } });
    expect(simulator.report()).toMatchObject({ posts: 1, accepted: 0 });
  });

  it('never logs a key or a signature', async ({ start }) => {
    const { simulator, call } = await start();
    await call('POST', EXECUTIONS, { jobCondition: { timeout: 5 } });
    const [logged] = simulator.log();
    expect(logged).toEqual({
      number: 1,
      atMs: START,
      method: 'POST',
      url: EXECUTIONS,
      operation: 'executeJob',
      jobId: 'j1',
      body: { jobCondition: { timeout: 5 } },
      status: 200,
    });
    expect(JSON.stringify(simulator.log())).not.toContain(simulator.accessKey);
  });

  it.for([
    { method: 'GET', path: '/api/v1/nothing' },
    { method: 'PUT', path: '/api/v1/jobs' },
    { method: 'GET', path: '/jobs' },
  ])(
    'answers $method $path as the gateway does and reports it',
    async ({ method, path }, { start }) => {
      const { simulator, call } = await start();
      const { status, text } = await call(method, path);
      expect(status).toBe(404);
      expect(JSON.parse(text)).toMatchObject({ error: { errorCode: '300' } });
      expect(simulator.report().unknownRoutes).toEqual([`${method} ${path}`]);
    },
  );

  it.for([
    { title: 'ill-formed JSON', body: '{"jobCondition":', status: 400, code: '100' },
    { title: 'more than a megabyte', body: ' '.repeat(1_048_577), status: 413, code: '430' },
  ])('answers $title with $status', async ({ body, status, code }, { start }) => {
    const { simulator, call } = await start();
    const answer = await call('POST', EXECUTIONS, body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { errorCode: code } });
    expect(simulator.report().accepted).toBe(0);
  });

  it('lets somebody else start executions, which do not count as ours', async ({ start }) => {
    const { simulator, call } = await start();
    const foreign = simulator.startForeignExecution('j1', {
      triggerId: 't1',
      jobCondition: { numWorker: 5 },
      execution: { never: true },
    });
    const { text } = await call('GET', `${EXECUTIONS}/${foreign.executionId}`);
    expect(JSON.parse(text)).toMatchObject({
      triggerId: 't1',
      type: 'WORKFLOW',
      jobCondition: { numWorker: 5 },
    });
    expect(simulator.report()).toMatchObject({ posts: 0, accepted: 0, leftRunning: 0 });
    expect(() => simulator.startForeignExecution('j9')).toThrow('There is no job j9');
  });

  it('applies switches at once and goes back to those of the start on reset', async ({ start }) => {
    const { simulator, call } = await start();
    simulator.setSwitches({ detailName: 'jobCondition' });
    simulator.addJobs({ jobId: 'j2' });
    expect((await call('GET', '/api/v1/jobs/j2')).text).toContain('"jobCondition"');
    simulator.reset();
    expect((await call('GET', '/api/v1/jobs/j1')).text).toContain('"runCondition"');
    expect((await call('GET', '/api/v1/jobs/j2')).status).toBe(404);
    expect(simulator.report().callsByOperation).toEqual({ getJobById: 2 });
  });

  it('gives the same ids in the same order for the same seed', async ({ start }) => {
    const [one, two] = [await start({ seed: 9 }), await start({ seed: 9 })];
    await one.call('POST', EXECUTIONS);
    await two.call('POST', EXECUTIONS);
    const [first] = one.simulator.executions();
    expect(two.simulator.executions()[0]?.executionId).toBe(first?.executionId);
  });

  it('takes the keys of the environment when both are set', async ({ start }) => {
    vi.stubEnv('NCLOUD_ACCESS_KEY', 'from-the-environment');
    vi.stubEnv('NCLOUD_SECRET_KEY', 'secret');
    const { simulator, call } = await start();
    expect(simulator.accessKey).toBe('from-the-environment');
    expect((await call('GET', '/api/v1/jobs')).status).toBe(200);
  });

  it('makes a new pair of keys for each simulator otherwise', async ({ start }) => {
    vi.stubEnv('NCLOUD_ACCESS_KEY', 'alone');
    vi.stubEnv('NCLOUD_SECRET_KEY', undefined);
    const [one, two] = [await start(), await start()];
    expect(one.simulator.accessKey).not.toBe(two.simulator.accessKey);
    expect(one.simulator.accessKey).not.toBe('alone');
  });

  it('runs on the clock of the machine unless given another', async () => {
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    const simulator = await startSimulator();
    const { headers } = await fetch(`${simulator.url}/api/v1/jobs`);
    await simulator.close();
    expect(Date.parse(headers.get('date') ?? '')).toBeGreaterThanOrEqual(before);
    expect(simulator.report().refusedSignatures).toBe(1);
  });

  it('names all that is wrong with its options', async () => {
    const options = { timeScale: -1, switches: { count: 'odd' } } as never;
    await expect(startSimulator(options)).rejects.toThrow(/switches\.count.*timeScale/);
    await expect(startSimulator({ accessKey: 'alone' })).rejects.toThrow('or neither');
  });
});
