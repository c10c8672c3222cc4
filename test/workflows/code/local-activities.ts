import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import { runJob } from '../../../workflow.js';

export interface UsersActivities {
  slow(ms: number): Promise<void>;
  note(what: string): Promise<void>;
}

const local = proxyLocalActivities<UsersActivities>({ startToCloseTimeout: '20s' });
const regular = proxyActivities<UsersActivities>({ startToCloseTimeout: '20s' });

/** Microtasks: more than a run needs before its first activity. */
const LONGER_THAN_OURS = 1_000;

/** A run and a local activity of the user: the activity begins before the run, or with it. */
export async function besideOthers(first: 'theirs' | 'ours'): Promise<void> {
  const theirs = async (turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await local.slow(700);
    await regular.note('theirs');
  };
  const ours = async (): Promise<void> => {
    await runJob({ jobId: 'jobA' });
  };
  await Promise.all([theirs(first === 'theirs' ? 0 : LONGER_THAN_OURS), ours()]);
}
