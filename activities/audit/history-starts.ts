import type { AwaitInput, ReconcileResult, SubmitInput } from '../../contract/activities.js';
import type { ClosedWorkflow, OpenPost } from '../../contract/audit.js';
import { isFailureType } from '../../contract/failures.js';
import type { JobExecution } from '../../contract/job.js';
import type { RemotePermit } from '../../contract/remote-activities.js';
import { isRunKey } from '../../contract/run-key.js';
import type { HistoryEvent, Payloads } from '../history-events.js';

/** Decodes the first of some payloads; undefined if there is none. */
export type Decode = (payloads: Payloads) => Promise<unknown>;

export interface HistoryStarts extends Pick<ClosedWorkflow, 'started' | 'openPosts'> {
  /** Executions whose wait or stop is pending at the end of the history. */
  readonly awaited: readonly string[];
}

/** Value of the enum TimeoutType of Temporal's API, which our dependencies do not export. */
const SCHEDULE_TO_START = 2;
const MAX_OPEN_POSTS = 100;
const WAITS = ['dataflowAwaitExecution', 'dataflowStopExecution'];

/**
 * What the events of a workflow prove about the executions that it started. A POST is open unless the history shows its
 * execution, or proves that it started none.
 */
export async function readStarts(
  events: readonly HistoryEvent[],
  decode: Decode,
): Promise<HistoryStarts> {
  const reader = new StartsReader(decode);
  for (const event of events) await reader.read(event);
  return reader.result(timeMs(events.at(-1)));
}

class StartsReader {
  readonly #decode: Decode;
  readonly #started = new Set<string>();
  readonly #posts = new Map<number, OpenPost>();
  /** When each start of a remote workflow was scheduled. */
  readonly #remotePosts = new Map<number, number>();
  /** Types of the activities by their events. */
  readonly #types = new Map<number, string>();
  readonly #waits = new Map<number, string>();
  readonly #nodeJobs = new Set<string>();

  constructor(decode: Decode) {
    this.#decode = decode;
  }

  async read(event: HistoryEvent): Promise<void> {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const id = Number(event.eventId);
      this.#types.set(id, scheduled.activityType?.name ?? '');
      await this.#readScheduled(id, scheduled.input?.payloads, timeMs(event));
      return;
    }
    const id = scheduledEventId(event);
    if (id === undefined) return;
    this.#waits.delete(id);
    const completed = event.activityTaskCompletedEventAttributes;
    if (completed) {
      await this.#readCompleted(id, completed.result?.payloads);
    } else if (provesNoStart(event)) {
      this.#posts.delete(id);
      this.#remotePosts.delete(id);
    }
  }

  /** @param endMs time of the last event: an open POST was made before */
  result(endMs: number): HistoryStarts {
    const ofRemote = [...this.#remotePosts.values()].flatMap((sinceMs) =>
      [...this.#nodeJobs].map((jobId): OpenPost => ({ jobId, runKeys: [], sinceMs })),
    );
    const ofJobs = [...this.#posts.values()].map((post) => ({ ...post, untilMs: endMs }));
    return {
      started: [...this.#started],
      openPosts: [...ofJobs, ...ofRemote].slice(-MAX_OPEN_POSTS),
      awaited: [...this.#waits.values()],
    };
  }

  async #readScheduled(id: number, payloads: Payloads, atMs: number): Promise<void> {
    const type = this.#types.get(id) ?? '';
    if (type === 'dataflowExecuteJob') {
      const input = (await this.#decode(payloads)) as SubmitInput;
      if (input.postNothing !== true) this.#posts.set(id, openPost(input, atMs));
    } else if (type === 'dataflowStartRemoteWorkflow') {
      this.#remotePosts.set(id, atMs);
    } else if (WAITS.includes(type)) {
      const { executionId } = (await this.#decode(payloads)) as AwaitInput;
      this.#waits.set(id, executionId);
    }
  }

  async #readCompleted(id: number, payloads: Payloads): Promise<void> {
    const type = this.#types.get(id);
    if (type === 'dataflowExecuteJob' && this.#posts.delete(id)) {
      const { jobExecutionId } = (await this.#decode(payloads)) as JobExecution;
      this.#started.add(jobExecutionId);
    } else if (type === 'dataflowReconcileSubmission') {
      const result = (await this.#decode(payloads)) as Partial<ReconcileResult>;
      if (result.exactMatch === true)
        for (const { jobExecutionId } of result.matches ?? []) this.#started.add(jobExecutionId);
    } else if (type === 'dataflowPrepareRemoteWorkflow') {
      const { nodes = [] } = (await this.#decode(payloads)) as Partial<RemotePermit>;
      for (const { jobId } of nodes) this.#nodeJobs.add(jobId);
    }
  }
}

const openPost = ({ jobId, jobCondition }: SubmitInput, sinceMs: number): OpenPost => ({
  jobId,
  runKeys: Object.values(jobCondition?.parameters ?? {}).filter(isRunKey),
  sinceMs,
});

function scheduledEventId(event: HistoryEvent): number | undefined {
  const ended =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  return ended ? Number(ended.scheduledEventId) : undefined;
}

/** As `readSubmitEnd` of a run decides: what is not a failure of the package proves nothing. */
function provesNoStart(event: HistoryEvent): boolean {
  const timeout = event.activityTaskTimedOutEventAttributes?.failure?.timeoutFailureInfo;
  if (timeout) return (timeout.timeoutType as unknown) === SCHEDULE_TO_START;
  const type =
    event.activityTaskFailedEventAttributes?.failure?.applicationFailureInfo?.type ?? undefined;
  return type !== undefined && isFailureType(type) && type !== 'DataFlowSubmissionUnknown';
}

function timeMs(event: HistoryEvent | undefined): number {
  const { seconds = 0, nanos = 0 } = event?.eventTime ?? {};
  return Number(seconds) * 1_000 + Math.floor((nanos ?? 0) / 1_000_000);
}
