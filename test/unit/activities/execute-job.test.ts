import { describe, expect, it } from 'vitest';
import { notFirstDelivery, submitFailure } from '../../../activities/submit-under-permit.js';
import { type CallFacts, DataFlowCallError } from '../../../client/errors.js';
import type { FailureType } from '../../../contract/failures.js';

const anError = (facts: Partial<CallFacts>): DataFlowCallError =>
  new DataFlowCallError(
    {
      call: 'executeJob',
      request: 'POST /jobs',
      failure: 'DataFlowUnavailable',
      sent: 'yes',
      complete: true,
      ...facts,
    },
    'what came',
  );

const ABOUT = { jobId: 'jobA', call: 'executeJob' } as const;

describe('submitFailure', () => {
  it.each<[string, Partial<CallFacts>, FailureType]>([
    ['nothing left the process', { sent: 'no', complete: false }, 'DataFlowNotSent'],
    ['no answer came', { sent: 'maybe', complete: false }, 'DataFlowSubmissionUnknown'],
    ['500', { status: 500 }, 'DataFlowSubmissionUnknown'],
    ['503', { status: 503 }, 'DataFlowSubmissionUnknown'],
    ['504', { status: 504 }, 'DataFlowSubmissionUnknown'],
    [
      'a 2xx that cannot be read',
      { status: 200, failure: 'DataFlowProtocolError' },
      'DataFlowSubmissionUnknown',
    ],
    ['a redirect', { status: 302, failure: 'DataFlowProtocolError' }, 'DataFlowSubmissionUnknown'],
    [
      'a 4xx that was cut',
      { status: 400, complete: false, failure: 'DataFlowBadParameter' },
      'DataFlowSubmissionUnknown',
    ],
    ['a whole 400', { status: 400, failure: 'DataFlowBadParameter' }, 'DataFlowBadParameter'],
    ['bad-state', { status: 400, failure: 'DataFlowBadState' }, 'DataFlowBadState'],
    ['a refused signature', { status: 401, failure: 'DataFlowUnauthenticated' }, 'DataFlowNotSent'],
    ['missing rights', { status: 401, failure: 'DataFlowForbidden' }, 'DataFlowForbidden'],
    [
      '429 of the gateway',
      { status: 429, errorCode: '410', failure: 'DataFlowThrottled' },
      'DataFlowNotSent',
    ],
    [
      '429 of an intermediary',
      { status: 429, failure: 'DataFlowThrottled' },
      'DataFlowSubmissionUnknown',
    ],
    ['404', { status: 404, failure: 'DataFlowNotFound' }, 'DataFlowNotFound'],
    ['413', { status: 413, failure: 'DataFlowBadParameter' }, 'DataFlowBadParameter'],
  ])('takes %s as %j → %s', (_, facts, type) => {
    const failure = submitFailure(anError(facts), ABOUT, facts.sent !== 'no');
    expect(failure).toMatchObject({
      type,
      nonRetryable: true,
      details: [{ jobId: 'jobA', call: 'executeJob' }],
    });
  });

  it('takes an unexpected error as an unknown outcome once the bytes have left, and as not sent before', () => {
    const bug = new TypeError('oops');
    expect(submitFailure(bug, ABOUT, true)).toMatchObject({ type: 'DataFlowSubmissionUnknown' });
    expect(submitFailure(bug, ABOUT, false)).toMatchObject({ type: 'DataFlowNotSent' });
  });
});

describe('notFirstDelivery', () => {
  const info = {
    attempt: 1,
    workflowExecution: { workflowId: 'w', runId: 'run' },
    scheduledTimestampMs: 1_000,
    currentAttemptScheduledTimestampMs: 1_000,
  };

  it('finds nothing against the first delivery', () => {
    expect(notFirstDelivery(info, 'run')).toBeUndefined();
  });

  it.each([
    ['a workflow reset', { ...info, workflowExecution: { workflowId: 'w', runId: 'other' } }],
    ['a further attempt', { ...info, attempt: 2 }],
    ['an activity reset', { ...info, currentAttemptScheduledTimestampMs: 1_001 }],
  ])('sees %s', (_, changed) => {
    expect(notFirstDelivery(changed, 'run')).toBeDefined();
  });
});
