import { isTerminal, type JobExecution } from '../contract/job.js';
import { inDetail } from './find-matches.js';
import { byCreation } from './match.js';
import type { Profile } from './profile.js';

/** What lists show of the executions that a trigger started. */
export interface Triggered {
  /** The trigger started them; oldest first. Their terminal statuses are confirmed by id. */
  readonly started: readonly JobExecution[];
  /** The trigger may have started them: the service does not show by what they were started. */
  readonly possible: readonly JobExecution[];
}

/** Tells which rows of lists a trigger has started. */
export interface TriggeredReader {
  /**
   * Rows that name no trigger are read by id, and so are those that have ended: a list's terminal status is not
   * believed. A row that is listed and not found by id exists all the same.
   */
  among(rows: readonly JobExecution[], signal: AbortSignal): Promise<Triggered>;
}

type Origin = 'trigger' | 'other' | 'not shown';

/**
 * By what an execution was started. Another trigger's id and the type JOB prove that it was not this trigger; showing
 * neither proves nothing (type JOB or WORKFLOW: NOTES §3, getJobExecutionById).
 */
export function startOrigin({ triggerId = '', type }: JobExecution, ours: string): Origin {
  if (triggerId !== '') return triggerId === ours ? 'trigger' : 'other';
  return type === 'JOB' ? 'other' : 'not shown';
}

/** Reader for one activity; each execution is read by id once. */
export function createTriggeredReader(profile: Profile, triggerId: string): TriggeredReader {
  const asked = new Map<string, JobExecution>();
  const inFull = async (
    row: JobExecution,
    signal: AbortSignal,
  ): Promise<JobExecution | undefined> => {
    const before = asked.get(row.jobExecutionId);
    const isEnough = before !== undefined && before.status === row.status;
    const whole = isEnough ? before : await inDetail(profile, row, signal);
    if (whole !== undefined) asked.set(row.jobExecutionId, whole);
    return whole;
  };
  return {
    async among(rows, signal) {
      const started: JobExecution[] = [];
      const unreadable: JobExecution[] = [];
      const untold: JobExecution[] = [];
      for (const row of rows) {
        const hasTrigger = (row.triggerId ?? '') !== '';
        const listed = hasTrigger ? startOrigin(row, triggerId) : 'not shown';
        if (listed === 'other') continue;
        if (listed === 'trigger' && !isTerminal(row.status)) {
          started.push(row);
          continue;
        }
        const whole = await inFull(row, signal);
        if (whole === undefined) {
          if (listed === 'trigger') started.push({ ...row, status: 'UNKNOWN' });
          else unreadable.push(row);
          continue;
        }
        const origin = startOrigin(whole, triggerId);
        if (origin === 'trigger') started.push(whole);
        if (origin === 'not shown') untold.push(whole);
      }
      // One execution that names the trigger shows that the service names it: one without a name is not the trigger's.
      const possible = started.length > 0 ? unreadable : [...unreadable, ...untold];
      return { started: started.sort(byCreation), possible: possible.sort(byCreation) };
    },
  };
}
