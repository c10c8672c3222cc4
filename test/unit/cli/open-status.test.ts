import { expect, it } from 'vitest';
import { isOpen } from '../../../cli/run/open-status.js';

it('a PAUSED workflow is open, as one that runs; one that has closed is not (L10)', () => {
  expect((['RUNNING', 'PAUSED'] as const).map(isOpen)).toEqual([true, true]);
  const closed = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'] as const;
  expect(closed.filter(isOpen)).toEqual([]);
});
