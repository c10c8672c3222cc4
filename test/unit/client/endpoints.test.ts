import { describe, expect, it } from 'vitest';
import type { OperationInput, OperationName } from '../../../contract/operations.js';
import { ENDPOINTS } from '../../../client/endpoints.js';
import { DataFlowInvalidInputError } from '../../../client/errors.js';
import { toRequest } from '../../../client/request.js';

const INPUTS: { readonly [Name in OperationName]: OperationInput<Name> } = {
  getJobs: { name: 'nightly & co', page: 0, limit: 50 },
  getJobById: { jobId: 'Ab12Cd34Ef56' },
  executeJob: { jobId: 'Ab12Cd34Ef56', jobCondition: { numWorker: 2, timeout: 60 } },
  getJobExecutions: { jobId: 'Ab12Cd34Ef56', page: 2 },
  getJobExecutionById: { jobId: 'Ab12Cd34Ef56', executionId: 'Gh78Ij90Kl12' },
  cancelJobExecution: { jobId: 'Ab12Cd34Ef56', executionId: 'Gh78Ij90Kl12' },
};

const SENT: Readonly<Record<OperationName, string>> = {
  getJobs: 'GET /api/v1/jobs?name=nightly%20%26%20co&page=0&limit=50',
  getJobById: 'GET /api/v1/jobs/Ab12Cd34Ef56',
  executeJob:
    'POST /api/v1/jobs/Ab12Cd34Ef56/executions {"jobCondition":{"numWorker":2,"timeout":60}}',
  getJobExecutions: 'GET /api/v1/jobs/Ab12Cd34Ef56/executions?page=2',
  getJobExecutionById: 'GET /api/v1/jobs/Ab12Cd34Ef56/executions/Gh78Ij90Kl12',
  cancelJobExecution: 'POST /api/v1/jobs/Ab12Cd34Ef56/executions/Gh78Ij90Kl12/cancel',
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
    const { method, path, query, body } = toRequest(name, INPUTS[name], {});
    const words = [`${method} ${path}${query}`, body].filter((word) => word !== undefined);
    expect(words.join(' ')).toBe(SENT[name]);
  });

  it('sends executeJob without a body when no jobCondition is given', () => {
    expect(toRequest('executeJob', { jobId: 'a' }, {}).body).toBeUndefined();
  });

  it.each(['', '../x', 'a/b', 'a%2fb', '.', 'a b', 'é', 'x'.repeat(101), 7, null, undefined])(
    'refuses the job id %j, because it may name another path',
    (jobId) => {
      const act = () => toRequest('getJobById', { jobId: jobId as string }, {});
      expect(problemsOf(act)).toEqual([expect.stringMatching(/^jobId must be/)]);
    },
  );

  it('names all problems of a call together', () => {
    const input = { jobId: '..', page: -1, limit: 0.5 };
    const act = () => toRequest('getJobExecutions', input, { timeoutMs: 0, signedAtMs: NaN });
    expect(problemsOf(act).map((problem) => problem.split(' ', 1)[0])).toEqual([
      'jobId',
      'page',
      'limit',
      'timeoutMs',
      'signedAtMs',
    ]);
  });

  it('refuses an operation that is not in its table', () => {
    const act = () => toRequest('deleteJob' as 'getJobs', {}, {});
    expect(problemsOf(act)).toEqual(['the client has no such operation']);
  });
});
