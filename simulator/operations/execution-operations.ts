import { isActive, statusAt, type ExecutionRecord } from '../execution.js';
import { toExecutionView } from '../execution-view.js';
import { ok, problem, type Outcome } from '../outcome.js';
import { type JobRecord, type ServiceState } from '../service-state.js';
import { cancelExecution } from '../start-execution.js';
import { listed } from './execution-list.js';
import { noSuchUrl, notFound, withJob, type Operation, type ServiceCall } from './operation.js';

export const getJobExecutions: Operation = (state, call) =>
  withJob(state, call, (job) => listed(state, job, call));

export const getJobExecutionById: Operation = (state, call) =>
  withExecution(state, call, (job, execution) => {
    const isHidden =
      state.switches.readyById === '404' && statusAt(execution, call.now) === 'READY';
    return isHidden
      ? notFound('JOB_EXECUTION', 'jobExecutionId', execution.executionId)
      : ok(toExecutionView(state, job, execution, call.now));
  });

export const cancelJobExecution: Operation = (state, call) => {
  if (!state.switches.cancelSupported) return noSuchUrl();
  return withExecution(state, call, (job, execution) => {
    if (!isActive(execution, call.now) && state.switches.cancelOnTerminal === 'bad-state') {
      const status = statusAt(execution, call.now);
      return problem('bad-state', `execution ${execution.executionId} is ${status}`);
    }
    const refused = readyRefusal(state, execution, call.now);
    if (refused !== undefined) return refused;
    cancelExecution(state, job, execution, call.now);
    return ok(true);
  });
};

function readyRefusal(
  { switches: { cancelOnReady } }: ServiceState,
  execution: ExecutionRecord,
  now: number,
): Outcome | undefined {
  if (cancelOnReady === 'true' || statusAt(execution, now) !== 'READY') return undefined;
  const { executionId } = execution;
  return cancelOnReady === '404'
    ? notFound('JOB_EXECUTION', 'jobExecutionId', executionId)
    : problem('bad-state', `execution ${executionId} is READY`);
}

/** An execution that is not shown yet is not found, although an answer has named its id. */
function withExecution(
  state: ServiceState,
  call: ServiceCall,
  act: (job: JobRecord, execution: ExecutionRecord) => Outcome,
): Outcome {
  const executionId = call.params.get('executionId') ?? '';
  return withJob(state, call, (job) => {
    const execution = job.executions.find((candidate) => candidate.executionId === executionId);
    return execution === undefined || execution.shownAt > call.now
      ? notFound('JOB_EXECUTION', 'jobExecutionId', executionId)
      : act(job, execution);
  });
}
