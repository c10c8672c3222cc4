import { describe, expect, it } from 'vitest';
import { describeWorkflow } from '../../../cli/run/describe-workflow.js';
import { isOpen } from '../../../cli/run/open-status.js';
import type { Temporal } from '../../../cli/run/temporal-connection.js';

describe('a PAUSED workflow (L10)', () => {
  it('is open, as one that runs; one that has closed is not', () => {
    expect((['RUNNING', 'PAUSED'] as const).map(isOpen)).toEqual([true, true]);
    expect((['COMPLETED', 'FAILED', 'TERMINATED'] as const).map(isOpen)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('can be canceled and answered: commands take it for one that has not ended', async () => {
    const describe = () =>
      Promise.resolve({ taskQueue: 'q', startTime: new Date(0), status: { name: 'PAUSED' } });
    const client = { workflow: { getHandle: () => ({ describe }) } };
    const temporal = { client, codecFree: client } as unknown as Temporal;
    expect(await describeWorkflow(temporal, 'w')).toMatchObject({
      isRunning: true,
      status: 'PAUSED',
    });
  });
});
