import type { AuditActivities, JobsCursor, ListedExecution } from '../../contract/audit.js';
import {
  dateMs,
  isTerminal,
  type JobExecution,
  type JobSummary,
  rowsOn,
} from '../../contract/job.js';
import { isRunKey } from '../../contract/run-key.js';
import { ExecutionListTooLong } from '../../polling/newest-pages.js';
import { BEAT_MS, runActivity } from '../activity-context.js';
import { notFound } from '../failure.js';
import type { FindProfile, Profile } from '../profile.js';
import { createPace, type Pace } from './pace.js';

/** Jobs on one page. */
const PAGE_SIZE = 100;
/** No account has this many pages of jobs; a service that ignores `page` would have no last one. */
const MAX_PAGES = 10_000;
/**
 * Lists are read back to this age, and a job is not read whose last execution ended longer ago: the service ends an
 * execution after a day in RUNNING at the latest.
 */
const ACTIVE_WITHIN_MS = 48 * 3_600_000;

/** Reads one page of jobs, and the active executions of each. */
export const listActiveExecutions =
  (profiles: FindProfile): AuditActivities['dataflowListActiveExecutions'] =>
  ({ profile: name, callsPerMinute, cursor }) =>
    runActivity({}, BEAT_MS, async ({ signal }) => {
      const profile = profiles(name);
      const pace = createPace(callsPerMinute, signal);
      const page = cursor?.page ?? 0;
      await pace.next();
      const { output } = await profile.client.call(
        'getJobs',
        { page, limit: PAGE_SIZE },
        { signal },
      );
      const [first] = output.list;
      const isRepeated = first === undefined || first.jobId === cursor?.firstJobId;
      if (isRepeated) return { executions: [], unreadJobs: [], calls: pace.calls };
      const executions: ListedExecution[] = [];
      const unreadJobs: string[] = [];
      const oldestMs = Date.now() - ACTIVE_WITHIN_MS;
      for (const job of output.list.filter((one) => mayHaveActive(one, oldestMs))) {
        const found = await activeOf(profile, job, oldestMs, { pace, signal });
        if (found === 'unread') unreadJobs.push(job.jobId);
        else executions.push(...found);
      }
      const held = rowsOn(output);
      const longest = Math.max(held, cursor?.longest ?? 0);
      const isLast = held < longest || page + 1 >= MAX_PAGES;
      const next: JobsCursor = { page: page + 1, longest, firstJobId: first.jobId };
      return { executions, unreadJobs, ...(!isLast && { next }), calls: pace.calls };
    });

function mayHaveActive(
  { status, lastExecutionStatus, lastExecutionDate }: JobSummary,
  oldestMs: number,
): boolean {
  const isOver = lastExecutionStatus !== undefined && isTerminal(lastExecutionStatus);
  return status === 'RUNNING' || !isOver || !(dateMs(lastExecutionDate) < oldestMs);
}

async function activeOf(
  { newest }: Profile,
  { jobId, name }: JobSummary,
  untilOlderThanMs: number,
  { pace, signal }: { readonly pace: Pace; readonly signal: AbortSignal },
): Promise<readonly ListedExecution[] | 'unread'> {
  await pace.next();
  try {
    const { rows, calls } = await newest.read(jobId, { signal, untilOlderThanMs });
    pace.made(calls - 1);
    return rows.filter(({ status }) => !isTerminal(status)).map((row) => listed(row, jobId, name));
  } catch (error) {
    if (error instanceof ExecutionListTooLong) return 'unread';
    if (notFound(error)) return []; // deleted since
    throw error;
  }
}

function listed(row: JobExecution, jobId: string, jobName: string): ListedExecution {
  const { jobExecutionId: executionId, status, createdDate, startDate, triggerId, type } = row;
  const numWorker = row.jobCondition?.numWorker ?? row.executorNum;
  const values = [row.jobCondition?.parameters, row.parsedParameters].flatMap((parameters) =>
    Object.values(parameters ?? {}),
  );
  const runKeys = [...new Set(values.filter((value): value is string => isRunKey(value)))];
  const isTriggered = triggerId !== undefined || (type !== undefined && type !== 'JOB');
  return {
    ...{ jobId, jobName, executionId, status },
    ...(createdDate !== undefined && { createdDate }),
    ...(startDate !== undefined && { startDate }),
    ...(numWorker !== undefined && { numWorker }),
    ...(runKeys.length > 0 && { runKeys }),
    ...(isTriggered && { isTriggered }),
  };
}
