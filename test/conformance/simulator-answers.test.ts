import { describe, expect } from 'vitest';
import type { Switches } from '../../simulator/index.js';
import { OPERATION_NAMES, type OperationName } from '../../simulator/operations/operation-name.js';
import { START, it, type Answer, type Bench } from '../simulator/signed-call.js';
import { BODIES, SERVICE, urlOf } from './example-service.js';
import { answerProblems, exampleBodies, operationOf } from './openapi-file.js';

/** Settings that change what answers look like, or which of them come. */
const SETTINGS: readonly Partial<Switches>[] = [
  {},
  { createStatus: 200, dateStyle: 'none', count: 'page', listOrder: 'oldest' },
  { errorBodies: 'gateway', putUpdateJob: 'works', timesPath: 'both' },
  { detailName: 'jobCondition', echoJobCondition: 'changed', timeoutOutcome: 'CANCELED' },
  { deleteBusyJob: 'bad-state', cancelOnTerminal: 'bad-state', partialJobCondition: '400' },
  { overLimit: 'queue', cancelLatencyMs: 60_000, defaultMaxConcurrentRuns: 1 },
  { overLimit: '429', cancelSupported: false, timesPath: 'executions-times' },
  { creationLagMs: 2_000, listLagMs: 2_000, lastExecutionLagMs: 60_000 },
  { callsPerSecond: 1, throttledExecuteStarts: true, maxSignatureAgeMs: null },
  { putUpdateJob: 'works', partialJobCondition: 'defaults' },
];

const RANGE = 'startDate=2026-11-19T00%3A00%3A00&endDate=2026-11-21T23%3A59%3A59';
const QUERIES: Readonly<Partial<Record<OperationName, string>>> = {
  getExecutionInterval: RANGE,
  getExecutionResult: RANGE,
  getExecutionTimes: RANGE,
  getJobs: 'name=night&page=0&limit=5',
  getWorkflowExecutions: 'filter=night',
};

/** Something has run, something runs, and somebody has deleted what a workflow names. */
async function busyService(bench: Bench): Promise<string> {
  const { simulator, call } = bench;
  const ended = simulator.startForeignExecution('Ab12Cd34Ef56', { triggerId: 'Tr12Ig34Er56' });
  simulator.advance(10_000);
  await call('POST', urlOf('executeWorkflow'));
  simulator.advance(10_000);
  await call('POST', urlOf('executeJob'));
  simulator.advance(5_000);
  await call('DELETE', urlOf('deleteTrigger', { triggerId: 'Daily0000001' }));
  simulator.advance(5_000);
  return ended.executionId;
}

/** Good calls in all variants, then the same for ids that are not there, unsigned, and without what is needed. */
async function* answersOf(bench: Bench, name: OperationName): AsyncGenerator<Answer> {
  const { simulator, call } = bench;
  const operation = operationOf(name);
  const ended = await busyService(bench);
  const active = simulator.executions('Ab12Cd34Ef56').at(-1)?.executionId ?? '';
  const query = QUERIES[name] === undefined ? '' : `?${QUERIES[name]}`;
  const bodies = [...exampleBodies(operation), ...(BODIES[name] ?? [])];
  for (const body of bodies.length > 0 ? bodies : [undefined]) {
    for (const executionId of [ended, active]) {
      simulator.advance(1_000);
      yield call(operation.method, urlOf(name, { executionId }) + query, body);
    }
  }
  const unknown = { jobId: 'no', executionId: 'no', workflowId: 'no', triggerId: 'no' };
  yield call(operation.method, urlOf(name, unknown) + query, bodies[0]);
  yield call(operation.method, urlOf(name), bodies[0], START - 400_000);
  if (operation.object.requestBody) yield call(operation.method, urlOf(name), '{');
}

describe('every answer of', () => {
  it.for(OPERATION_NAMES)('%s is as the file says, however switched', async (name, { start }) => {
    const seen = new Set<number>();
    for (const switches of SETTINGS) {
      for await (const answer of answersOf(await start({ ...SERVICE, switches }), name)) {
        const problems = answerProblems(operationOf(name), answer);
        expect(problems, `${JSON.stringify(switches)}: ${answer.text}`).toEqual([]);
        seen.add(answer.status);
      }
    }
    const isGood = [...seen].some((status) => status < 300);
    expect({ isGood, isRefused: seen.has(401) }).toEqual({ isGood: true, isRefused: true });
  });

  it.for(OPERATION_NAMES)('%s is so under faults of the gateway', async (name, { start }) => {
    for (const gateway of ['210', '230', '400', '420', '500', '510', '900'] as const) {
      const faults = [{ on: name, then: { gateway } }];
      const { call } = await start({ ...SERVICE, faults });
      const answer = await call(operationOf(name).method, urlOf(name));
      expect(answerProblems(operationOf(name), answer)).toEqual([]);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { errorCode: gateway } });
    }
  });
});
