import { describe, expect } from 'vitest';
import type { SimulatorOptions, WorkflowScript } from '../../simulator/index.js';
import { it, type Bench } from './signed-call.js';

const RUNS = '/api/v1/workflows/w1/executions';

/** t1 → a → (b, c) → d. */
const DIAMOND: WorkflowScript = {
  workflowId: 'w1',
  name: 'diamond',
  nodes: [
    { id: 't1', type: 'TRIGGER', parentNodeIds: [] },
    { id: 'a', type: 'JOB', parentNodeIds: ['t1'], jobCondition: { numWorker: 5 } },
    { id: 'b', type: 'JOB', parentNodeIds: ['a'] },
    { id: 'c', type: 'JOB', parentNodeIds: ['a'] },
    { id: 'd', type: 'JOB', parentNodeIds: ['b', 'c'] },
  ],
};
const OPTIONS: SimulatorOptions = {
  jobs: [
    { jobId: 'a' },
    { jobId: 'b', executions: [{ waitingMs: 0, runningMs: 1_000 }] },
    { jobId: 'c', executions: [{ waitingMs: 0, runningMs: 9_000 }] },
    { jobId: 'd', executions: [{ waitingMs: 0, runningMs: 1_000 }] },
  ],
  triggers: [{ triggerId: 't1', name: 'by_hand' }],
  workflows: [DIAMOND],
};
const withJob = (jobId: string, job: object): SimulatorOptions => ({
  ...OPTIONS,
  jobs: OPTIONS.jobs!.map((each) => (each.jobId === jobId ? { ...each, ...job } : each)),
});

/** `a 0-6`: job, and seconds from the first start to the end. */
function history({ simulator, clock }: Bench): readonly string[] {
  const executions = simulator.executions();
  const from = Math.min(...executions.map(({ createdAt }) => createdAt));
  const seconds = (ms: number): string => (ms > clock.now() ? '…' : String((ms - from) / 1_000));
  return executions
    .toSorted((one, other) => one.createdAt - other.createdAt)
    .map(({ jobId, createdAt, endAt }) => `${jobId} ${seconds(createdAt)}-${seconds(endAt)}`);
}

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const list = (text: string): readonly Record<string, unknown>[] =>
  (json(text) as { list: Record<string, unknown>[] }).list;

