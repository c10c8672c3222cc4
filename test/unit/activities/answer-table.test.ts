import { defaultActivityInfo } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { provesNothingDone } from '../../../activities/call-operation.js';
import {
  keepDetails,
  createRepetition,
  type Retries,
} from '../../../activities/activity-context.js';
import { submitFailure } from '../../../activities/submit-under-permit.js';
import { errorResponse, decodeError } from '../../../client/http/call-errors.js';
import type { DataFlowCallError } from '../../../client/errors.js';
import { FAILURES, type FailureType } from '../../../contract/failures.js';
import type { OperationName } from '../../../contract/operations.js';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import { FakeService } from '../polling/fake-service.js';
import { ManualClock } from '../polling/manual-clock.js';
import { settings } from '../polling/usual-settings.js';

/** What must happen in each phase of a run when a call of that phase is answered so. */
interface Row {
  /** Its reads. `fails`: the run ends, nothing was started. */
  readonly prepare: 'fails' | 'repeated';
  /** The POST. `refused`: proven not started, the run ends or acts on it; `not started`: proven, a fresh permit. */
  readonly submit: 'refused' | 'not started' | 'outcome unknown';
  /** Its lists and reads, after a POST whose outcome is unknown. `fails`: ambiguous. */
  readonly reconcile: 'fails' | 'repeated';
  /** Its reads. `gone`: the wait ends when it lasts for `maxListingDelay`. */
  readonly wait: 'gone' | 'goes on';
  /** Its reads and its cancel. `fails`: reported as perhaps left running. */
  readonly stop: 'fails' | 'repeated';
  /** Another call that must not be repeated, such as createJob. */
  readonly create: 'refused' | 'outcome unknown';
}

const row = (
  prepare: Row['prepare'],
  submit: Row['submit'],
  reconcile: Row['reconcile'],
  wait: Row['wait'],
  stop: Row['stop'],
  create: Row['create'],
): Row => ({ prepare, submit, reconcile, wait, stop, create });

/** Neither the service nor its gateway speaks: nothing is known of the request or of what it is about. */
const SOMEBODY_BETWEEN = row(
  'repeated',
  'outcome unknown',
  'repeated',
  'goes on',
  'repeated',
  'outcome unknown',
);
const REFUSED_VALUE = row('fails', 'refused', 'fails', 'goes on', 'fails', 'refused');
const REFUSED_NOW = row('fails', 'refused', 'repeated', 'goes on', 'repeated', 'refused');
const REFUSED_KEYS = row('fails', 'not started', 'repeated', 'goes on', 'repeated', 'refused');
const TOO_MANY = row('repeated', 'not started', 'repeated', 'goes on', 'repeated', 'refused');
const LINKED_CALL = row('repeated', 'refused', 'repeated', 'goes on', 'repeated', 'refused');
const GONE = row('fails', 'refused', 'fails', 'gone', 'fails', 'refused');

/** By the code that the service (a word) or its gateway (a number) gave (NOTES §4 and §5.9). */
const BY_CODE: Readonly<Record<string, Row>> = {
  'bad-parameter': REFUSED_VALUE,
  'bad-state': REFUSED_NOW,
  'client-request-failed': LINKED_CALL,
  'client-resource-not-found': REFUSED_NOW,
  'client-unauthorized': REFUSED_NOW,
  'resource-not-found/JOB': GONE,
  'unknown-resource-action/JOB': SOMEBODY_BETWEEN,
  '100': REFUSED_VALUE,
  '200': REFUSED_KEYS,
  '210': REFUSED_NOW,
  '230': REFUSED_NOW,
  '300': REFUSED_NOW,
  '400': TOO_MANY,
  '410': TOO_MANY,
  '420': TOO_MANY,
  '430': REFUSED_VALUE,
  '500': SOMEBODY_BETWEEN,
  '510': SOMEBODY_BETWEEN,
  '900': SOMEBODY_BETWEEN,
};

/** Beside a code that no page names, where the status is another than a plain refusal of the request. */
const BY_STATUS: Readonly<Record<number, Row>> = {
  401: REFUSED_KEYS,
  403: REFUSED_NOW,
  404: SOMEBODY_BETWEEN,
  408: SOMEBODY_BETWEEN,
  409: SOMEBODY_BETWEEN,
  425: SOMEBODY_BETWEEN,
  429: TOO_MANY,
};

const STATUSES = [
  ...[300, 301, 302, 303, 304, 305, 307, 308],
  ...Array.from({ length: 32 }, (_, index) => 400 + index),
  ...[451, 499, 500, 501, 502, 503, 504, 505, 507, 508, 510, 511, 520, 529, 598, 599],
];
const UNKNOWN_CODES = ['new-kind', 'constructor', '999'];
const STRANGE_BODIES = {
  'no body': '',
  'a page of a proxy': '<html><head><title>Sorry</title></head></html>',
  'the JSON of a load balancer': '{"message":"no Route matched with those values"}',
  'the JSON of a framework': '{"timestamp":1,"status":404,"error":"Not Found","path":"/api"}',
  'a problem without errorType': '{"type":"about:blank","title":"Not Found","status":404}',
  'a gateway of somebody else': '{"error":{"code":404,"message":"Not Found"}}',
};

