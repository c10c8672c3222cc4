import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { durationMs } from '../contract/durations.js';
import {
  type CheckGroupResult,
  DEFAULT_GROUP_CHECK_MS,
  type GateSignal,
  type EnterGroup,
  GROUP_SIGNAL_RULES,
  type GroupQuery,
  type GroupRequest,
  type GroupSettings,
  type GroupState,
  type GroupView,
  type LeaveGroup,
} from '../contract/group.js';
import { GROUP_NAME, GROUP_NAME_RULE } from '../contract/group-member.js';
import { GROUP_SIGNALS, GROUP_STATE_QUERY, GROUP_VIEW_QUERY } from '../contract/names.js';
import { isRecord, problemsOf, problemTexts, type Rule } from '../contract/validate.js';
import { pack, unpack } from '../pipeline/packed.js';
import { answerGroup, checkGroup, readGroup } from './group/group-activities.js';
import {
  advanceGroup,
  EMPTY_GROUP,
  type GroupEvent,
  type GroupStep,
  membersToCheck,
  usedOf,
} from './group/group-state.js';
import { readable } from './pipeline-run/begin.js';
import { currentActivation, isCurrent, pending } from './runtime/activation.js';
import { invalidInput, readFailure } from './runtime/failures.js';
import { isHistoryLong } from './runtime/history-length.js';
import { nonCancellable } from './runtime/own-scope.js';
import { recordGroupWait } from './runtime/run-metrics.js';

const enterSignal = defineSignal<[EnterGroup]>(GROUP_SIGNALS.enter);
const leaveSignal = defineSignal<[LeaveGroup]>(GROUP_SIGNALS.leave);
const setSignal = defineSignal<[GroupSettings]>(GROUP_SIGNALS.set);
const viewQuery = defineQuery<GroupView, [GroupQuery?]>(GROUP_VIEW_QUERY);
const stateQuery = defineQuery<GroupState>(GROUP_STATE_QUERY);

/**
 * Workflow `dataflowGroup`: the gate of a group. Members ask for a place by signal, and are granted by signal, by
 * priority and then in the order of their requests. What a member holds is free when it leaves, or when a check finds
 * that its workflow has closed and the service shows that nothing of it runs. It never ends, and a cancel has no
 * effect. It continues as new with its state.
 */
export async function dataflowGroup(request: GroupRequest): Promise<never> {
  refuseUnfit(request);
  const state = readable('state', () => (request.state ? unpack(request.state) : EMPTY_GROUP));
  const gate = new Gate(request, state);
  setHandler(viewQuery, (query) => gate.view(query));
  setHandler(stateQuery, () => gate.state);
  setHandler(setSignal, (input) => {
    gate.take({ kind: 'set', input });
  });
  setHandler(enterSignal, (input) => {
    gate.take({ kind: 'enter', input });
  });
  setHandler(leaveSignal, (input) => {
    gate.take({ kind: 'leave', input });
  });
  await nonCancellable(() => gate.play());
  const { group, continueAfterEvents } = request;
  return await continueAsNew<typeof dataflowGroup>({
    group,
    state: pack(gate.state),
    ...(continueAfterEvents !== undefined && { continueAfterEvents }),
  });
}

/** Answers that one activity sends. */
const MAX_ANSWERS = 100;
/** Most holders and waiters in a view. */
const MAX_SHOWN = 100;

class Gate {
  state: GroupState;
  readonly #request: GroupRequest;
  /** Events that came before the state of an earlier gate was read; undefined: it is there. */
  #early: GroupEvent[] | undefined;
  #answers: GroupStep['answers'][number][] = [];
  #mustCheck = false;
  #isChecking = false;
  #isWaitingToCheck = false;
  #lastError: string | undefined;

  constructor(request: GroupRequest, state: GroupState) {
    this.#request = request;
    this.#early = request.takesOver === undefined ? undefined : [];
    this.state = state;
  }

