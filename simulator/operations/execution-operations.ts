import { isActive, statusAt, type ExecutionRecord } from '../execution.js';
import { toExecutionView } from '../execution-view.js';
import { ok, problem, type Outcome } from '../outcome.js';
import { shownExecutions, type JobRecord, type ServiceState } from '../service-state.js';
import { cancelExecution } from '../start-execution.js';
import { noSuchUrl, notFound, withJob, type Operation, type ServiceCall } from './operation.js';
import { pageOf } from './page.js';

export const getJobExecutions: Operation = (state, call) =>
  withJob(state, call, (job) =>
    pageOf(shownExecutions(job, call.now), call.query, state.switches, (execution) =>
      toExecutionView(state, job, execution, call.now),
    ),
  );

export const getJobExecutionById: Operation = (state, call) =>
  withExecution(state, call, (job, execution) =>
    ok(toExecutionView(state, job, execution, call.now)),
  );

export const cancelJobExecution: Operation = (state, call) => {
  if (!state.switches.cancelSupported) return noSuchUrl();
  return withExecution(state, call, (job, execution) => {
    if (!isActive(execution, call.now) && state.switches.cancelOnTerminal === 'bad-state') {
      const status = statusAt(execution, call.now);
      return problem('bad-state', `execution ${execution.executionId} is ${status}`);
    }
    cancelExecution(state, job, execution, call.now);
    return ok(true);
  });
};

/** An execution that is not shown yet is not found, although its id was given out. */
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
