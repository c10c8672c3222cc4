import { sleep } from '@temporalio/workflow';
import type { WaitStep } from '../../contract/pipeline.js';
import { waitTime } from '../../pipeline/evaluation.js';
import { newScope } from '../runtime/own-scope.js';
import type { ItemStart, RunningItem } from './item.js';

/** Waits by a timer of the server. After continue-as-new what is left of it remains. */
export function startWaitItem({
  step,
  values,
  carried,
  onEnded,
  ref,
}: ItemStart<WaitStep>): RunningItem {
  const endMs = Date.now() + (carried?.leftMs ?? lengthOf(step, values));
  const leftMs = (): number => Math.max(1, endMs - Date.now());
  const scope = newScope();
  scope
    .run(() => sleep(leftMs(), { summary: `wait ${ref.step}` }))
    .then(
      () => {
        onEnded({ outcome: 'succeeded' });
      },
      () => undefined,
    );
  return {
    cancel: () => {
      scope.cancel();
      onEnded({ outcome: 'canceled', reason: 'canceled before its time' });
    },
    isBusy: () => false,
    snapshot: () => ({ leftMs: leftMs() }),
    note: () => `waits until ${new Date(endMs).toISOString()}`,
  };
}

function lengthOf(...of: Parameters<typeof waitTime>): number {
  const time = waitTime(...of);
  return 'forMs' in time ? time.forMs : Math.max(1, time.untilMs - Date.now());
}
