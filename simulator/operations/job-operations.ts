import { toJobDetail, toJobRow } from '../job-view.js';
import { ok } from '../outcome.js';
import { notFound, type Operation } from './operation.js';
import { pageOf } from './page.js';

/** `name` filters by part; `status` is ignored, as it is gone from the current pages. */
export const getJobs: Operation = (state, { query, now }) => {
  const part = query.get('name') ?? '';
  const jobs = [...state.jobs.values()].filter(({ name }) => name.includes(part));
  return pageOf(jobs, query, state.switches, (job) => toJobRow(state, job, now));
};

export const getJobById: Operation = (state, { params, now }) => {
  const jobId = params.get('jobId') ?? '';
  const job = state.jobs.get(jobId);
  return job === undefined ? notFound('JOB', 'jobId', jobId) : ok(toJobDetail(state, job, now));
};
