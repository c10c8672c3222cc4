import { afterAll, describe, expect, it } from 'vitest';
import { createDataFlowClient, type DataFlowClient } from '../../client/index.js';
import { ENDPOINTS } from '../../client/operations/endpoints.js';
import { OPERATION_NAMES } from '../../contract/operation-names.js';
import { OPERATIONS, type OperationInput } from '../../contract/operations.js';
import type { OperationName } from '../../contract/operations.js';
import { type SimulatorOptions, startSimulator } from '../../simulator/index.js';
import { NODES, SERVICE } from './example-service.js';
import { exampleBodies, operationOf, operations } from './openapi-file.js';
import { describeReading } from './read-only.js';

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

async function open(options: SimulatorOptions = SERVICE): Promise<DataFlowClient> {
  const simulator = await startSimulator(options);
  const { accessKey, secretKey, url: baseUrl } = simulator;
  const client = createDataFlowClient({ baseUrl, credentials: { accessKey, secretKey } });
  closing.push(
    () => client.close(),
    () => simulator.close(),
  );
  return client;
}

const withHistory = SERVICE.jobs?.map((job) => ({ ...job, history: 3 })) ?? [];
describeReading('the simulator', () => open({ ...SERVICE, jobs: withHistory }));

const IDS: Readonly<Record<string, string>> = {
  jobId: 'Ab12Cd34Ef56',
  workflowId: 'Wf12Lo34Ww56',
  triggerId: 'Tr12Ig34Er56',
};
const RANGE = { startDate: '2026-11-01T00:00:00', endDate: '2026-11-07T23:59:59' };
/** Bodies of operations that the file shows none for. */
const BODIES: Partial<Record<OperationName, object>> = {
  verifyJob: {
    name: 'checked',
    nodes: [
      { ...NODES[0], regionNo: '1', bucketName: 'b', prefix: 'p', dataType: 'CSV', fieldList: [] },
    ],
  },
  updateJobLegacyPut: { name: 'renamed', type: 'DATAFLOW' },
  updateWorkflow: {
    name: 'renamed',
    nodes: [
      { id: IDS['triggerId'], name: 'start', type: 'TRIGGER', parentNodeIds: [], isValid: true },
      { id: IDS['jobId'], name: 'one', type: 'JOB', parentNodeIds: [IDS['triggerId']] },
    ],
  },
};

/** Inputs of an operation: what the file shows for it, with the ids of the service of the examples. */
function inputsOf(name: OperationName, executionId: string): readonly object[] {
  const { path, query = [] } = ENDPOINTS[name];
  const ids = Array.from(path.matchAll(/\{(\w+)\}/g), ([, id = '']) => id);
  const inPath = Object.fromEntries(
    ids.map((id) => [id, id === 'executionId' ? executionId : IDS[id]]),
  );
  const range = (query as readonly string[]).includes('startDate') ? RANGE : {};
  const bodies = [...exampleBodies(operationOf(name)), BODIES[name] ?? {}] as object[];
  return bodies
    .filter(
      (body) => !(ENDPOINTS[name].body && Object.keys(body).length === 0 && bodies.length > 1),
    )
    .map((body) => ({ ...inPath, ...range, ...body }));
}

describe('the client on the simulator', () => {
  it('has the operations of the file, with their methods and paths', () => {
    const ours = OPERATION_NAMES.map((name) => {
      const { method, path } = ENDPOINTS[name];
      return `${name} ${method} ${path}`;
    });
    const theirs = operations.map(({ id, method, path }) => `${id} ${method} ${path}`);
    expect([...ours].sort()).toEqual([...theirs].sort());
  });

  it.each(OPERATION_NAMES)('carries out %s with every example of the file', async (name) => {
    const client = await open({ ...SERVICE, switches: { putUpdateJob: 'works' } });
    const { output } = await client.call('getJobExecutions', { jobId: IDS['jobId']! });
    const executionId = output.list[0]!.jobExecutionId;
    for (const input of inputsOf(name, executionId)) {
      const answer = await client.call(name, input);
      expect(answer.output, JSON.stringify(input)).toBeTruthy();
    }
  });

  it.each(['execution-times', 'executions-times', 'both'] as const)(
    'finds the statistics over time where the service has them under %s, and remembers where',
    async (timesPath) => {
      const simulator = await startSimulator({ ...SERVICE, switches: { timesPath } });
      const { accessKey, secretKey, url: baseUrl } = simulator;
      const client = createDataFlowClient({ baseUrl, credentials: { accessKey, secretKey } });
      closing.push(
        () => client.close(),
        () => simulator.close(),
      );
      await client.call('getExecutionTimes', RANGE);
      const callsAtFirst = simulator.log().length;
      await client.call('getExecutionTimes', RANGE);
      expect(callsAtFirst).toBe(timesPath === 'executions-times' ? 2 : 1);
      expect(simulator.log().length).toBe(callsAtFirst + 1);
    },
  );

  it('writes back what it has read', async () => {
    const client = await open();
    const workflowId = IDS['workflowId']!;
    const read = (await client.call('getWorkflowById', { workflowId })).output;
    const nodes = read.nodes.map((node) => ({ ...node, name: node.name ?? 'n' }));
    const input = { workflowId, name: 'renamed', nodes } as OperationInput<'updateWorkflow'>;
    expect((await client.call('updateWorkflow', input)).output).toMatchObject({
      name: 'renamed',
      nodes: [{ type: 'TRIGGER' }, { type: 'JOB' }, { type: 'JOB' }],
    });
  });

  it('takes what was created away again', async () => {
    const client = await open();
    const { jobId } = (await client.call('createJob', { name: 'short_lived', type: 'SCRIPT' }))
      .output;
    expect((await client.call('deleteJob', { jobId })).output).toBe(true);
    await expect(client.call('getJobById', { jobId })).rejects.toMatchObject({
      failure: 'DataFlowNotFound',
      errorType: 'resource-not-found/JOB',
    });
  });

  it.each(OPERATION_NAMES.filter((name) => !OPERATIONS[name].idempotent))(
    'says of %s without an answer that it may have been carried out',
    async (name) => {
      const faults = [{ on: name, then: { drop: 'after' } }] as const;
      const client = await open({ ...SERVICE, faults });
      const input = inputsOf(name, 'none')[0] as OperationInput<typeof name>;
      await expect(client.call(name, input)).rejects.toMatchObject({
        sent: 'maybe',
        message: expect.stringContaining('may have been carried out') as string,
      });
    },
  );
});
