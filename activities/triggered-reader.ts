import { isTerminal, type JobExecution } from '../contract/job.js';
import { inDetail } from './find-matches.js';
import { byCreation } from './match.js';
import type { Profile } from './profile.js';

/** Executions of lists that a trigger started. */
export interface Triggered {
  /** Oldest first. Their terminal statuses are confirmed by id. */
  readonly started: readonly JobExecution[];
  /** The trigger may have started them: the service does not show what did. */
  readonly possible: readonly JobExecution[];
}

export interface TriggeredReader {
  /**
   * Rows without a trigger are read by id. So are rows that have ended, because the terminal status of a list is not
   * reliable. A row that is not found by id exists all the same.
   */
  among(rows: readonly JobExecution[], signal: AbortSignal): Promise<Triggered>;
}

type Origin = 'trigger' | 'other' | 'not shown';

/**
 * What started an execution. The id of another trigger and the type JOB prove that this trigger did not. Without both
 * nothing is proven (types: NOTES §3, getJobExecutionById).
 */
export function startOrigin({ triggerId = '', type }: JobExecution, ours: string): Origin {
  if (triggerId !== '') return triggerId === ours ? 'trigger' : 'other';
  return type === 'JOB' ? 'other' : 'not shown';
}

/** For one activity. Reads each execution by id once for each status. */
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
      // One execution that names the trigger proves that the service shows triggers. Then an execution without one
      // was started otherwise.
      const possible = started.length > 0 ? unreadable : [...unreadable, ...untold];
      return { started: started.sort(byCreation), possible: possible.sort(byCreation) };
    },
  };
}
