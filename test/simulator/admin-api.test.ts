import { connect } from 'node:net';
import { describe, expect } from 'vitest';
import { it, type Bench } from './signed-call.js';

/** An unsigned request of the admin API. */
async function admin({ simulator }: Bench, method: string, name: string, body?: unknown) {
  const response = await fetch(`${simulator.url}/_simulator/${name}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe('the admin API', () => {
  it('tells report, log and executions without a signature', async ({ start }) => {
    const bench = await start();
    await bench.call('POST', '/api/v1/jobs/j1/executions');
    expect(await admin(bench, 'GET', 'report')).toEqual({
      status: 200,
      body: JSON.parse(JSON.stringify(bench.simulator.report())) as unknown,
    });
    expect(await admin(bench, 'GET', 'log')).toMatchObject({ body: [{ operation: 'executeJob' }] });
    expect(await admin(bench, 'GET', 'executions')).toMatchObject({ body: [{ status: 'READY' }] });
  });

  it('adds jobs, faults, switches and foreign executions, advances and resets', async ({
    start,
  }) => {
    const bench = await start({ jobs: [] });
    await admin(bench, 'POST', 'jobs', [{ jobId: 'j2', executions: [{ runningMs: '9s' }] }]);
    await admin(bench, 'POST', 'switches', { dateStyle: 'none' });
    await admin(bench, 'POST', 'executions', { jobId: 'j2', triggerId: 't1' });
    await admin(bench, 'POST', 'advance', { ms: '2s' });
    expect((await bench.call('GET', '/api/v1/jobs/j2/executions')).text).toContain(
      '"startDate":"2026-11-21T12:00:01.000"',
    );
    await admin(bench, 'POST', 'faults', [{ on: 'getJobs', then: { status: 503 } }]);
    expect((await bench.call('GET', '/api/v1/jobs')).status).toBe(503);
    await admin(bench, 'DELETE', 'faults');
    expect((await bench.call('GET', '/api/v1/jobs')).status).toBe(200);
    await admin(bench, 'POST', 'reset');
    expect(bench.simulator.executions()).toEqual([]);
  });

  it('adds triggers and workflows, and tells what created jobs do', async ({ start }) => {
    const bench = await start();
    const nodes = [
      { id: 't1', type: 'TRIGGER' },
      { id: 'j1', type: 'JOB', parentNodeIds: ['t1'] },
    ];
    await admin(bench, 'POST', 'triggers', [{ triggerId: 't1' }]);
    await admin(bench, 'POST', 'workflows', [{ workflowId: 'w1', nodes }]);
    expect((await bench.call('POST', '/api/v1/workflows/w1/executions')).status).toBe(202);
    await admin(bench, 'POST', 'newJobs', { runningMs: 0, waitingMs: 0 });
    const { text } = await bench.call('POST', '/api/v1/jobs', { name: 'new', type: 'SCRIPT' });
    const { jobId } = JSON.parse(text) as { jobId: string };
    await bench.call('POST', `/api/v1/jobs/${jobId}/executions`);
    expect(bench.simulator.executions(jobId)).toMatchObject([{ status: 'COMPLETED' }]);
  });

  it.for([
    {
      name: 'workflows',
      body: [{ workflowId: 'w1', nodes: [{ id: 't1', type: 'TRIGGER' }] }],
      problem: /\[0\]\.nodes: nodes: must have a JOB/,
    },
    {
      name: 'workflows',
      body: [
        {
          workflowId: 'w1',
          nodes: [
            { id: 't1', type: 'TRIGGER' },
            { id: 'j1', type: 'JOB', parentNodeIds: ['t1'] },
          ],
        },
      ],
      problem: /workflow w1: there is no TRIGGER t1/,
    },
    { name: 'triggers', body: [{ triggerId: 't1', type: 'SCHEDULED' }], problem: /cannot have a/ },
    { name: 'newJobs', body: { outcome: 'LOST' }, problem: /outcome/ },
    {
      name: 'faults',
      body: [{ on: 'x', then: {} }],
      problem: /\[0\]\.on: .*\[0\]\.then: must have one of/,
    },
    { name: 'jobs', body: [{ jobId: 'j1' }], problem: /There is a job j1 already/ },
    { name: 'jobs', body: '[', problem: /JSON/ },
    { name: 'switches', body: { a: 1, b: 2 }, problem: /a: unknown property; b: unknown property/ },
    { name: 'advance', body: { ms: 'soon' }, problem: /ms: must be a duration/ },
    { name: 'executions', body: { jobId: 'j9' }, problem: /no job j9/ },
    { name: 'switches', body: undefined, problem: /must be an object/ },
  ])(
    'refuses wrong $name with all problems: $problem',
    async ({ name, body, problem }, { start }) => {
      const answer = await admin(await start(), 'POST', name, body);
      expect(answer.status).toBe(400);
      expect((answer.body as { message: string }).message).toMatch(problem);
    },
  );

  it('lists what there is when asked for something else', async ({ start }) => {
    const bench = await start();
    const answer = await admin(bench, 'GET', 'nothing');
    expect(answer.status).toBe(404);
    expect(JSON.stringify(answer.body)).toContain('GET report');
    expect(bench.simulator.report().unknownRoutes).toEqual([]);
  });
});

describe('the socket', () => {
  it('answers what is no HTTP with 400 and goes on', async ({ start }) => {
    const { simulator, call } = await start();
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(simulator.port, '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => {
        resolve(received);
      });
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect((await call('GET', '/api/v1/jobs')).status).toBe(200);
  });
});
