import type { DataFlowActivities } from '../contract/activities.js';
import { listActiveExecutions } from './audit/list-active-executions.js';
import { readClosedWorkflows, readOpenWorkflows } from './audit/read-workflows.js';
import type { AsyncWaits } from './worker-waits.js';
import { awaitExecution } from './await-execution.js';
import { awaitCapacity } from './await-capacity.js';
import { checkGroup, type GroupGauges } from './check-group.js';
import { groupSignals } from './group-signals.js';
import { operationActivities } from './call-operation.js';
import { executeJob } from './execute-job.js';
import { reconcileSubmission } from './reconcile-submission.js';
import { followRemoteWorkflow } from './follow-remote-workflow.js';
import { identifyService } from './identify-service.js';
import { prepareSubmission } from './prepare-submission.js';
import { preparePipeline } from './prepare-pipeline.js';
import { prepareRemoteWorkflow } from './prepare-remote-workflow.js';
import type { FindProfile } from './profile.js';
import { startRemoteWorkflow } from './start-remote-workflow.js';
import { stopExecution } from './stop-execution.js';

/** The activities over a worker's profiles. */
export const createDataFlowActivities = (
  profiles: FindProfile,
  waits: AsyncWaits,
  gauges: GroupGauges = { show: () => undefined },
): DataFlowActivities => ({
  ...operationActivities(profiles),
  ...groupSignals,
  dataflowCheckGroup: checkGroup(profiles, gauges),
  dataflowPrepareSubmission: prepareSubmission(profiles),
  dataflowExecuteJob: executeJob(profiles),
  dataflowReconcileSubmission: reconcileSubmission(profiles),
  dataflowAwaitExecution: awaitExecution(profiles, waits),
  dataflowAwaitCapacity: awaitCapacity(profiles, waits),
  dataflowStopExecution: stopExecution(profiles),
  dataflowPreparePipeline: preparePipeline(profiles),
  dataflowIdentifyService: identifyService(profiles),
  dataflowPrepareRemoteWorkflow: prepareRemoteWorkflow(profiles),
  dataflowStartRemoteWorkflow: startRemoteWorkflow(profiles),
  dataflowFollowRemoteWorkflow: followRemoteWorkflow(profiles, waits),
  dataflowListActiveExecutions: listActiveExecutions(profiles),
  dataflowReadOpenWorkflows: readOpenWorkflows(),
  dataflowReadClosedWorkflows: readClosedWorkflows(),
});
