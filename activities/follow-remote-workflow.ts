import type {
  FollowInput,
  FollowResult,
  LostNode,
  RunningNode,
} from '../contract/remote-activities.js';
import { DataFlowCallError } from '../client/errors.js';
import { creationMs, type JobExecution } from '../contract/job.js';
import type { Reporting, WaitReport } from '../contract/wait-report.js';
import type { WaitResult } from '../polling/status-hub.js';
import { runWait, type WaitContext } from './async-wait.js';
import type { AsyncWaits } from './worker-waits.js';
import type { FindProfile, Profile } from './profile.js';
import { isPermanent } from '../contract/failures.js';
import { reporting, type SourcesWatch, watchSources, watchTrouble } from './wait-report.js';
import { type ListNews, watchLists } from './watch-lists.js';

/**
 * Waits until the jobs of a run show something new: the end of an execution, a new execution, a node that is settled,
 * or a node that can no longer be followed. Running executions are awaited in the status hub of the process. Only
 * jobs whose execution is uncertain are listed, with growing pauses. An answer about one job does not end the wait
 * for the others.
 */
export const followRemoteWorkflow = (profiles: FindProfile, waits: AsyncWaits) =>
  reporting((input: FollowInput & Reporting): Promise<FollowResult | WaitReport> => {
    const about = { workflowId: input.workflowId, triggerId: input.triggerId };
    const profile = profiles(input.profile);
    const fn = async (current: WaitContext): Promise<FollowResult | WaitReport> => {
      const trouble = watchTrouble(input.report, profile.timings.maxPollMs);
      try {
        return await follow(profile, input, { ...current, trouble: watchSources(trouble) });
      } finally {
        trouble.end();
      }
    };
    return runWait(waits, about, fn, { retries: 'all-but-permanent' });
  });

type Following = WaitContext & { readonly trouble: SourcesWatch };

async function follow(
  profile: Profile,
  input: FollowInput,
  current: Following,
): Promise<FollowResult | WaitReport> {
  const over = new AbortController();
  const signal = AbortSignal.any([current.signal, over.signal]);
  const ended: JobExecution[] = [];
  const lost: LostNode[] = [];
  const seen: ListNews['seen'][number][] = [];
  let statusCalls = 0;
  let report: WaitReport | undefined;
  const waits = input.running.map(async (node): Promise<undefined> => {
    const end = await awaitEnd(profile, node, { ...current, signal });
    if ('message' in end) lost.push(end);
    else {
      ended.push(end.execution);
      statusCalls += end.calls;
    }
  });
  const onCall = (): void => {
    statusCalls += 1;
  };
  const lists = watchLists(profile, input, { ...current, signal, onCall }).then((news) => {
    seen.push(...news.seen);
    lost.push(...news.lost);
    return undefined;
  });
  try {
    const listing = input.expected.length > 0 ? [lists] : [];
    report = await Promise.race([current.trouble.reported, ...waits, ...listing]);
  } finally {
    over.abort(new Error('there is something new'));
    await Promise.allSettled([...waits, lists]);
  }
  const isNews = seen.length + ended.length + lost.length > 0;
  return report !== undefined && !isNews ? report : { seen, ended, lost, statusCalls };
}

async function awaitEnd(
  { hub }: Profile,
  node: RunningNode,
  { signal, setHeartbeatDetails, trouble }: Following,
): Promise<WaitResult | LostNode> {
  const { jobId, executionId } = node;
  try {
    return await hub.wait(
      { jobId, executionId, createdMs: creationMs(node) },
      {
        signal,
        onStatus: ({ execution, lastError }) => {
          setHeartbeatDetails({
            executionId,
            status: execution?.status,
            lastError: lastError?.message,
          });
          trouble.saw(executionId, lastError && `job ${jobId}: ${lastError.message}`);
        },
      },
    );
  } catch (error) {
    if (!(error instanceof DataFlowCallError && isPermanent(error))) throw error;
    return { jobId, message: error.message };
  }
}
