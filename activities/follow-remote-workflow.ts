import type {
  FollowInput,
  FollowResult,
  LostNode,
  RunningNode,
} from '../contract/remote-activities.js';
import { DataFlowCallError } from '../client/errors.js';
import type { JobExecution } from '../contract/job.js';
import type { WaitResult } from '../polling/hub.js';
import { type Act, act, residentBeatMs } from './act.js';
import type { FindProfile, Profile } from './profile.js';
import { isPermanent } from './failure.js';
import { type ListNews, watchLists } from './watch-lists.js';

/**
 * Waits until the jobs of a run show something new: the end of an execution, one that had not been seen, a node that
 * is settled, or one that cannot be followed any more. What runs is waited for in the process's status hub; only jobs
 * whose execution is not sure are listed, ever more rarely. No answer about one job ends the wait for the others.
 */
export const followRemoteWorkflow =
  (profiles: FindProfile) =>
  (input: FollowInput): Promise<FollowResult> => {
    const about = { workflowId: input.workflowId, triggerId: input.triggerId };
    const fn = (current: Act): Promise<FollowResult> =>
      follow(profiles(input.profile), input, current);
    return act(about, residentBeatMs(), fn, { retries: 'all-but-permanent' });
  };

async function follow(profile: Profile, input: FollowInput, current: Act): Promise<FollowResult> {
  const over = new AbortController();
  const signal = AbortSignal.any([current.signal, over.signal]);
  const ended: JobExecution[] = [];
  const lost: LostNode[] = [];
  const listed: ListNews[] = [];
  let statusCalls = 0;
  const waits = input.running.map(async (node) => {
    const end = await awaitEnd(profile, node, { ...current, signal });
    if ('message' in end) {
      lost.push(end);
      return;
    }
    ended.push(end.execution);
    statusCalls += end.calls;
  });
  const onCall = (): void => {
    statusCalls += 1;
  };
  const lists = watchLists(profile, input, { ...current, signal, onCall }).then((news) => {
    listed.push(news);
  });
  try {
    await Promise.race([...waits, ...(input.expected.length > 0 ? [lists] : [])]);
  } finally {
    over.abort(new Error('there is something new'));
    await Promise.allSettled([...waits, lists]);
  }
  return {
    seen: listed.flatMap((news) => news.seen),
    ended,
    lost: [...lost, ...listed.flatMap((news) => news.lost)],
    statusCalls,
  };
}

/** The end of an execution, or why it cannot be followed any more. */
async function awaitEnd(
  { hub }: Profile,
  { jobId, executionId, createdDate }: RunningNode,
  { signal, remember }: Act,
): Promise<WaitResult | LostNode> {
  const createdMs = Date.parse(createdDate ?? '');
  const target = { jobId, executionId, ...(!Number.isNaN(createdMs) && { createdMs }) };
  try {
    return await hub.wait(target, {
      signal,
      onStatus: ({ execution, lastError }) => {
        remember({ executionId, status: execution?.status, lastError: lastError?.message });
      },
    });
  } catch (error) {
    if (!(error instanceof DataFlowCallError && isPermanent(error))) throw error;
    return { jobId, message: error.message };
  }
}
