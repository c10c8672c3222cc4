import { patched, workflowInfo } from '@temporalio/workflow';
import type { DataFlowActivities } from '../../contract/activities.js';
import { currentActivation, isCurrent, pending } from './activation.js';
import { workflowState } from './workflow-state.js';

export const LOCAL_PREPARE = 'dataflowPrepareSubmission' satisfies keyof DataFlowActivities;

/** The activities of this package that are tried as local ones. */
export type LocalName =
  | typeof LOCAL_PREPARE
  | Extract<
      keyof DataFlowActivities,
      'dataflowEnterGroup' | 'dataflowLeaveGroup' | 'dataflowAnswerGroup'
    >;
const LOCAL: ReadonlySet<string> = new Set<LocalName>([
  LOCAL_PREPARE,
  'dataflowEnterGroup',
  'dataflowLeaveGroup',
  'dataflowAnswerGroup',
]);
export const isLocalOfOurs = (activity: string): boolean => LOCAL.has(activity);

interface LocalActivities {
  /** A local activity was impossible once: the worker lacks the activity, or its bundle lacks our interceptors. */
  areOff: boolean;
  /** Number of local activities that this package has asked for. */
  asked: number;
  /** Ends with the local activity of this package that is under way. */
  ours: Promise<void> | undefined;
  /** Number of local activities of the user that are under way. */
  others: number;
}

const localActivities = workflowState<LocalActivities>(() => ({
  areOff: false,
  asked: 0,
  ours: undefined,
  others: 0,
}));

/** Result of an attempt to run a local activity: `skipped`, and nothing was scheduled. */
type Locally<Value> = { readonly value: Value } | 'skipped';

/** What the SDK keeps for each workflow execution (`@temporalio/workflow`, internals). */
const sdk = globalThis as {
  readonly __TEMPORAL_ACTIVATOR__?: { readonly registeredActivityNames?: ReadonlySet<string> };
};

/** Checked before the SDK is called: when it refuses, it has used a sequence number that a replay would not use. */
const isRegistered = (name: string): boolean =>
  sdk.__TEMPORAL_ACTIVATOR__?.registeredActivityNames?.has(name) === true;

/**
 * Runs a local activity, one at a time in a workflow. The SDK (1.24) delivers the results of two that overlapped
 * together when it replays, and one after the other when it does not. Commands that follow from them could then change
 * their order. So ours does not begin while one of the user is under way, and those of the user wait for ours.
 *
 * Whether the worker has the activity, and our interceptors in its bundle, is known only outside of a replay. If it
 * lacks one of them, that is written to the history as a patch, so that a replay decides alike. From then on the
 * workflow tries no local activity.
 * @throws what the local activity fails with
 */
export async function tryLocally<Value>(
  name: LocalName,
  act: () => Promise<Value>,
): Promise<Locally<Value>> {
  const own = localActivities();
  if (own.areOff || own.ours !== undefined) return 'skipped';
  own.asked += 1;
  const isImpossible =
    workflowInfo().unsafe.isReplaying ||
    !(isRegistered(name) && currentActivation().isGuarded && own.others === 0);
  own.areOff =
    isImpossible && patched(`temporal-ncloud-dataflow: local activity ${own.asked} is impossible`);
  if (own.areOff) return 'skipped';
  let end = (): void => undefined;
  own.ours = new Promise((resolve) => {
    end = resolve;
  });
  try {
    return { value: await act() };
  } finally {
    own.ours = undefined;
    end();
  }
}

/** For an interceptor: schedules a local activity that is not ours. */
export function scheduleOthers<Result>(schedule: () => Promise<Result>): Promise<Result> {
  const own = localActivities();
  const activation = currentActivation();
  own.others += 1;
  const result =
    own.ours === undefined
      ? schedule()
      : own.ours.then(() => (isCurrent(activation) ? schedule() : pending<Result>()));
  const ended = (): void => {
    own.others -= 1;
  };
  result.then(ended, ended);
  return result;
}
