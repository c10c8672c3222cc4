import { describe, expect, it } from 'vitest';
import { findRoute } from '../../../simulator/route.js';

describe('findRoute', () => {
  it.each([
    { method: 'GET', url: '/api/v1/jobs?limit=5', operation: 'getJobs' },
    { method: 'GET', url: '/api/v1/jobs/j1', operation: 'getJobById' },
    { method: 'POST', url: '/api/v1/jobs/j1/executions', operation: 'executeJob' },
    { method: 'GET', url: '/api/v1/jobs/j1/executions', operation: 'getJobExecutions' },
    { method: 'GET', url: '/api/v1/jobs/j1/executions/e1', operation: 'getJobExecutionById' },
    {
      method: 'POST',
      url: '/api/v1/jobs/j1/executions/e1/cancel',
      operation: 'cancelJobExecution',
    },
    { method: 'GET', url: '/jobs', operation: undefined },
    { method: 'GET', url: '/api/v1/jobs/', operation: undefined },
    { method: 'DELETE', url: '/api/v1/jobs', operation: undefined },
    { method: 'GET', url: '/api/v1/jobs/%zz', operation: undefined },
    { method: 'OPTIONS', url: '*', operation: undefined },
  ])('takes $method $url for $operation', ({ method, url, operation }) => {
    expect(findRoute(method, url)?.operation).toBe(operation);
  });

  it('decodes path parameters', () => {
    expect(findRoute('GET', '/api/v1/jobs/a%2Fb')?.params.get('jobId')).toBe('a/b');
  });
});
