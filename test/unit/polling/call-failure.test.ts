import { describe, expect, it } from 'vitest';
import { DataFlowCallError } from '../../../client/errors.js';
import { toCallFailure } from '../../../polling/call-failure.js';

describe('toCallFailure', () => {
  it("reads the client's errors", () => {
    const error = new DataFlowCallError(
      {
        call: 'getJobExecutions',
        request: 'GET /jobs/j/executions',
        failure: 'DataFlowThrottled',
        sent: 'yes',
        complete: true,
        retryAfterMs: 7_000,
      },
      'answered 429',
    );
    expect(toCallFailure(error)).toEqual({
      failure: 'DataFlowThrottled',
      message: error.message,
      retryAfterMs: 7_000,
      error,
    });
  });

  it.each([
    ['a bug', new TypeError('x is not a function'), 'x is not a function'],
    ['a text', 'oops', 'oops'],
    ['nothing', undefined, 'undefined'],
    ['members that are none of ours', { failure: 'Other', retryAfterMs: NaN }, '[object Object]'],
  ])('takes %s for a failure without a type', (_what, error, message) => {
    const expected = { failure: undefined, retryAfterMs: undefined, message, error };
    expect(toCallFailure(error)).toEqual(expected);
  });
});