  /** Until it can be continued. */
  async play(): Promise<void> {
    const activation = currentActivation();
    // The run before may have ended while a check was due.
    this.#mustCheck = this.#hasMembers();
    await this.#takeOver();
    for (;;) {
      if (!isCurrent(activation)) return await pending<never>();
      setCurrentDetails(this.#details());
      if (this.#answers.length > 0) await this.#send(this.#answers.splice(0, MAX_ANSWERS));
      else if (this.#isCheckDue()) void this.#check();
      else if (this.#canContinue()) return;
      else {
        this.#waitToCheck();
        await condition(() => this.#hasToAct());
      }
    }
  }

  /** Other SDKs and the Temporal CLI may send anything as input. */
  take({ kind, input }: GateSignal): void {
    const problems = problemTexts(problemsOf(GROUP_SIGNAL_RULES[kind], input), 'the input');
    if (problems.length === 0) this.dispatch(eventOf(kind, input));
    else log.warn('a signal to a group was dropped', { group: this.#request.group, problems });
  }

  dispatch(event: GroupEvent): void {
    if (this.#early !== undefined) {
      this.#early.push(event);
      return;
    }
    const now = Date.now();
    const { state, answers, mustCheck } = advanceGroup(this.state, event, now);
    for (const { enteredMs, grantedMs } of state.holders.slice(this.state.holders.length))
      recordGroupWait(this.#request.group, grantedMs - enteredMs);
    this.state = state;
    this.#answers.push(...answers);
    this.#mustCheck ||= mustCheck;
  }

  view({ entries = [] }: GroupQuery = {}): GroupView {
    const { settings, queue, holders, external } = this.state;
    const place = (entry: string): number => queue.findIndex((one) => one.entry === entry) + 1;
    const places = entries
      .slice(0, MAX_SHOWN)
      .map((entry) => [entry, place(entry)] as const)
      .filter(([, number]) => number > 0);
    return {
      group: this.#request.group,
      ...(settings !== undefined && { limit: settings.limit }),
      countExternal: settings?.countExternal === true,
      checkIntervalMs: this.#checkMs(),
      used: usedOf(this.state),
      external,
      queued: queue.length,
      holders: holders.slice(0, MAX_SHOWN),
      queue: queue.slice(0, MAX_SHOWN),
      places: Object.fromEntries(places),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
    };
  }

  #hasMembers(): boolean {
    return this.state.holders.length > 0 || this.state.queue.length > 0;
  }

  #isCheckDue(): boolean {
    return this.#mustCheck && !this.#isChecking;
  }

  #canContinue(): boolean {
    return !this.#isChecking && isHistoryLong(this.#request.continueAfterEvents);
  }

  #hasToAct(): boolean {
    const isToBeChecked = this.#hasMembers() && !this.#isWaitingToCheck;
    return this.#answers.length > 0 || this.#isCheckDue() || this.#canContinue() || isToBeChecked;
  }

  #checkMs(): number {
    return durationMs(this.state.settings?.checkInterval) ?? DEFAULT_GROUP_CHECK_MS;
  }

  /** One timer at a time, and none while nobody waits or holds. */
  #waitToCheck(): void {
    if (this.#isWaitingToCheck || !this.#hasMembers()) return;
    this.#isWaitingToCheck = true;
    const activation = currentActivation();
    void sleep(this.#checkMs()).then(() => {
      if (!isCurrent(activation)) return;
      this.#isWaitingToCheck = false;
      this.#mustCheck = true;
    });
  }

  async #send(answers: GroupStep['answers']): Promise<void> {
    const { group } = this.#request;
    const activation = currentActivation();
    const entries = await answerGroup({ answers: answers.map((one) => ({ ...one, group })) });
    if (isCurrent(activation) && entries.length > 0)
      this.dispatch({ kind: 'unreachable', entries });
  }

  async #check(): Promise<void> {
    const activation = currentActivation();
    this.#mustCheck = false;
    this.#isChecking = true;
    const { group } = this.#request;
    const { settings, jobs, queue } = this.state;
    let result: CheckGroupResult;
    try {
      result = await checkGroup({
        group,
        members: membersToCheck(this.state, Date.now()),
        ...(settings?.countExternal === true && { jobs }),
        ...{ queued: queue.length, used: usedOf(this.state), validMs: 3 * this.#checkMs() },
      });
    } catch (error) {
      result = { findings: {}, lastError: readFailure(error).message };
    }
    if (!isCurrent(activation)) return;
    this.#isChecking = false;
    this.#lastError = result.lastError;
    const { findings, external } = result;
    this.dispatch({
      ...{ kind: 'checked', findings },
      ...(external !== undefined && { external }),
    });
  }

  async #takeOver(): Promise<void> {
    const { group, takesOver } = this.#request;
    if (takesOver === undefined) return;
    const activation = currentActivation();
    const before = await readGroup({ group, takesOver });
    if (!isCurrent(activation)) return;
    if (before?.state !== undefined) this.state = before.state;
    const early = this.#early ?? [];
    this.#early = undefined;
    // Those before may have been granted, and not been told.
    for (const { entry, workflowId, place } of this.state.holders)
      this.#answers.push({ entry, workflowId, answer: 'granted', place });
    for (const signal of before?.signals ?? []) this.take(signal);
    for (const event of early) this.dispatch(event);
    this.#mustCheck = this.#hasMembers();
  }

  #details(): string {
    const { settings, holders, queue } = this.state;
    const limit = settings === undefined ? 'no limit is set' : `limit ${settings.limit}`;
    const counts = `${holders.length} hold it, ${queue.length} wait`;
    return `**group ${this.#request.group}** ${limit}; ${counts}`;
  }
}

function eventOf(kind: GateSignal['kind'], input: unknown): GroupEvent {
  switch (kind) {
    case 'set':
      return { kind, settings: input as GroupSettings };
    case 'enter':
      return { kind, member: input as EnterGroup };
    case 'leave':
      return { kind, leave: input as LeaveGroup };
  }
}

const REQUEST: Rule = {
  kind: 'object',
  isOpen: true,
  options: {
    group: { kind: 'string', pattern: GROUP_NAME, must: GROUP_NAME_RULE },
    state: { kind: 'custom', must: 'must be set by the workflow', isFit: isRecord, unset: 'none' },
    takesOver: { kind: 'string', unset: 'none' },
  },
};

/** @throws ApplicationFailure `DataFlowInvalidInput`: started by name, the input may be anything */
function refuseUnfit(request: unknown): void {
  const problems = problemTexts(problemsOf(REQUEST, request), 'the input');
  if (problems.length > 0) throw invalidInput(problems);
}
