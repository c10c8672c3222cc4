import { describe, expect, it } from 'vitest';
import {
  GATEWAY_ERRORS,
  gatewayError,
  problem,
  type GatewayCode,
} from '../../../simulator/outcome.js';
import { toReply } from '../../../simulator/reply.js';

const codes = Object.entries(GATEWAY_ERRORS) as [
  GatewayCode,
  { status: number; message: string },
][];

describe('toReply', () => {
  it.each(codes)(
    'answers gateway code %s with its documented status',
    (code, { status, message }) => {
      const reply = toReply(gatewayError(code, 'why'), 'both', '/jobs');
      expect(reply.status).toBe(status);
      expect(JSON.parse(reply.text)).toEqual({
        error: { errorCode: code, message, details: 'why' },
      });
    },
  );

  it.each([
    { errorType: 'bad-parameter', status: 400, errorCode: '100' },
    { errorType: 'bad-state', status: 400, errorCode: '100' },
    { errorType: 'resource-not-found/JOB', status: 404, errorCode: '300' },
    { errorType: 'unknown-resource-action/JOB', status: 500, errorCode: '900' },
  ])('answers $errorType with $status, in either body', ({ errorType, status, errorCode }) => {
    const both = toReply(problem(errorType, 'why'), 'both', '/jobs/j1');
    const gateway = toReply(problem(errorType, 'why'), 'gateway', '/jobs/j1');
    expect([both.status, gateway.status]).toEqual([status, status]);
    expect(JSON.parse(both.text)).toMatchObject({
      type: 'about:blank',
      status,
      detail: 'why',
      instance: '/dataflow/api/jobs/j1',
      errorType,
    });
    expect(JSON.parse(gateway.text)).toMatchObject({ error: { errorCode } });
  });

  it('writes a bare true', () => {
    expect(toReply({ kind: 'ok', body: true }, 'both', '/')).toMatchObject({
      status: 200,
      text: 'true',
    });
  });
});
