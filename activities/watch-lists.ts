import { DataFlowCallError } from '../client/errors.js';
import type { ExpectedNode, FollowInput, FollowResult } from '../contract/remote-activities.js';
import { ExecutionListTooLong } from '../polling/newest-pages.js';
import { longestRestMs } from '../polling/poll-interval.js';
import { pause } from './activity-context.js';
import type { WaitContext, AttemptInfo } from './async-wait.js';
import { isKnown } from './match.js';
import type { Profile } from './profile.js';
import type { SourcesWatch } from './wait-report.js';
import { createTriggeredReader, type Triggered, type TriggeredReader } from './triggered-reader.js';

const FIRST_PAUSE_MS = 500;

const NOT_COMPLETE =
  'its list was not proven complete (rows that cannot be read, rows shown twice, or fewer rows than the count says)';

/** Least number of consecutive not-found answers after which a job counts as lost. */
const MIN_MISSING_ANSWERS = 3;

export type ListNews = Pick<FollowResult, 'seen' | 'lost'>;

interface Watching extends WaitContext {
  readonly trouble: SourcesWatch;
  readonly onCall: () => void;
}

/** Result of one read of a job's list. */
type Look =
  | { readonly kind: 'news'; readonly news: ListNews }
  | { readonly kind: 'nothing'; readonly leftMs: number }
  | { readonly kind: 'failed'; readonly message: string; readonly retryAfterMs: number };

/**
 * Lists the expected jobs until one of them shows something new or is lost. A list that fails is read again later;
 * the other lists are still read.
 */
export async function watchLists(
  profile: Profile,
  input: FollowInput,
  watching: Watching,
): Promise<ListNews> {
  const { expected } = input;
  const { signal, setHeartbeatDetails, trouble } = watching;
  const reader = createTriggeredReader(profile, input.triggerId);
  const missing = createMissing(profile.timings.maxListingDelayMs);
  const scheduledMs = performance.now() - sinceScheduledMs(watching.info);
  const subjects = expected.map(({ settlesInMs, ...node }) => {
    const settlesAtMs = settlesInMs === undefined ? undefined : scheduledMs + settlesInMs;
    return { node, settlesAtMs, reader, missing, watching };
  });
  const longestMs = Math.max(FIRST_PAUSE_MS, longestRestMs(profile.timings));
  let pauseMs = Math.max(FIRST_PAUSE_MS, profile.timings.minPollMs);
  while (expected.length > 0) {
    const looks = await Promise.all(subjects.map((subject) => look(profile, subject)));
    const news = looks.flatMap((one) => (one.kind === 'news' ? [one.news] : []));
    if (news.length > 0) {
      return { seen: news.flatMap(({ seen }) => seen), lost: news.flatMap(({ lost }) => lost) };
    }
    for (const [index, one] of looks.entries()) {
      const jobId = expected[index]?.jobId ?? '';
      trouble.saw(jobId, one.kind === 'failed' ? `job ${jobId}: ${one.message}` : undefined);
    }
    const failed = looks.find((one) => one.kind === 'failed');
    if (failed !== undefined) {
      setHeartbeatDetails({
        expected: expected.map(({ jobId }) => jobId),
        lastError: failed.message,
      });
    }
    const left = looks.map((one) => (one.kind === 'nothing' ? one.leftMs : pauseMs));
    await pause(Math.max(Math.min(pauseMs, ...left), failed?.retryAfterMs ?? 0), signal);
    pauseMs = Math.min(pauseMs * 2, longestMs);
  }
  return { seen: [], lost: [] };
}

interface Subject {
  readonly node: ExpectedNode;
  /** By the monotonic clock of this process. A listing that begins later settles the node; undefined: none does. */
  readonly settlesAtMs: number | undefined;
  readonly reader: TriggeredReader;
  readonly missing: Missing;
  readonly watching: Watching;
}