const bodyOf = (code: string): string =>
  /^\d/.test(code)
    ? JSON.stringify({ error: { errorCode: code, message: 'Words', details: 'words' } })
    : JSON.stringify({ type: 'about:blank', title: 'Words', detail: 'words', errorType: code });

/** A refusal proves that nothing was done only as a 4xx. */
const unlessRefusal = (status: number, expected: Row): Row =>
  status >= 400 && status < 500
    ? expected
    : { ...expected, submit: 'outcome unknown', create: 'outcome unknown' };

const NOW = { wallMs: 0, monotonicMs: 0 };
const ABOUT = { jobId: 'jobA' };
const site = (call: OperationName) => ({
  call,
  request: 'GET /x',
  timeoutMs: 1,
  secrets: [],
  wallMs: 0,
});
const head = (status: number) => ({
  status,
  headers: { 'content-length': '9' },
  sent: NOW,
  received: NOW,
});
const errorOf = (call: OperationName, status: number, body: string): DataFlowCallError =>
  errorResponse(site(call), head(status), body);

/** What a first attempt makes of it. */
const again = (error: DataFlowCallError, retries: Retries = 'by-table'): 'fails' | 'repeated' => {
  const repetition = createRepetition(defaultActivityInfo, retries, keepDetails(undefined));
  return repetition(error).isFinal ? 'fails' : 'repeated';
};

function submitted(error: DataFlowCallError): Row['submit'] {
  const { type } = submitFailure(error, { ...ABOUT, call: 'executeJob' }, true) as {
    type?: FailureType;
  };
  if (type === 'DataFlowSubmissionUnknown') return 'outcome unknown';
  return type === 'DataFlowNotSent' ? 'not started' : 'refused';
}

const tireless = (error: DataFlowCallError): 'fails' | 'repeated' =>
  again(error, 'all-but-permanent');

/** The wait of a real hub whose every read fails so, for an hour. */
async function waited(error: DataFlowCallError): Promise<Row['wait']> {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  service.fate = () => ({ error });
  const rateLimiter = createRateLimiter({ callsPerSecond: 5, clock });
  const hub = createStatusHub({ client: service.client, settings, rateLimiter, clock });
  let ended: Row['wait'] = 'goes on';
  const wait = hub.wait({ jobId: 'jobA', executionId: 'e1' });
  wait.catch(() => (ended = 'gone'));
  await clock.advance(3_600_000);
  const result = ended;
  await hub.close();
  return result;
}

async function rowOf(status: number, body: string): Promise<Row> {
  const read = errorOf('getJobExecutionById', status, body);
  const cancel = errorOf('cancelJobExecution', status, body);
  expect(tireless(cancel)).toBe(tireless(read));
  const never = new AbortController().signal;
  return {
    prepare: again(errorOf('getJobById', status, body)),
    submit: submitted(errorOf('executeJob', status, body)),
    reconcile: tireless(errorOf('getJobExecutions', status, body)),
    wait: await waited(read),
    stop: tireless(read),
    create: provesNothingDone(errorOf('createJob', status, body), never)
      ? 'refused'
      : 'outcome unknown',
  };
}

describe('every status × who wrote the answer × phase', () => {
  it.each(Object.entries(BY_CODE))(
    'goes by the code %s, whatever the status (C2, C4)',
    async (code, expected) => {
      for (const status of [400, 401, 404, 408, 409, 425, 429, 500, 302])
        expect(await rowOf(status, bodyOf(code)), String(status)).toEqual(
          unlessRefusal(status, expected),
        );
    },
  );

  it.each(UNKNOWN_CODES)('goes by the status beside the unknown code %s (C4)', async (code) => {
    for (const status of STATUSES) {
      const is4xx = status >= 400 && status < 500;
      const expected = is4xx ? (BY_STATUS[status] ?? REFUSED_VALUE) : SOMEBODY_BETWEEN;
      expect(await rowOf(status, bodyOf(code)), String(status)).toEqual(expected);
    }
  });

  it.each(Object.entries(STRANGE_BODIES))(
    'takes nothing for proven by %s, whatever the status (C2, C4)',
    async (_, body) => {
      for (const status of STATUSES)
        expect(await rowOf(status, body), String(status)).toEqual(SOMEBODY_BETWEEN);
    },
  );

  it('repeats what it cannot read under a 2xx, and never the POST itself', async () => {
    for (const status of [200, 201, 202, 204, 206]) {
      const unreadable = (call: OperationName) =>
        decodeError(site(call), head(status), 'no JSON', '<html>');
      expect(submitted(unreadable('executeJob'))).toBe('outcome unknown');
      expect(again(unreadable('getJobById'))).toBe('repeated');
      expect(tireless(unreadable('getJobExecutions'))).toBe('repeated');
      expect(await waited(unreadable('getJobExecutionById'))).toBe('goes on');
    }
  });

  it('names an answer of an intermediary as such, and what to check', () => {
    const error = errorOf('getJobExecutionById', 404, STRANGE_BODIES['a page of a proxy']);
    expect(error.message).toContain('answer 404 by an intermediary, not by Data Flow: <html>');
    expect(error.message).toContain(FAILURES.DataFlowUnavailable.remedy);
    expect(FAILURES.DataFlowUnavailable.remedy).toContain('check base URL');
  });
});
