import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import { RELEASE_SIGNAL } from '../contract/names.js';

export const releaseSignal = defineSignal(RELEASE_SIGNAL);

/**
 * Workflow `dataflowRemoteWorkflowLock`: while it is open, no other run of that workflow of the service is started in
 * this namespace, because no two open workflows have the same id. `runRemoteWorkflow` starts it as a child. It ends
 * when the parent releases it or is closed.
 */
export async function dataflowRemoteWorkflowLock(): Promise<void> {
  let isReleased = false;
  setHandler(releaseSignal, () => {
    isReleased = true;
  });
  await condition(() => isReleased);
}
