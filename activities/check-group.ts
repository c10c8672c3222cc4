import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type {
  CheckedMember,
  CheckGroupInput,
  CheckGroupResult,
  GroupFinding,
  GroupJob,
} from '../contract/group.js';
import { creationMs, isTerminal, type JobExecution } from '../contract/job.js';
import { runActivity, BEAT_MS } from './activity-context.js';
import { inDetail } from './find-matches.js';
import { type EntryPosts, postsOfEntry } from './group-posts.js';
import { inTurns } from './in-turns.js';
import { datesBehindMs } from './match.js';
import type { FindProfile, Profile } from './profile.js';

/** Shows the latest check of a group in the metrics. */
export interface GroupGauges {
  show(
    group: string,
    values: { readonly queued: number; readonly used: number; readonly external: number },
    validMs: number,
  ): void;
}

/**
 * Finds which members of a group have closed, and whether the service shows that nothing of them runs. What could not be
 * read is left out: the next check asks again.
 */
export const checkGroup =
  (profiles: FindProfile, gauges: GroupGauges) =>
  (input: CheckGroupInput): Promise<CheckGroupResult> =>
    runActivity({}, BEAT_MS, async ({ signal }) => {
      const check = new GroupCheck(Context.current().client, profiles, input, signal);
      const result = await check.run();
      const { group, queued, used, validMs } = input;
      gauges.show(group, { queued, used, external: result.external ?? 0 }, validMs);
      return result;
    });

class GroupCheck {
  readonly #client: Client;
  readonly #profiles: FindProfile;
  readonly #input: CheckGroupInput;
  readonly #signal: AbortSignal;
  /** By entry: a history is read once. */
  readonly #posts = new Map<string, Promise<EntryPosts | undefined>>();

  constructor(client: Client, profiles: FindProfile, input: CheckGroupInput, signal: AbortSignal) {
    this.#client = client;
    this.#profiles = profiles;
    this.#input = input;
    this.#signal = signal;
  }

  async run(): Promise<CheckGroupResult> {
    const findings: Record<string, GroupFinding> = {};
    let lastError: string | undefined;
    const noting = async (act: () => Promise<void>): Promise<void> => {
      try {
        await act();
      } catch (error) {
        this.#signal.throwIfAborted();
        lastError ??= error instanceof Error ? error.message : String(error);
      }
    };
    await inTurns(this.#input.members, (member) =>
      noting(async () => {
        findings[member.entry] = await this.#find(member);
      }),
    );
    let external: number | undefined;
    const { jobs } = this.#input;
    if (jobs !== undefined)
      await noting(async () => {
        external = await this.#countExternal(jobs);
      });
    return {
      findings,
      ...(external !== undefined && { external }),
      ...(lastError !== undefined && { lastError }),
    };
  }

  async #find(member: CheckedMember): Promise<GroupFinding> {
    const { workflowId, runId, isWaiting, hasLeft } = member;
    // A run that waits may be continued by another one, which waits for the same entry.
    const isOpen = await this.#isOpen(workflowId, isWaiting === true ? undefined : runId);
    if (isWaiting === true) return { kind: isOpen ? 'open' : 'ended' };
    if (!isOpen || hasLeft === true) return await this.#whatRuns(member);
    if (this.#input.jobs === undefined || member.jobId === undefined) return { kind: 'open' };
    return { kind: 'open', executionIds: await this.#idsOf(member) };
  }

  async #isOpen(workflowId: string, runId: string | undefined): Promise<boolean> {
    try {
      const { status } = await this.#client.workflow.getHandle(workflowId, runId).describe();
      return status.name === 'RUNNING' || status.name === 'PAUSED';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  /** Executions that the member is known to have started. */
  async #idsOf(member: CheckedMember): Promise<readonly string[]> {
    const { executionIds = [] } = member;
    if (executionIds.length > 0) return executionIds;
    return (await this.#postsOf(member))?.executionIds ?? [];
  }

  #postsOf(member: CheckedMember): Promise<EntryPosts | undefined> {
    const known = this.#posts.get(member.entry) ?? postsOfEntry(this.#client, member);
    this.#posts.set(member.entry, known);
    return known;
  }

  /** What runs of a member that has left, or whose workflow run has closed. */
  async #whatRuns(member: CheckedMember): Promise<GroupFinding> {
    const { jobId, executionIds: known = [], unknownForMs } = member;
    if (jobId === undefined) return { kind: 'ended' };
    const profile = this.#profiles(member.profile);
    const posts = await this.#postsOf(member);
    const ids = [...new Set([...known, ...(posts?.executionIds ?? [])])];
    const running: string[] = [];
    const missing: string[] = [];
    for (const jobExecutionId of ids) {
      const execution = await inDetail(profile, { jobId, jobExecutionId }, this.#signal);
      if (execution === undefined) missing.push(jobExecutionId);
      else if (!isTerminal(execution.status)) running.push(jobExecutionId);
    }
    if (running.length > 0) return { kind: 'running', executionIds: running };
    const isClear = posts !== undefined && posts.unknown.length === 0 && missing.length === 0;
    if (isClear) return { kind: 'ended' };
    // A POST may be under way for as long as its permit lasts, and be listed later still.
    if (unknownForMs === undefined || unknownForMs < settleMs(profile, posts))
      return { kind: 'unknown', why: whyUnknown(posts, missing) };
    const candidates = await this.#candidates(
      profile,
      jobId,
      member,
      posts?.unknown ?? [undefined],
    );
    if (candidates === undefined)
      return { kind: 'unknown', why: 'the list of executions could not be read to its end' };
    return candidates.length === 0
      ? { kind: 'ended' }
      : { kind: 'running', executionIds: candidates };
  }

