import type {
  ExpectedNode,
  FollowInput,
  FollowResult,
  RunningNode,
  SeenNode,
} from '../contract/remote-activities.js';
import type { JobExecution } from '../contract/job.js';
import { DataFlowCallError } from '../client/errors.js';
import { type Act, act, pause, residentBeatMs } from './act.js';
import { isKnown } from './match.js';
import { measureClock } from './measure-clock.js';
import type { FindProfile, Profile } from './profile.js';
import { createTriggeredReader, type TriggeredReader } from './triggered-reader.js';
import { isPermanent } from './failure.js';

const FIRST_PAUSE_MS = 500;

/**
 * Waits until the jobs of a run show something new: the end of an execution, one that had not been seen, or a node
 * that is settled. What runs is waited for in the process's status hub; only jobs whose execution is not sure are
 * listed, ever more rarely.
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
  const { serviceClock } = profile.client;
  await measureClock(profile, { workflowId: input.workflowId }, current.signal);
  const over = new AbortController();
  const signal = AbortSignal.any([current.signal, over.signal]);
  const ended: JobExecution[] = [];
  const seen: SeenNode[] = [];
  let statusCalls = 0;
  const waits = input.running.map(async (node) => {
    const result = await awaitEnd(profile, node, { ...current, signal });
    ended.push(result.execution);
    statusCalls += result.calls;
  });
  const onCall = (): void => {
    statusCalls += 1;
  };
  const lists = watchLists(profile, input, { ...current, signal, onCall }).then((nodes) => {
    seen.push(...nodes);
  });
  try {
    await Promise.race([...waits, ...(input.expected.length > 0 ? [lists] : [])]);
  } finally {
    over.abort(new Error('there is something new'));
    await Promise.allSettled([...waits, lists]);
  }
  return { seen, ended, serviceMs: Math.ceil(serviceClock.latestMs()), statusCalls };
}

function awaitEnd(
  { hub }: Profile,
  { jobId, executionId, createdDate }: RunningNode,
  { signal, remember }: Act,
): ReturnType<Profile['hub']['wait']> {
  const createdMs = Date.parse(createdDate ?? '');
  const target = { jobId, executionId, ...(!Number.isNaN(createdMs) && { createdMs }) };
  return hub.wait(target, {
    signal,
    onStatus: ({ execution, lastError }) => {
      remember({ executionId, status: execution?.status, lastError: lastError?.message });
    },
  });
}

interface Watching extends Act {
  readonly onCall: () => void;
}

/** Lists the expected jobs until one of them shows something new. A list that fails is read again later. */
async function watchLists(
  profile: Profile,
  { expected, triggerId }: FollowInput,
  { signal, remember, onCall }: Watching,
): Promise<readonly SeenNode[]> {
  const reader = createTriggeredReader(profile, triggerId);
  const longestMs = Math.max(FIRST_PAUSE_MS, profile.timings.maxPollMs);
  let pauseMs = Math.max(FIRST_PAUSE_MS, profile.timings.minPollMs);
  while (expected.length > 0) {
    let waitMs = pauseMs;
    try {
      const seen = await Promise.all(
        expected.map((node) => lookAt(profile, reader, node, { signal, onCall })),
      );
      const news = seen.filter((node) => node !== undefined);
      if (news.length > 0) return news;
      waitMs = Math.min(pauseMs, untilDue(expected, profile.client.serviceClock.earliestMs()));
    } catch (error) {
      if (signal.aborted || !(error instanceof DataFlowCallError) || isPermanent(error))
        throw error;
      remember({ expected: expected.map(({ jobId }) => jobId), lastError: error.message });
      waitMs = Math.max(pauseMs, error.retryAfterMs ?? 0);
    }
    await pause(waitMs, signal);
    pauseMs = Math.min(pauseMs * 2, longestMs);
  }
  return [];
}

/** Milliseconds until the next node can be settled; what is due already is looked at again soon. */
const untilDue = (expected: readonly ExpectedNode[], nowMs: number): number =>
  Math.min(
    ...expected.map(({ dueMs }) =>
      dueMs === undefined ? Infinity : Math.max(dueMs - nowMs, FIRST_PAUSE_MS),
    ),
  );

/** What a job's list shows of a node; undefined when that is nothing new. */
async function lookAt(
  { newest, client }: Profile,
  reader: TriggeredReader,
  { jobId, seenIds, dueMs, ...known }: ExpectedNode,
  options: Pick<Watching, 'signal' | 'onCall'>,
): Promise<SeenNode | undefined> {
  const begunMs = client.serviceClock.earliestMs();
  const untilOlderThanMs = known.knownSinceMs ?? -Infinity;
  const reading = { ...options, untilOlderThanMs, urgency: 'watch' } as const;
  const { rows, complete } = await newest.read(jobId, reading);
  const fresh = rows.filter((row) => !isKnown(row, known));
  const executions = await reader.among(fresh, options.signal);
  const settled = complete && dueMs !== undefined && begunMs >= dueMs;
  const isNews = executions.some(({ jobExecutionId }) => !seenIds.includes(jobExecutionId));
  return settled || isNews ? { jobId, executions, settled } : undefined;
}