async function look(profile: Profile, subject: Subject): Promise<Look> {
  const { missing, node, watching } = subject;
  try {
    const read = await readList(profile, subject);
    missing.answered(node.jobId);
    return read;
  } catch (error) {
    const isCall = error instanceof DataFlowCallError;
    if (watching.signal.aborted || !(isCall || error instanceof ExecutionListTooLong)) throw error;
    const { message } = error;
    if (isCall && error.failure !== 'DataFlowNotFound') {
      missing.answered(node.jobId);
      const retryAfterMs = error.retryAfterMs ?? 0;
      return { kind: 'failed', message, retryAfterMs };
    }
    return missing.isLost(node.jobId)
      ? { kind: 'news', news: { seen: [], lost: [{ jobId: node.jobId, message }] } }
      : { kind: 'failed', message, retryAfterMs: 0 };
  }
}

async function readList(
  { newest, timings }: Profile,
  { node, settlesAtMs = Infinity, reader, watching: { signal, onCall } }: Subject,
): Promise<Look> {
  const { jobId, knownSinceMs, seenIds } = node;
  const begunMs = performance.now();
  const { rows, complete } = await newest.read(jobId, {
    untilOlderThanMs: knownSinceMs ?? -Infinity,
    prove: begunMs >= settlesAtMs,
    priority: 'watch',
    signal,
    onCall,
  });
  const fresh = rows.filter((row) => !isKnown(row, node));
  const { executions, possible } = whoseAre(await reader.among(fresh, signal), node);
  const possibleIds = possible.map(({ jobExecutionId }) => jobExecutionId);
  // For an execution that may be the node's, maxListingDelayMs more are allowed until it shows whether it is.
  const untilMs = settlesAtMs + (possible.length > 0 ? timings.maxListingDelayMs : 0);
  const settled = complete && begunMs >= untilMs;
  const isNews = executions.some(({ jobExecutionId }) => !seenIds.includes(jobExecutionId));
  if (!settled && !isNews && begunMs >= untilMs) {
    return { kind: 'failed', message: `job ${jobId}: ${NOT_COMPLETE}`, retryAfterMs: 0 };
  }
  return settled || isNews
    ? { kind: 'news', news: { seen: [{ jobId, executions, possibleIds, settled }], lost: [] } }
    : { kind: 'nothing', leftMs: Math.max(untilMs - performance.now(), FIRST_PAUSE_MS) };
}

/** After an incomplete baseline, an execution that is not in it may still be older than the run. */
const whoseAre = ({ started, possible }: Triggered, { incomplete }: ExpectedNode) =>
  incomplete === true
    ? { executions: [], possible: [...started, ...possible] }
    : { executions: started, possible };

/** From the scheduling of the activity to that of this attempt, both by Temporal's clock. */
const sinceScheduledMs = ({
  scheduledTimestampMs,
  currentAttemptScheduledTimestampMs,
}: Pick<AttemptInfo, 'scheduledTimestampMs' | 'currentAttemptScheduledTimestampMs'>): number =>
  Math.max(0, currentAttemptScheduledTimestampMs - scheduledTimestampMs);

/** Counts consecutive not-found answers for each job. */
interface Missing {
  answered(jobId: string): void;
  /** Records a not-found answer. Returns whether this has lasted too long to be a lag. */
  isLost(jobId: string): boolean;
}

function createMissing(patienceMs: number): Missing {
  const seen = new Map<string, { readonly sinceMs: number; readonly count: number }>();
  return {
    answered: (jobId) => void seen.delete(jobId),
    isLost: (jobId) => {
      const nowMs = performance.now();
      const { sinceMs, count } = seen.get(jobId) ?? { sinceMs: nowMs, count: 0 };
      seen.set(jobId, { sinceMs, count: count + 1 });
      return count + 1 >= MIN_MISSING_ANSWERS && nowMs - sinceMs > patienceMs;
    },
  };
}