  /** Executions that have not ended and that a POST of the member may have started; undefined: not all were read. */
  async #candidates(
    profile: Profile,
    jobId: string,
    member: CheckedMember,
    posts: readonly (EntryPosts['unknown'][number] | undefined)[],
  ): Promise<readonly string[] | undefined> {
    if (posts.length === 0) return [];
    const sinceMs = Math.min(...posts.map((post) => post?.permit.baselineMs ?? -Infinity));
    const fromMs = sinceMs - datesBehindMs(profile.roundTripFields);
    const { rows, complete } = await profile.newest.read(jobId, {
      ...{ untilOlderThanMs: fromMs, prove: true, priority: 'watch', signal: this.#signal },
    });
    if (!complete) return undefined;
    const before = posts.map((post) => post?.group?.activeBefore ?? []);
    const others = await this.#idsOfOthers(member);
    const isPossible = (row: JobExecution): boolean =>
      !((creationMs(row) ?? Infinity) < fromMs) &&
      !before.every((ids) => ids.includes(row.jobExecutionId)) &&
      !others.has(row.jobExecutionId);
    const candidates: string[] = [];
    for (const row of rows.filter(isPossible)) {
      // A list is no proof of an end.
      const whole = isTerminal(row.status) ? await inDetail(profile, row, this.#signal) : row;
      if (!isTerminal(whole?.status ?? '')) candidates.push(row.jobExecutionId);
    }
    return candidates;
  }

  async #idsOfOthers({ entry, jobId }: CheckedMember): Promise<ReadonlySet<string>> {
    const others = this.#input.members.filter(
      (other) => other.entry !== entry && other.jobId === jobId && other.isWaiting !== true,
    );
    return new Set((await Promise.all(others.map((other) => this.#idsOf(other)))).flat());
  }

  /** Executions of the group's jobs that no member has started. */
  async #countExternal(jobs: readonly GroupJob[]): Promise<number> {
    const holders = this.#input.members.filter(
      ({ isWaiting, jobId }) => isWaiting !== true && jobId !== undefined,
    );
    let count = 0;
    await inTurns(jobs, async ({ jobId, profile: name }) => {
      const { newest } = this.#profiles(name);
      const { rows } = await newest.read(jobId, { priority: 'watch', signal: this.#signal });
      const active = rows.filter(({ status }) => !isTerminal(status));
      if (active.length === 0) return;
      // After the list, so that an execution that was started meanwhile is not counted as external.
      const ofJob = holders.filter((one) => one.jobId === jobId);
      const ids = new Set((await Promise.all(ofJob.map((one) => this.#idsOf(one)))).flat());
      count += active.filter(({ jobExecutionId }) => !ids.has(jobExecutionId)).length;
    });
    return count;
  }
}

/** Time after which a POST that was under way is listed, if it has started something. */
function settleMs({ timings: own }: Profile, posts: EntryPosts | undefined): number {
  const timings = (posts?.unknown ?? []).map(({ permit }) => permit.timings);
  const times = [own, ...timings].map(
    ({ permitTtlMs, submitTimeoutMs, maxListingDelayMs }) =>
      2 * permitTtlMs + submitTimeoutMs + maxListingDelayMs,
  );
  return Math.max(...times);
}

function whyUnknown(posts: EntryPosts | undefined, missing: readonly string[]): string {
  if (posts === undefined) return 'its history is not kept any more';
  return missing.length > 0
    ? `the service does not show ${missing.join(', ')}`
    : 'a POST was under way when its workflow closed';
}
