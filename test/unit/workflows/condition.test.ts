import { expect, it } from 'vitest';
import { conditionToSend } from '../../../workflows/job-run/condition.js';
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
