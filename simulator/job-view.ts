import { shownStatus } from './execution-view.js';
import {
  maxConcurrentRuns,
  scaled,
  shownExecutions,
  type JobRecord,
  type ServiceState,
} from './service-state.js';
import { toWireDate } from './wire-date.js';

/** A row of getJobs. Its last execution may be out of date (switch lastExecutionLagMs). */
export function toJobRow(
  state: ServiceState,
  job: JobRecord,
  now: number,
): Readonly<Record<string, unknown>> {
  return {
    jobId: job.jobId,
    name: job.name,
    type: job.type,
    status: job.status,
    ...lastExecution(state, job, now - scaled(state, state.switches.lastExecutionLagMs)),
    ...dates(state, job),
    resourceId: job.jobId,
    disabled: false,
  };
}

/** Answer of getJobById. Always up to date. */
export function toJobDetail(
  state: ServiceState,
  job: JobRecord,
  now: number,
): Readonly<Record<string, unknown>> {
  return {
    jobId: job.jobId,
    name: job.name,
    type: job.type,
    status: job.status,
    maxConcurrentRuns: maxConcurrentRuns(state, job),
    ...lastExecution(state, job, now),
    nodes: job.nodes,
    ...(job.condition !== null && { [state.switches.detailName]: job.condition }),
    ...dates(state, job),
  };
}

/** The one that was created last. The documentation does not define it. */
function lastExecution(state: ServiceState, job: JobRecord, at: number): object {
  const last = shownExecutions(job, at).at(-1);
  return last === undefined
    ? {}
    : {
        lastExecutionStatus: shownStatus(state, last, at),
        lastExecutionDate: toWireDate(last.createdAt, state.switches.dateStyle),
      };
}

function dates(state: ServiceState, job: JobRecord): object {
  const { dateStyle } = state.switches;
  return {
    createdDate: toWireDate(job.createdAt, dateStyle),
    updatedDate: toWireDate(job.updatedAt, dateStyle),
  };
}
