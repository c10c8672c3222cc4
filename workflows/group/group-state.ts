import type {
  CheckedMember,
  EnterGroup,
  GroupAnswer,
  GroupFinding,
  GroupHolder,
  GroupJob,
  GroupMember,
  GroupSettings,
  GroupState,
  GroupWaiter,
  LeaveGroup,
} from '../../contract/group.js';
import { MAX_GROUP_QUEUE } from '../../contract/group.js';

/** Jobs of its members that a group remembers, to count external executions. */
export const MAX_GROUP_JOBS = 100;

export const EMPTY_GROUP: GroupState = {
  nextPlace: 1,
  queue: [],
  holders: [],
  jobs: [],
  external: 0,
};

export type GroupEvent =
  | { readonly kind: 'set'; readonly settings: GroupSettings }
  | { readonly kind: 'enter'; readonly member: EnterGroup }
  | { readonly kind: 'leave'; readonly leave: LeaveGroup }
  /** Answers that found no open workflow. */
  | { readonly kind: 'unreachable'; readonly entries: readonly string[] }
  /** `external`: executions that no member has started; absent: they were not counted. */
  | {
      readonly kind: 'checked';
      readonly findings: Readonly<Record<string, GroupFinding>>;
      readonly external?: number;
    };

export interface GroupStep {
  readonly state: GroupState;
  readonly answers: readonly (Omit<GroupAnswer, 'group'> & { readonly workflowId: string })[];
  /** A check must be made now: somebody left without proof, or external executions decide. */
  readonly mustCheck: boolean;
}

/** The state of a gate after an event, and what to answer. Pure. */
export function advanceGroup(before: GroupState, event: GroupEvent, nowMs: number): GroupStep {
  switch (event.kind) {
    case 'set':
      return granted({ ...before, settings: event.settings }, nowMs);
    case 'enter':
      return entered(before, event.member, nowMs);
    case 'leave':
      return left(before, event.leave, nowMs);
    case 'unreachable':
      return granted(suspected(before, event.entries), nowMs);
    case 'checked': {
      const state = withFindings(before, event.findings, nowMs);
      const { external } = event;
      if (external === undefined) return granted(state, nowMs);
      return granted({ ...state, external }, nowMs, true);
    }
  }
}

function entered(before: GroupState, member: EnterGroup, nowMs: number): GroupStep {
  const { entry, workflowId } = member;
  const nothing: GroupStep = { state: before, answers: [], mustCheck: false };
  const held = before.holders.find((one) => one.entry === entry);
  if (held !== undefined)
    return held.hasLeft === true
      ? nothing
      : { ...nothing, answers: [{ entry, workflowId, answer: 'granted', place: held.place }] };
  if (before.queue.some((one) => one.entry === entry)) return nothing;
  const { place: givenPlace, replaces, ...rest } = member;
  const earlier = before.queue.find((one) => one.entry === replaces);
  if (earlier === undefined && before.queue.length >= MAX_GROUP_QUEUE)
    return { ...nothing, answers: [{ entry, workflowId, answer: 'refused' }] };
  const place = earlier?.place ?? givenPlace ?? before.nextPlace;
  const waiter: GroupWaiter = { ...rest, place, enteredMs: earlier?.enteredMs ?? nowMs };
  // What an earlier run of the workflow held is free only when nothing of that run is left.
  const { holders } = suspected(before, replaces === undefined ? [] : [replaces]);
  const queue = inserted(
    before.queue.filter((one) => one !== earlier),
    waiter,
  );
  const jobs = withJob(before.jobs, member);
  const nextPlace = Math.max(before.nextPlace, place + 1);
  const step = granted({ ...before, queue, holders, jobs, nextPlace }, nowMs);
  return before.settings === undefined
    ? { ...step, answers: [{ entry, workflowId, answer: 'unset' }] }
    : step;
}

function left(before: GroupState, { entry, hasEnded }: LeaveGroup, nowMs: number): GroupStep {
  const queue = before.queue.filter((one) => one.entry !== entry);
  const state = { ...before, queue };
  if (!hasEnded) return granted(suspected(state, [entry]), nowMs);
  const holders = before.holders.filter((one) => one.entry !== entry);
  return granted({ ...state, holders }, nowMs);
}

/** Holders that have left, or may have: the next check finds out whether something of them runs. */
function suspected(state: GroupState, entries: readonly string[]): GroupState {
  const isNamed = ({ entry }: GroupMember): boolean => entries.includes(entry);
  if (!state.holders.some(isNamed)) return state;
  const holders = state.holders.map((one): GroupHolder =>
    isNamed(one) ? { ...one, hasLeft: true } : one,
  );
  return { ...state, holders };
}