describe('a run of a workflow', () => {
  it('is accepted at once, also with a header that names the calling function', async ({
    start,
  }) => {
    const { call } = await start(OPTIONS);
    const payload = { cloudFunctions: { actionName: 'on-upload', activationId: '1' } };
    const { status, text } = await call('POST', RUNS, undefined, undefined, {
      'x-ncp-dataflow-payload': Buffer.from(JSON.stringify(payload)).toString('base64'),
    });
    expect(status).toBe(202);
    expect(json(text)).toEqual({ workflowId: 'w1', triggerId: 't1', status: 'ACCEPTED' });
  });

  it('starts each job when all before it have completed, not when somebody looks', async ({
    start,
  }) => {
    const bench = await start(OPTIONS);
    await bench.call('POST', RUNS);
    expect(history(bench)).toEqual(['a 0-…']);
    bench.simulator.advance(6_000);
    expect(history(bench)).toEqual(['a 0-6', 'b 6-…', 'c 6-…']);
    bench.simulator.advance(60_000);
    expect(history(bench)).toEqual(['a 0-6', 'b 6-7', 'c 6-15', 'd 15-16']);
  });

  it('is listed as executions of its jobs, which name the trigger', async ({ start }) => {
    const { simulator, call } = await start(OPTIONS);
    await call('POST', RUNS);
    simulator.advance(6_000);
    const rows = list((await call('GET', RUNS)).text);
    expect(rows.map(({ jobId }) => jobId).sort()).toEqual(['a', 'b', 'c']);
    expect(rows.find(({ jobId }) => jobId === 'a')).toMatchObject({
      type: 'WORKFLOW',
      triggerId: 't1',
      triggerName: 'by_hand',
      status: 'COMPLETED',
      jobCondition: { numWorker: 5, timeout: 360 },
    });
    expect(list((await call('GET', `${RUNS}?filter=other`)).text)).toEqual([]);
    expect(list((await call('GET', '/api/v1/jobs/a/executions')).text)).toHaveLength(1);
  });

  it.for(['FAILED', 'CANCELED'] as const)(
    'starts nothing after a job that is %s, and goes on elsewhere',
    async (outcome, { start }) => {
      const bench = await start(withJob('b', { executions: [{ outcome }] }));
      await bench.call('POST', RUNS);
      bench.simulator.advance(600_000);
      expect(history(bench).map((line) => line[0])).toEqual(['a', 'b', 'c']);
    },
  );

  it('starts nothing after an execution that is canceled while it runs', async ({ start }) => {
    const bench = await start(OPTIONS);
    await bench.call('POST', RUNS);
    const [{ executionId } = { executionId: '' }] = bench.simulator.executions('a');
    await bench.call('POST', `/api/v1/jobs/a/executions/${executionId}/cancel`);
    bench.simulator.advance(600_000);
    expect(history(bench)).toEqual(['a 0-0']);
  });

  it('passes over a job that is a draft, busy or deleted, and all after it', async ({ start }) => {
    const bench = await start(withJob('b', { status: 'DRAFT' }));
    await bench.call('POST', RUNS);
    bench.simulator.startForeignExecution('c', { execution: { never: true } });
    await bench.call('DELETE', '/api/v1/jobs/d');
    bench.simulator.advance(600_000);
    expect(bench.simulator.executions().map(({ origin }) => origin)).toEqual([
      'workflow',
      'foreign',
    ]);
  });

  it('waits for a free place where the service queues', async ({ start }) => {
    const bench = await start({ ...OPTIONS, switches: { overLimit: 'queue' } });
    await bench.call('POST', RUNS);
    await bench.call('POST', RUNS);
    bench.simulator.advance(60_000);
    expect(bench.simulator.executions('d')).toHaveLength(2);
    expect(bench.simulator.report().workflowRuns).toEqual({ w1: 2 });
  });

  it('takes the scripts of its jobs in turn, with those that executeJob started', async ({
    start,
  }) => {
    const scripts = [{ outcome: 'FAILED' }, { outcome: 'COMPLETED' }];
    const bench = await start(withJob('a', { executions: scripts, maxConcurrentRuns: 2 }));
    await bench.call('POST', '/api/v1/jobs/a/executions');
    await bench.call('POST', RUNS);
    bench.simulator.advance(6_000);
    expect(bench.simulator.executions('a').map(({ status }) => status)).toEqual([
      'FAILED',
      'COMPLETED',
    ]);
  });

  it('counts neither as a duplicate nor as left running', async ({ start }) => {
    const { simulator, call } = await start(withJob('a', { requested: 0 }));
    await call('POST', RUNS);
    expect(simulator.executions('a')).toMatchObject([{ origin: 'workflow', workflowId: 'w1' }]);
    expect(simulator.report()).toMatchObject({
      ...{ posts: 0, accepted: 0, duplicates: 0, leftRunning: 0 },
      workflowRuns: { w1: 1 },
    });
  });

  it('keeps the nodes it began with when the workflow is changed or deleted', async ({ start }) => {
    const bench = await start(OPTIONS);
    await bench.call('POST', RUNS);
    await bench.call('DELETE', '/api/v1/workflows/w1');
    bench.simulator.advance(60_000);
    expect(history(bench)).toHaveLength(4);
  });
});

describe('executeJob', () => {
  it('in the name of a trigger and a workflow is shown as theirs', async ({ start }) => {
    const { simulator, call } = await start(OPTIONS);
    const url = '/api/v1/jobs/a/executions?triggerId=t1&workflowId=w1';
    expect(json((await call('POST', url)).text)).toMatchObject({
      triggerId: 't1',
      triggerName: 'by_hand',
      type: 'WORKFLOW',
    });
    expect(list((await call('GET', RUNS)).text)).toHaveLength(1);
    expect(simulator.report()).toMatchObject({ accepted: 1, leftRunning: 1 });
  });

  it.for(['triggerId=no', 'workflowId=no'])('refuses %s', async (query, { start }) => {
    const { call } = await start(OPTIONS);
    const { status, text } = await call('POST', `/api/v1/jobs/a/executions?${query}`);
    expect(status).toBe(404);
    expect(text).toMatch(/resource-not-found\/(TRIGGER|WORKFLOW)/);
  });
});

