import {
  ActivityCancellationType,
  isCancellation,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { DataFlowActivities } from '../../contract/activities.js';
import type { GroupAnswer } from '../../contract/group.js';
import { acts, CALL_MS, LOCAL_MS, reading, type Within } from '../activities.js';
import { UNCANCELLABLE } from '../job-run/port.js';
import { currentActivation, ifCurrent } from '../runtime/activation.js';
import { cancellable } from '../runtime/cancellation.js';
import { readEnd } from '../runtime/failures.js';
import { type LOCAL_PREPARE, type LocalName, tryLocally } from '../runtime/local-activity.js';

/** Timeouts of the activities of groups. */

type GroupActivity = Exclude<LocalName, typeof LOCAL_PREPARE>;
type GroupInput<Name extends GroupActivity> = Parameters<DataFlowActivities[Name]>[0];
type GroupOutput<Name extends GroupActivity> = Awaited<ReturnType<DataFlowActivities[Name]>>;

/**
 * Signals to and from gates are sent by local activities: one event of the history instead of five, and no hop through
 * the queues of the server. If that fails or is impossible, the regular activity sends them.
 */
async function signalLocallyFirst<Name extends GroupActivity>(
  name: Name,
  input: GroupInput<Name>,
  { withinMs, summary }: Within,
): Promise<GroupOutput<Name>> {
  type Call = (input: GroupInput<Name>) => Promise<GroupOutput<Name>>;
  const activation = currentActivation();
  const regularly = acts({ ...reading({ withinMs, summary }), startToCloseTimeout: CALL_MS });
  const locally = proxyLocalActivities<Pick<DataFlowActivities, Name>>({
    scheduleToCloseTimeout: LOCAL_MS,
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary,
  })[name] as Call;
  try {
    const tried = await tryLocally(name, () => locally(input));
    if (tried !== 'skipped') return tried.value;
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
  return await ifCurrent(activation, () => (regularly[name] as Call)(input));
}

/** Longest time that a run tries to leave its group. After it the check of the gate finds that nothing of it runs. */
const LEAVE_MS = 60_000;

export const enterGroup = (
  input: Omit<GroupInput<'dataflowEnterGroup'>, 'taskQueue'>,
  within: Within,
): Promise<GroupOutput<'dataflowEnterGroup'>> => {
  const { taskQueue } = workflowInfo();
  return signalLocallyFirst('dataflowEnterGroup', { ...input, taskQueue }, within);
};

/** Never throws. */
export async function leaveGroup(
  leave: Omit<GroupInput<'dataflowLeaveGroup'>, 'taskQueue'>,
): Promise<void> {
  const { taskQueue } = workflowInfo();
  const within = { withinMs: LEAVE_MS, summary: `leave group ${leave.group}` };
  await cancellable(
    UNCANCELLABLE,
    () => signalLocallyFirst('dataflowLeaveGroup', { ...leave, taskQueue }, within),
    readEnd,
  );
}

/** Nothing awaits it: the answer of a gate is no part of a run of this workflow. */
export const leaveUnknownEntry = ({ group, entry }: GroupAnswer): void => {
  void leaveGroup({ group, entry, hasEnded: false });
};

/** Longest time of one check of a gate; the next one begins anew. */
const CHECK_MS = 120_000;

/** Repeated until they are sent: the gate waits, since the order of its answers counts. */
export const answerGroup: DataFlowActivities['dataflowAnswerGroup'] = (input) =>
  signalLocallyFirst('dataflowAnswerGroup', input, {
    withinMs: undefined,
    summary: 'answer members',
  });

export const checkGroup: DataFlowActivities['dataflowCheckGroup'] = (input) =>
  acts({
    ...reading({ withinMs: CHECK_MS, summary: 'check who holds the group' }),
    startToCloseTimeout: CHECK_MS,
  }).dataflowCheckGroup(input);

export const readGroup: DataFlowActivities['dataflowReadGroup'] = (input) =>
  acts({
    ...reading({ withinMs: undefined, summary: 'read the gate before' }),
    startToCloseTimeout: CALL_MS,
  }).dataflowReadGroup(input);
