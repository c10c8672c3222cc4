import { expect, it } from 'vitest';
import {
  conditionToSend,
  isTooLate,
  remoteTimeoutMs,
  unboundedWaitMs,
} from '../../../workflows/job-run/condition.js';
import { planRun } from '../../../workflows/job-run/request.js';

const toSend = (stored: object | undefined, own: object = {}, leftMs?: number) =>
  conditionToSend(planRun({ jobId: 'j1', jobCondition: own }), stored, 'key', leftMs);

it('a stored timeout of 0, which older generations keep, is not sent', () => {
  expect(toSend({ numWorker: 2, timeout: 0 })).toEqual({ numWorker: 2 });
  expect(toSend({ timeout: 0 })).toBeUndefined();
});

it('a stored timeout of 0 gives way to the whole minutes left', () => {
  expect(toSend({ numWorker: 2, timeout: 0 }, {}, 150_000)).toEqual({ numWorker: 2, timeout: 2 });
});

it('the caller wins over what is stored, member by member', () => {
  const stored = { numWorker: 2, timeout: 60, parameters: { a: '1', b: '2' } };
  expect(toSend(stored, { numWorker: 4, parameters: { b: '3' } })).toEqual({
    numWorker: 4,
    timeout: 60,
    parameters: { a: '1', b: '3' },
  });
});

it.each([
  [undefined, 150_000, 2],
  [1, 150_000, 1],
  [5, 150_000, 2],
  [60, undefined, 60],
])('a timeout of %s min with %s ms left is sent as %s min', (timeout, leftMs, sent) => {
  const own = timeout === undefined ? {} : { timeout };
  expect(toSend({ numWorker: 2 }, own, leftMs)?.timeout).toBe(sent);
});

it('without a stored condition no timeout is made up', () => {
  expect(toSend(undefined, {}, 150_000)).toBeUndefined();
});

it.each([
  [undefined, false],
  [60_000, false],
  [59_999, true],
])('with %s ms of runTimeout left it is too late for a POST: %s', (leftMs, isLate) => {
  expect(isTooLate(leftMs)).toBe(isLate);
});

it.each([
  [undefined, undefined, 420],
  [{ timeout: 0 }, undefined, 420],
  [{ timeout: 1 }, 1, 61],
  [{ timeout: 30 }, 30, 90],
])('the remote timeout of %j is %s min, and its wait lasts %s min', (sent, timeout, wait) => {
  expect(remoteTimeoutMs(sent)).toBe(timeout === undefined ? undefined : timeout * 60_000);
  expect(unboundedWaitMs(sent)).toBe(wait * 60_000);
});
