import { expect, it } from 'vitest';
import {
  ACTIVITY_OPERATIONS,
  operationActivityName,
} from '../../../contract/operation-activities.js';
import { OPERATION_NAMES } from '../../../contract/operation-names.js';
import { DataFlowPlugin } from '../../../worker/plugin.js';

const env = { NCLOUD_ACCESS_KEY_ID: 'AKEY0123456789', NCLOUD_SECRET_ACCESS_KEY: 'secret-0123456' };
const registered = (): string[] => {
  const { activities = {} } = new DataFlowPlugin({ env }).configureWorker({ taskQueue: 'q' });
  return Object.keys(activities);
};

it('DataFlowPlugin registers an activity for every operation but executeJob', () => {
  expect(ACTIVITY_OPERATIONS).toEqual(OPERATION_NAMES.filter((name) => name !== 'executeJob'));
  expect(registered()).toEqual(
    expect.arrayContaining(ACTIVITY_OPERATIONS.map(operationActivityName)),
  );
});

it('DataFlowPlugin registers dataflowExecuteJob, which posts under a permit alone, and the acts of runs', () => {
  expect(registered()).toEqual(
    expect.arrayContaining([
      'dataflowPrepareSubmission',
      'dataflowExecuteJob',
      'dataflowReconcileSubmission',
      'dataflowAwaitExecution',
      'dataflowAwaitCapacity',
      'dataflowStopExecution',
      'dataflowIdentifyService',
      'dataflowPrepareRemoteWorkflow',
      'dataflowStartRemoteWorkflow',
      'dataflowFollowRemoteWorkflow',
    ]),
  );
});