function withFindings(
  state: GroupState,
  findings: Readonly<Record<string, GroupFinding>>,
  nowMs: number,
): GroupState {
  const findingOf = ({ entry }: GroupMember): GroupFinding | undefined =>
    Object.hasOwn(findings, entry) ? findings[entry] : undefined;
  const queue = state.queue.filter((one) => findingOf(one)?.kind !== 'ended');
  const holders = state.holders.flatMap((one): readonly GroupHolder[] => {
    const found = findingOf(one);
    if (found === undefined) return [one];
    if (found.kind === 'ended') return [];
    const sinceMs = one.unknownSinceMs ?? (found.kind === 'unknown' ? nowMs : undefined);
    return [{ ...one, found, ...(sinceMs !== undefined && { unknownSinceMs: sinceMs }) }];
  });
  return { ...state, queue, holders };
}

/** Grants in order while there is room. With external executions only after they were counted (`isCounted`). */
function granted(before: GroupState, nowMs: number, isCounted = false): GroupStep {
  const { settings } = before;
  const mustProve = before.holders.some(
    ({ hasLeft, found }) => hasLeft === true && (found === undefined || found.kind === 'open'),
  );
  const idle = { state: before, answers: [], mustCheck: mustProve };
  if (settings === undefined) return idle;
  if (settings.countExternal === true && !isCounted) {
    const [first] = before.queue;
    return { ...idle, mustCheck: mustProve || (first !== undefined && hasRoom(before, first)) };
  }
  const queue = [...before.queue];
  const holders = [...before.holders];
  const answers: GroupStep['answers'][number][] = [];
  for (let [first] = queue; first !== undefined; [first] = queue) {
    if (!hasRoom({ ...before, holders }, first)) break;
    queue.shift();
    holders.push({ ...first, grantedMs: nowMs });
    const { entry, workflowId, place } = first;
    answers.push({ entry, workflowId, answer: 'granted', place });
  }
  return { state: { ...before, queue, holders }, answers, mustCheck: mustProve };
}

/** Part of the limit that a member takes; one that is heavier than the limit runs alone. */
const weightIn = ({ weight = 1 }: GroupMember, limit: number): number => Math.min(weight, limit);

/** Weight of the holders. */
export const usedOf = ({ holders, settings }: GroupState): number =>
  holders.reduce((sum, one) => sum + weightIn(one, settings?.limit ?? Infinity), 0);

function hasRoom(state: GroupState, member: GroupMember): boolean {
  const { settings, external } = state;
  if (settings === undefined || settings.limit === 0) return false;
  const counted = settings.countExternal === true ? external : 0;
  return usedOf(state) + counted + weightIn(member, settings.limit) <= settings.limit;
}

/** By priority, then by place. */
function inserted(queue: readonly GroupWaiter[], waiter: GroupWaiter): readonly GroupWaiter[] {
  const { priority = 0, place } = waiter;
  const isBehind = (other: GroupWaiter): boolean => {
    const otherPriority = other.priority ?? 0;
    return otherPriority < priority || (otherPriority === priority && other.place > place);
  };
  const at = queue.findIndex(isBehind);
  return at === -1 ? [...queue, waiter] : queue.toSpliced(at, 0, waiter);
}

function withJob(jobs: readonly GroupJob[], { jobId, profile }: GroupMember): readonly GroupJob[] {
  if (jobId === undefined) return jobs;
  const others = jobs.filter((one) => one.jobId !== jobId || one.profile !== profile);
  if (others.length < jobs.length && jobs.at(-1)?.jobId === jobId) return jobs;
  return [...others, { jobId, ...(profile !== undefined && { profile }) }].slice(-MAX_GROUP_JOBS);
}

/** Waiters whose workflows one check looks for: the next ones. */
const MAX_CHECKED_WAITERS = 50;

/** Members that a check looks for. */
export function membersToCheck(state: GroupState, nowMs: number): readonly CheckedMember[] {
  const holders = state.holders.map(
    ({ unknownSinceMs, found, hasLeft, ...one }): CheckedMember => ({
      ...refOf(one),
      ...(hasLeft === true && { hasLeft }),
      ...(unknownSinceMs !== undefined && { unknownForMs: nowMs - unknownSinceMs }),
      ...executionsIn(found),
    }),
  );
  const waiters = state.queue
    .slice(0, MAX_CHECKED_WAITERS)
    .map((one): CheckedMember => ({ ...refOf(one), isWaiting: true }));
  return [...holders, ...waiters];
}

const executionsIn = (found: GroupHolder['found']): Pick<CheckedMember, 'executionIds'> =>
  found === undefined || found.kind === 'unknown' || found.executionIds === undefined
    ? {}
    : { executionIds: found.executionIds };

const refOf = ({ entry, workflowId, runId, jobId, profile }: GroupMember): GroupMember => ({
  ...{ entry, workflowId, runId },
  ...(jobId !== undefined && { jobId }),
  ...(profile !== undefined && { profile }),
});
