import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FAILURES, type FailureType } from '../../../contract/failures.js';
import type { OperationName } from '../../../contract/operations.js';
import { errorResponse, noResponseError, decodeError } from '../../../client/http/call-errors.js';
import type { Why } from '../../../client/http/send.js';

const NOW = { wallMs: 0, monotonicMs: 0 };
const SECRETS = ['ACCESS-KEY-1', 'SECRET-KEY-1', 'c2lnbmF0dXJl+/='];

const aSite = (call: OperationName = 'getJobById') => ({
  call,
  request: 'GET /api/v1/jobs/j1',
  timeoutMs: 30_000,
  secrets: SECRETS,
  wallMs: 0,
});
const aHead = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-length': '1', ...headers },
  sent: NOW,
  received: NOW,
});
const problem = (errorType: string, detail = 'some detail') =>
  JSON.stringify({ type: 'about:blank', title: 'Title', status: 400, detail, errorType });
const gateway = (errorCode: string | number, message = 'Message') =>
  JSON.stringify({ error: { errorCode, message, details: null } });

const ROWS: readonly (readonly [number, string, FailureType])[] = [
  [400, problem('bad-parameter'), 'DataFlowBadParameter'],
  [400, problem('bad-state'), 'DataFlowBadState'],
  [400, problem('client-request-failed'), 'DataFlowLinkedRequestFailed'],
  [400, problem('client-resource-not-found'), 'DataFlowLinkedResourceNotFound'],
  [400, problem('client-unauthorized'), 'DataFlowLinkedUnauthorized'],
  [404, problem('resource-not-found/JOB'), 'DataFlowNotFound'],
  [500, problem('unknown-resource-action/JOB'), 'DataFlowUnavailable'],
  [400, gateway('100'), 'DataFlowBadParameter'],
  [401, gateway(200), 'DataFlowUnauthenticated'],
  [401, gateway('210'), 'DataFlowForbidden'],
  [403, gateway(230), 'DataFlowForbidden'],
  [404, gateway('300'), 'DataFlowPathUnknown'],
  [429, gateway('400'), 'DataFlowThrottled'],
  [429, gateway(410), 'DataFlowThrottled'],
  [413, gateway('430'), 'DataFlowBadParameter'],
  [503, gateway('500'), 'DataFlowUnavailable'],
  [504, gateway(510), 'DataFlowUnavailable'],
  [400, gateway('999', 'No valid member exists of given member number.'), 'DataFlowForbidden'],
  [401, '', 'DataFlowUnavailable'],
  [403, '<html>Forbidden</html>', 'DataFlowUnavailable'],
  [429, 'slow down', 'DataFlowThrottled'],
  [502, '<html>Bad Gateway</html>', 'DataFlowUnavailable'],
  [500, '{"error":"text"}', 'DataFlowUnavailable'],
];

describe('failureOfRefusal', () => {
  it.each(ROWS)('reads %i %s as %s', (status, body, failure) => {
    const error = errorResponse(aSite(), aHead(status), body);
    expect(error).toMatchObject({ failure, status, sent: 'yes', complete: true });
    expect(error.message).toContain(`getJobById (GET /api/v1/jobs/j1): answer ${status}`);
    expect(error.message).toContain(FAILURES[failure].remedy);
  });

  it('keeps code, title, detail and request id as the service gave them', () => {
    const head = aHead(404, { 'x-ncp-trace-id': 'trace-7' });
    const body = problem('resource-not-found/JOB', '{jobId=zz}: not found');
    expect(errorResponse(aSite(), head, body)).toMatchObject({
      errorType: 'resource-not-found/JOB',
      title: 'Title',
      detail: '{jobId=zz}: not found',
      requestId: 'trace-7',
    });
  });

  it('counts a Retry-After date from the date of the answer, not from the clock of this process', () => {
    const head = aHead(429, {
      date: 'Sat, 21 Nov 2026 12:00:00 GMT',
      'retry-after': 'Sat, 21 Nov 2026 12:00:20 GMT',
    });
    expect(errorResponse(aSite(), head, '').retryAfterMs).toBe(20_000);
  });

  it('does not take an answer for whole whose end nothing marks', () => {
    const unmarked = { ...aHead(400), headers: {} };
    expect(errorResponse(aSite(), unmarked, '<html>cut?').complete).toBe(false);
    expect(errorResponse(aSite(), unmarked, problem('bad-state')).complete).toBe(true);
  });

  it('names a redirect as an answer of an intermediary, and shows only its host', () => {
    const head = aHead(302, { location: 'https://login.example.com/path?token=abc' });
    const error = errorResponse(aSite(), head, '');
    expect(error.failure).toBe('DataFlowUnavailable');
    expect(error.message).toContain('a redirect to login.example.com, which is not followed');
    expect(error.message).not.toContain('token');
  });

  it('stays below 500 characters and free of secrets, however long the service speaks', () => {
    const secrets = SECRETS.join(' ');
    const body = problem(`bad-state${secrets}`, `${secrets} ${'x'.repeat(9_000)}\u0007`);
    const site = { ...aSite('executeJob'), request: `POST /${'y'.repeat(300)}` };
    const error = errorResponse(site, aHead(400, { 'x-request-id': secrets }), body);
    expect(error.message.length).toBeLessThan(500);
    for (const shown of [error.message, inspect(error), JSON.stringify(error)])
      for (const secret of SECRETS) expect(shown).not.toContain(secret);
  });
});

describe('failureOfSilence', () => {
  const REASONS: readonly (readonly [Why['reason'], FailureType])[] = [
    ['aborted', 'DataFlowUnavailable'],
    ['closed', 'DataFlowUnavailable'],
    ['timeout', 'DataFlowUnavailable'],
    ['network', 'DataFlowUnavailable'],
    ['refused', 'DataFlowUnavailable'],
    ['expired', 'DataFlowNotSent'],
    ['malformed', 'DataFlowProtocolError'],
    ['oversize', 'DataFlowProtocolError'],
  ];

  it.each(REASONS)('reads %s as %s', (reason, failure) => {
    const why = { reason, text: 'words' };
    const none = noResponseError(aSite(), { kind: 'none', sent: 'maybe', why });
    const cut = noResponseError(aSite(), { kind: 'cut', head: aHead(200), why });
    expect(none).toMatchObject({ failure, sent: 'maybe', complete: false });
    expect(cut).toMatchObject({ failure, sent: 'yes', status: 200, complete: false });
  });

  it('never says of an executeJob that may have been carried out that it is repeated', () => {
    const why = { reason: 'network', text: 'ECONNRESET' } as const;
    const maybe = noResponseError(aSite('executeJob'), { kind: 'none', sent: 'maybe', why });
    const no = noResponseError(aSite('executeJob'), { kind: 'none', sent: 'no', why });
    expect(maybe.message).toContain(FAILURES.DataFlowOutcomeUnknown.remedy);
    expect(no.message).toContain('Nothing was sent.');
  });
});

describe('failureOfUnreadable', () => {
  it('says which call, which member and what came, and keeps an error body under a 2xx', () => {
    const words = 'list.3.jobId: expected string, came 7';
    const error = decodeError(aSite(), aHead(200), words, gateway('500'));
    expect(error.message).toContain(
      `getJobById (GET /api/v1/jobs/j1): answer 200 is unreadable: ${words}.`,
    );
    expect(error).toMatchObject({
      failure: 'DataFlowProtocolError',
      status: 200,
      errorCode: '500',
      complete: true,
    });
  });
});
