import { describe, expect, it } from 'vitest';
import type { OperationName } from '../../../contract/operations.js';
import { ENDPOINTS } from '../../../client/operations/endpoints.js';
import { DataFlowInvalidInputError } from '../../../client/errors.js';
import { toRequest } from '../../../client/http/request.js';
import { EXAMPLES, GRAPH, SOURCE } from './operation-examples.js';

const GRAPH_SENT = JSON.stringify(GRAPH);
const NODES_SENT = JSON.stringify([SOURCE]);
const RANGE_SENT = 'startDate=2026-11-01T00%3A00%3A00&endDate=2026-11-07T23%3A59%3A59';

const SENT: Readonly<Record<OperationName, string>> = {
  getExecutionInterval: `GET /api/v1/stats/executions-interval?${RANGE_SENT}`,
  getExecutionResult: `GET /api/v1/stats/executions?${RANGE_SENT}`,
  getExecutionTimes: `GET /api/v1/stats/execution-times?${RANGE_SENT}`,
  createWorkflow: `POST /api/v1/workflows ${GRAPH_SENT}`,
  getWorkflows: 'GET /api/v1/workflows?page=1',
  getWorkflowById: 'GET /api/v1/workflows/Wf12Lo34Ww56',
  getWorkflowExecutions: 'GET /api/v1/workflows/Wf12Lo34Ww56/executions?filter=nightly&limit=20',
  updateWorkflow: `PUT /api/v1/workflows/Wf12Lo34Ww56 ${GRAPH_SENT}`,
  deleteWorkflow: 'DELETE /api/v1/workflows/Wf12Lo34Ww56',
  executeWorkflow: 'POST /api/v1/workflows/Wf12Lo34Ww56/executions',
  createJob: `POST /api/v1/jobs {"name":"nightly_orders","type":"VISUAL","nodes":${NODES_SENT}}`,
  getJobs: 'GET /api/v1/jobs?name=nightly%20%26%20co&page=0&limit=50',
  getJobById: 'GET /api/v1/jobs/Ab12Cd34Ef56',
  updateJob: 'PATCH /api/v1/jobs/Ab12Cd34Ef56 {"type":"VISUAL","maxConcurrentRuns":3}',
  updateJobLegacyPut:
    'PUT /api/v1/jobs/Ab12Cd34Ef56 {"name":"nightly_orders","type":"DATAFLOW","isTemp":true}',
  verifyJob: `POST /api/v1/jobs/verify {"name":"nightly_orders","nodes":${NODES_SENT}}`,
  executeJob:
    'POST /api/v1/jobs/Ab12Cd34Ef56/executions {"jobCondition":{"numWorker":2,"timeout":60}}',
  getJobExecutions: 'GET /api/v1/jobs/Ab12Cd34Ef56/executions?page=2',
  getJobExecutionById: 'GET /api/v1/jobs/Ab12Cd34Ef56/executions/Gh78Ij90Kl12',
  updateJobExecuteConfig:
    'PUT /api/v1/jobs/Ab12Cd34Ef56/executions {"jobCondition":{"numWorker":4}}',
  deleteJob: 'DELETE /api/v1/jobs/Ab12Cd34Ef56',
  cancelJobExecution: 'POST /api/v1/jobs/Ab12Cd34Ef56/executions/Gh78Ij90Kl12/cancel',
  createTrigger:
    'POST /api/v1/triggers {"name":"daily_two","type":"SCHEDULED","triggerRule":{"type":"RECURRING","interval":"DAY","time":"02:00"}}',
  getTriggers: 'GET /api/v1/triggers?name=daily',
  getTriggerById: 'GET /api/v1/triggers/Tr12Ig34Er56',
  deleteTrigger: 'DELETE /api/v1/triggers/Tr12Ig34Er56',
};

const NAMES = Object.keys(ENDPOINTS) as OperationName[];

function problemsOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof DataFlowInvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

describe('toRequest', () => {
  it.each(NAMES)('sends %s as documented', (name) => {
    const { method, path, query, body } = toRequest(name, EXAMPLES[name], {});
    const words = [`${method} ${path}${query}`, body].filter((word) => word !== undefined);
    expect(words.join(' ')).toBe(SENT[name]);
  });

  it('asks for the statistics under the path that the documentation prints where the other is unknown', () => {
    const { path } = toRequest('getExecutionTimes', EXAMPLES.getExecutionTimes, {}, true);
    expect(path).toBe('/api/v1/stats/executions-times');
  });

  it('sends executeJob without a body when no jobCondition is given', () => {
    expect(toRequest('executeJob', { jobId: 'a' }, {}).body).toBeUndefined();
  });

  it.each(['', '../x', 'a/b', 'a%2fb', '.', 'a b', 'é', 'x'.repeat(101), 7, null, undefined])(
    'refuses the job id %j, because it may name another path',
    (jobId) => {
      const act = () => toRequest('getJobById', { jobId: jobId as string }, {});
      expect(problemsOf(act)).toEqual([
        expect.stringMatching(/^jobId: must be an id as the service shows it: 1 to 100 letters/),
      ]);
    },
  );

  it('names all problems of a call together', () => {
    const input = { jobId: '..', page: -1, limit: 0.5 };
    const act = () => toRequest('getJobExecutions', input, { timeoutMs: 0, signedAtMs: NaN });
    expect(problemsOf(act).map((problem) => problem.split(/[: ]/, 1)[0])).toEqual([
      'jobId',
      'page',
      'limit',
      'timeoutMs',
      'signedAtMs',
    ]);
  });

  it('refuses an operation that is not in its table', () => {
    const act = () => toRequest('dropJob' as 'getJobs', {}, {});
    expect(problemsOf(act)).toEqual(['the operation must be one of OPERATIONS']);
  });
});
