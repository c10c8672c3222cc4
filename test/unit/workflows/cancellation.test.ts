import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { cancellable } from '../../../workflows/runtime/cancellation.js';

const cancelled = () => Promise.reject(new CancelledFailure('cancelled'));
const wished = (requested: boolean) => ({
  requested: false,
  onRequest: () => () => undefined,
  within<Value>(act: () => Promise<Value>) {
    this.requested = requested;
    return act();
  },
});

describe('an act that is cancelled', () => {
  it('was interrupted where the run was to end', async () => {
    const outcome = await cancellable(wished(true), cancelled, () => 'failed');
    expect(outcome).toEqual({ kind: 'cancelled' });
  });

  it('has failed where nobody asked for it: somebody cancelled the activity alone', async () => {
    expect(await cancellable(wished(false), cancelled, () => 'failed')).toBe('failed');
  });
});
