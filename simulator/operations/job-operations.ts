import { toJobDetail, toJobRow } from '../job-view.js';
import { ok, problem } from '../outcome.js';
import { withJob, type Operation } from './operation.js';
import { pageOf } from './page.js';

/** Values of the filter `status`, documented until 2026-08. */
const FILTER_STATUSES = [
  'RUNNABLE',
  'RUNNING',
  'DELETED',
  'UNKNOWN',
  'DRAFT',
  'STOPPED',
  'EDITING',
];

/** `name` matches parts of names. A valid `status` is ignored: the current pages do not have it. */
export const getJobs: Operation = (state, { query, now }) => {
  const part = query.get('name') ?? '';
  const status = query.get('status');
  if (status !== null && !FILTER_STATUSES.includes(status)) {
    return problem('bad-parameter', `status: must be one of ${FILTER_STATUSES.join(', ')}`);
  }
  const jobs = [...state.jobs.values()].filter(({ name }) => name.includes(part));
  const view = (job: (typeof jobs)[number]): unknown => toJobRow(state, job, now);
  return pageOf(jobs, query, state.switches, view, 1);
};

export const getJobById: Operation = (state, call) =>
  withJob(state, call, (job) => ok(toJobDetail(state, job, call.now)));