describe('a workflow', () => {
  const node = (id: string, type: string, ...parentNodeIds: string[]) => ({
    ...{ id, name: id, type, parentNodeIds },
  });

  it('is created, read, listed, replaced and deleted', async ({ start }) => {
    const { simulator, call } = await start(OPTIONS);
    const nodes = [node('t1', 'TRIGGER'), node('a', 'JOB', 't1')];
    const created = await call('POST', '/api/v1/workflows', { name: 'two_nodes', nodes });
    expect(created.status).toBe(201);
    const { workflowId } = json(created.text) as { workflowId: string };
    simulator.advance(60_000);
    const url = `/api/v1/workflows/${workflowId}`;
    const changed = json((await call('PUT', url, { name: 'renamed', nodes })).text);
    expect(changed).toMatchObject({
      name: 'renamed',
      createdDate: '2026-11-21T12:00:00+09:00',
      updatedDate: '2026-11-21T12:01:00+09:00',
      nodes: [{ isValid: true }, { isValid: true }],
    });
    expect(json((await call('GET', url)).text)).toEqual(changed);
    const [row] = list((await call('GET', '/api/v1/workflows')).text);
    expect(row).toMatchObject({ workflowId, triggerRuleType: 'NONE', resourceId: workflowId });
    expect(row).not.toHaveProperty('lastExecutionDate');
    expect((await call('DELETE', url)).text).toBe('true');
    expect((await call('GET', url)).status).toBe(404);
  });

  it('says which of its nodes name what was deleted, and cannot be executed then', async ({
    start,
  }) => {
    const { call } = await start(OPTIONS);
    await call('DELETE', '/api/v1/jobs/c');
    const { nodes } = json((await call('GET', '/api/v1/workflows/w1')).text) as {
      nodes: { id: string; isValid: boolean }[];
    };
    expect(nodes.filter(({ isValid }) => !isValid).map(({ id }) => id)).toEqual(['c']);
    expect((await call('POST', RUNS)).text).toContain('bad-state');
  });

  it('kept as a draft may be unfinished, and does not run', async ({ start }) => {
    const { call } = await start(OPTIONS);
    const draft = { name: 'draft', nodes: [], isTemp: true };
    expect((await call('PUT', '/api/v1/workflows/w1', draft)).status).toBe(200);
    expect((await call('POST', RUNS)).text).toContain('bad-state');
  });

  it.for([
    { title: 'no trigger', nodes: [node('a', 'JOB')] },
    { title: 'two triggers', nodes: [node('t1', 'TRIGGER'), node('t2', 'TRIGGER')] },
    { title: 'no job', nodes: [node('t1', 'TRIGGER')] },
    { title: 'a trigger that waits', nodes: [node('t1', 'TRIGGER', 'a'), node('a', 'JOB', 't1')] },
    { title: 'a job without parents', nodes: [node('t1', 'TRIGGER'), node('a', 'JOB')] },
    { title: 'an unknown parent', nodes: [node('t1', 'TRIGGER'), node('a', 'JOB', 'b')] },
    {
      title: 'a job twice',
      nodes: [node('t1', 'TRIGGER'), ...[1, 2].map(() => node('a', 'JOB', 't1'))],
    },
    {
      title: 'a circle',
      nodes: [node('t1', 'TRIGGER'), node('a', 'JOB', 'b'), node('b', 'JOB', 'a')],
    },
  ])('with $title is a bad-parameter', async ({ nodes }, { start }) => {
    const { call } = await start(OPTIONS);
    const { status, text } = await call('POST', '/api/v1/workflows', { name: 'wrong', nodes });
    expect([status, json(text)['errorType']]).toEqual([400, 'bad-parameter']);
  });

  it.for(['JOB', 'TRIGGER'] as const)('of an unknown %s is not found', async (kind, { start }) => {
    const { call } = await start(OPTIONS);
    const trigger = kind === 'TRIGGER' ? 'no' : 't1';
    const nodes = [node(trigger, 'TRIGGER'), node(kind === 'JOB' ? 'no' : 'a', 'JOB', trigger)];
    const { status, text } = await call('POST', '/api/v1/workflows', { name: 'wrong', nodes });
    expect([status, json(text)['errorType']]).toEqual([404, `resource-not-found/${kind}`]);
  });
});
