import { isTerminal, type JobExecution } from '../contract/job.js';
import { inDetail } from './find-matches.js';
import { byCreation } from './match.js';
import type { Profile } from './profile.js';

/** What a trigger has started, as far as lists show it. */
export interface TriggeredReader {
  /**
   * Those of `rows` that the trigger started, oldest first. Rows that name no trigger are asked for by id, and so are
   * those that have ended: a list's terminal status is not believed. One that is not found by id is on its way.
   */
  among(rows: readonly JobExecution[], signal: AbortSignal): Promise<readonly JobExecution[]>;
}

/** Reads for one act; what it has asked by id it does not ask again. */
export function createTriggeredReader(profile: Profile, triggerId: string): TriggeredReader {
  const asked = new Map<string, JobExecution>();
  const shown = async (
    row: JobExecution,
    signal: AbortSignal,
  ): Promise<JobExecution | undefined> => {
    if (row.triggerId !== undefined && row.triggerId !== triggerId) return undefined;
    if (row.triggerId !== undefined && !isTerminal(row.status)) return row;
    const before = asked.get(row.jobExecutionId);
    const isEnough = before !== undefined && before.status === row.status;
    const whole = isEnough ? before : await inDetail(profile, row, signal);
    if (whole !== undefined) asked.set(row.jobExecutionId, whole);
    return whole?.triggerId === triggerId ? whole : undefined;
  };
  return {
    async among(rows, signal) {
      const found: JobExecution[] = [];
      for (const row of rows) {
        const whole = await shown(row, signal);
        if (whole !== undefined) found.push(whole);
      }
      return found.sort(byCreation);
    },
  };
}
