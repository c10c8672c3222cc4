import type { DataFlowActivities } from '../contract/activities.js';
import { awaitExecution } from './await-execution.js';
import { awaitFree } from './await-free.js';
import { operationActivities } from './call-operation.js';
import { executeJob } from './execute-job.js';
import { findSubmission } from './find-submission.js';
import { followRemoteWorkflow } from './follow-remote-workflow.js';
import { identifyService } from './identify-service.js';
import { prepareExecution } from './prepare-execution.js';
import { preparePipeline } from './prepare-pipeline.js';
import { prepareRemoteWorkflow } from './prepare-remote-workflow.js';
import type { FindProfile } from './profile.js';
import { startRemoteWorkflow } from './start-remote-workflow.js';
import { stopExecution } from './stop-execution.js';

/** The activities over a worker's profiles. */
export const createDataFlowActivities = (profiles: FindProfile): DataFlowActivities => ({
  ...operationActivities(profiles),
  dataflowPrepareExecution: prepareExecution(profiles),
  dataflowExecuteJob: executeJob(profiles),
  dataflowFindSubmission: findSubmission(profiles),
  dataflowAwaitExecution: awaitExecution(profiles),
  dataflowAwaitFree: awaitFree(profiles),
  dataflowStopExecution: stopExecution(profiles),
  dataflowPreparePipeline: preparePipeline(profiles),
  dataflowIdentifyService: identifyService(profiles),
  dataflowPrepareRemoteWorkflow: prepareRemoteWorkflow(profiles),
  dataflowStartRemoteWorkflow: startRemoteWorkflow(profiles),
  dataflowFollowRemoteWorkflow: followRemoteWorkflow(profiles),
});
