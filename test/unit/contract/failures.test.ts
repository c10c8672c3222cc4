import { describe, expect, it } from 'vitest';
import { classify, type ErrorCodes, type FailureType } from '../../../contract/failures.js';

describe('classify', () => {
  it.each<[ErrorCodes, FailureType]>([
    [{ status: 400, errorType: 'bad-parameter' }, 'DataFlowBadParameter'],
    [{ status: 400, errorType: 'bad-state' }, 'DataFlowBadState'],
    [{ status: 400, errorType: 'client-request-failed' }, 'DataFlowLinkedRequestFailed'],
    [{ status: 400, errorType: 'client-resource-not-found' }, 'DataFlowLinkedResourceNotFound'],
    [{ status: 400, errorType: 'client-unauthorized' }, 'DataFlowLinkedUnauthorized'],
    [{ status: 404, errorType: 'resource-not-found/JOB' }, 'DataFlowNotFound'],
    [{ status: 500, errorType: 'unknown-resource-action/WORKFLOW' }, 'DataFlowUnavailable'],
    [{ status: 400, errorCode: '100' }, 'DataFlowBadParameter'],
    [{ status: 401, errorCode: '200' }, 'DataFlowUnauthenticated'],
    [{ status: 401, errorCode: '999' }, 'DataFlowUnauthenticated'],
    [{ status: 401 }, 'DataFlowUnavailable'],
    [{ status: 401, errorCode: '210' }, 'DataFlowForbidden'],
    [{ status: 403, errorCode: '230' }, 'DataFlowForbidden'],
    [{ status: 404, errorCode: '300' }, 'DataFlowPathUnknown'],
    [{ status: 429, errorCode: '400' }, 'DataFlowThrottled'],
    [{ status: 429, errorCode: '410' }, 'DataFlowThrottled'],
    [{ status: 429, errorCode: '420' }, 'DataFlowThrottled'],
    [{ status: 413, errorCode: '430' }, 'DataFlowBadParameter'],
    [{ status: 503, errorCode: '500' }, 'DataFlowUnavailable'],
    [{ status: 504, errorCode: '510' }, 'DataFlowUnavailable'],
    [{ status: 500, errorCode: '900' }, 'DataFlowUnavailable'],
    [{ status: 502 }, 'DataFlowUnavailable'],
    [{ status: 418 }, 'DataFlowUnavailable'],
    [{ status: 418, errorType: 'new-kind' }, 'DataFlowBadParameter'],
    [{ status: 404, errorType: 'constructor' }, 'DataFlowUnavailable'],
    [
      { status: 400, message: 'No valid member exists of given member number.' },
      'DataFlowForbidden',
    ],
  ])('reads %j as %s', (codes, type) => {
    expect(classify(codes)).toBe(type);
  });

  it('goes by the code and not by the status, where they disagree', () => {
    expect(classify({ status: 500, errorType: 'bad-state' })).toBe('DataFlowBadState');
  });
});
