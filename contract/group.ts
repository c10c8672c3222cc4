import { type Duration, durationMs } from './durations.js';
import { MAX_GROUP_PRIORITY, MAX_GROUP_WEIGHT } from './group-member.js';
import type { Packed } from './pipeline-run.js';
import type { Options, Rule, Shape } from './validate.js';

/** Groups of runs that share a limit across workflows. Plain JSON: other SDKs send and receive the same. */

/** Most members that wait for one group; a further one is refused. */
export const MAX_GROUP_QUEUE = 10_000;
const MAX_GROUP_LIMIT = 1_000;
/** How often a gate checks its holders. */
export const DEFAULT_GROUP_CHECK_MS = 30_000;
const MIN_GROUP_CHECK_MS = 500;

/** Common prefix of the workflow ids of all gates. */
const PREFIX = 'dataflow-group/';

/** Workflow id of the gate of a group. */
export const groupWorkflowId = (group: string): string => `${PREFIX}${group}`;

/** A run that waits for a group, or holds a part of its limit. */
export interface GroupMember {
  /** Unique; a later entry of the same run is another one. */
  readonly entry: string;
  readonly workflowId: string;
  /** The run of that workflow that entered. */
  readonly runId: string;
  /** Part of the limit that it takes. A weight above the limit counts as the limit. @default 1 */
  readonly weight?: number;
  /** A member with a higher one is granted first. @default 0 */
  readonly priority?: number;
  /** Job that it submits. @default it submits none: it holds its slot until it leaves or its workflow has closed */
  readonly jobId?: string;
  /** @default 'default' */
  readonly profile?: string;
}

/** Input of the signal `dataflowEnterGroup`. */
export interface EnterGroup extends GroupMember {
  /** Place of an earlier entry of this run, which `replaces` names; it keeps its place in the queue. */
  readonly place?: number;
  readonly replaces?: string;
}

/** Input of the signal `dataflowLeaveGroup`. */
export interface LeaveGroup {
  readonly entry: string;
  /** It is proven that nothing of it runs. False: the gate finds out, and frees the slot then. */
  readonly hasEnded: boolean;
}

/**
 * Input of the signal `dataflowGroupAnswer` from the gate to a workflow. `granted`: the member may submit. `unset`: the
 * group has no limit yet, it waits. `refused`: the queue is full.
 */
export interface GroupAnswer {
  readonly group: string;
  readonly entry: string;
  readonly answer: 'granted' | 'unset' | 'refused';
  /** Place in the order of requests. */
  readonly place?: number;
}

/** Input of the signal `dataflowSetGroup`. */
export interface GroupSettings {
  /** Weight that runs at once. 0: nothing starts. */
  readonly limit: number;
  /** Executions of the group's jobs that were started otherwise count too. @default false */
  readonly countExternal?: boolean;
  /** Time between two checks of the holders. @default '30s' */
  readonly checkInterval?: Duration;
}

/** What a check of a holder or of a member that waits found. */
export type GroupFinding =
  /** Its workflow run is open. */
  | { readonly kind: 'open'; readonly executionIds?: readonly string[] }
  /** Its workflow run has closed, and nothing of it runs: that is proven. */
  | { readonly kind: 'ended' }
  /** It has left or closed, and these executions of it, or that may be of it, have not ended. */
  | { readonly kind: 'running'; readonly executionIds: readonly string[] }
  /** It has left or closed, and it is not known yet whether something of it runs. */
  | { readonly kind: 'unknown'; readonly why: string };

/** A member that holds a part of the limit. */
export interface GroupHolder extends GroupMember {
  readonly place: number;
  readonly enteredMs: number;
  readonly grantedMs: number;
  /** It has left without a proof that nothing of it runs. */
  readonly hasLeft?: true;
  /** Since when it is not known whether something of it runs; the clock of the gate. */
  readonly unknownSinceMs?: number;
  /** What the latest check found. */
  readonly found?: Exclude<GroupFinding, { readonly kind: 'ended' }>;
}

/** A member that waits. */
export interface GroupWaiter extends GroupMember {
  readonly place: number;
  readonly enteredMs: number;
}

/** State of a gate. Crosses continue-as-new. */
export interface GroupState {
  readonly settings?: GroupSettings;
  readonly nextPlace: number;
  /** In the order in which they are granted. */
  readonly queue: readonly GroupWaiter[];
  readonly holders: readonly GroupHolder[];
  /** Jobs of its members, the newest last. */
  readonly jobs: readonly GroupJob[];
  /** External executions that the last check counted. */
  readonly external: number;
}

export interface GroupJob {
  readonly jobId: string;
  readonly profile?: string;
}

/** Input of the workflow `dataflowGroup`. */
export interface GroupRequest {
  readonly group: string;
  /** Set by the workflow itself when it continues as new. */
  readonly state?: GroupState | Packed;
  /** Run id of a gate that was closed by somebody: its state is taken over. */
  readonly takesOver?: string;
  /** Events after which it continues as new. @default when the server suggests it */
  readonly continueAfterEvents?: number;
}

/** Input of the query `dataflowGroupView`. */
export interface GroupQuery {
  /** Entries whose places in the queue are asked for. */
  readonly entries?: readonly string[];
}

/** Answer of the query `dataflowGroupView`. */
export interface GroupView {
  readonly group: string;
  readonly limit?: number;
  readonly countExternal: boolean;
  readonly checkIntervalMs: number;
  /** Weight of the holders. */
  readonly used: number;
  readonly external: number;
  readonly queued: number;
  /** The first 100. */
  readonly holders: readonly GroupHolder[];
  /** The first 100, in the order in which they are granted. */
  readonly queue: readonly GroupWaiter[];
  /** Number in the queue of each entry that was asked for; the first is 1. */
  readonly places: Readonly<Record<string, number>>;
  /** Error of the latest check. */
  readonly lastError?: string;
}

const TEXT = { kind: 'string', maxLength: 1_000 } as const;

const ENTER = {
  entry: TEXT,
  workflowId: TEXT,
  runId: TEXT,
  weight: { kind: 'integer', min: 1, max: MAX_GROUP_WEIGHT, default: 1 },
  priority: { kind: 'integer', min: -MAX_GROUP_PRIORITY, max: MAX_GROUP_PRIORITY, default: 0 },
  jobId: { ...TEXT, unset: 'it submits no job' },
  profile: { ...TEXT, unset: 'default' },
  place: { kind: 'number', min: 0, unset: 'a new place' },
  replaces: { ...TEXT, unset: 'nothing' },
} as const satisfies Shape<EnterGroup>;

const LEAVE = {
  entry: TEXT,
  hasEnded: { kind: 'boolean' },
} as const satisfies Shape<LeaveGroup>;

const ANSWER = {
  group: TEXT,
  entry: TEXT,
  answer: { kind: 'choice', choices: { granted: '', unset: '', refused: '' } },
  place: { kind: 'number', min: 0, unset: 'it waits' },
} as const satisfies Shape<GroupAnswer>;

/** Settings of a group; flags of `dataflow group set` are made from it. */
export const GROUP_SETTINGS = {
  limit: {
    kind: 'integer',
    min: 0,
    max: MAX_GROUP_LIMIT,
    about: 'Weight that runs at once; 0 starts nothing.',
    flag: '--limit <number>',
  },
  countExternal: {
    kind: 'boolean',
    default: false,
    about: 'Executions of its jobs that were started otherwise (console, trigger) count too.',
    flag: '--count-external',
  },
  checkInterval: {
    kind: 'custom',
    must: 'must be a duration from 500ms to 30s',
    isFit: (value: unknown) => {
      const ms = durationMs(value) ?? 0;
      return ms >= MIN_GROUP_CHECK_MS && ms <= DEFAULT_GROUP_CHECK_MS;
    },
    default: '30s',
    about:
      'Time between two checks of who holds it: a slot whose workflow was terminated is free after one.',
    flag: '--check-interval <duration>',
  },
} as const satisfies Options<GroupSettings>;

const open = (options: Shape<never>): Rule => ({ kind: 'object', isOpen: true, options });
export const GROUP_SIGNAL_RULES = {
  enter: open(ENTER as Shape<never>),
  leave: open(LEAVE as Shape<never>),
  answer: open(ANSWER as Shape<never>),
  set: { kind: 'object', options: GROUP_SETTINGS, example: '{ limit: 8 }' },
} as const satisfies Record<string, Rule>;

/** Entry of a run in a group: the run that entered, and what that run calls the entry. */
export const groupEntry = (runId: string, ticket: string): string => `${runId}/${ticket}`;
export const ticketOf = (entry: string): string => entry.slice(entry.indexOf('/') + 1);
/** Whether the run of this id made the entry. Another run must enter again before it submits. */
export const isEntryOf = (entry: string, runId: string): boolean => entry.startsWith(`${runId}/`);

/** A member whose workflow a check looks for. */
export interface CheckedMember extends GroupMember {
  /** It waits: only whether its workflow is open is asked. */
  readonly isWaiting?: true;
  readonly hasLeft?: true;
  /** How long it has not been known whether something of it runs. */
  readonly unknownForMs?: number;
  /** Executions of it that an earlier check found. */
  readonly executionIds?: readonly string[];
}

/** Activities of groups, implemented in activities/. */
export interface GroupActivities {
  /** Asks a gate for a place; starts the gate if there is none. */
  readonly dataflowEnterGroup: (input: EnterGroupInput) => Promise<{ readonly entry: string }>;
  readonly dataflowLeaveGroup: (input: LeaveGroup & GateRef) => Promise<void>;
  /** Sends answers of a gate to workflows; returns the entries whose workflow is not open. */
  readonly dataflowAnswerGroup: (input: AnswerGroupInput) => Promise<readonly string[]>;
  /** Finds which holders have closed, and whether the service shows that their executions have ended. */
  readonly dataflowCheckGroup: (input: CheckGroupInput) => Promise<CheckGroupResult>;
  /** State of a gate that has closed; null if it is not kept any more. */
  readonly dataflowReadGroup: (
    input: Required<Pick<GroupRequest, 'group' | 'takesOver'>>,
  ) => Promise<ClosedGate | null>;
}

/** What a gate that has closed leaves. */
export interface ClosedGate {
  /** Absent: nothing was known yet. */
  readonly state?: GroupState;
  /** Signals that are no part of the state yet, in their order. */
  readonly signals: readonly GateSignal[];
}

/** A signal to a gate; its input is checked by the gate. */
export interface GateSignal {
  readonly kind: 'enter' | 'leave' | 'set';
  readonly input: unknown;
}

export interface GateRef {
  readonly group: string;
  /** Task queue of a gate that has to be started. */
  readonly taskQueue: string;
}

export interface EnterGroupInput
  extends GateRef, Omit<EnterGroup, 'entry' | 'workflowId' | 'runId'> {
  /** Unique among the entries of the run. */
  readonly ticket: string;
}

export interface AnswerGroupInput {
  readonly answers: readonly (GroupAnswer & { readonly workflowId: string })[];
}

export interface CheckGroupInput {
  readonly group: string;
  readonly members: readonly CheckedMember[];
  /** Count executions of these jobs that no member has started. */
  readonly jobs?: readonly GroupJob[];
  /** For the metrics. */
  readonly queued: number;
  readonly used: number;
  /** How long its metrics are valid. */
  readonly validMs: number;
}

export interface CheckGroupResult {
  /** By entry. Absent: it could not be found out. */
  readonly findings: Readonly<Record<string, GroupFinding>>;
  /** External executions; absent: not asked for, or not found out. */
  readonly external?: number;
  readonly lastError?: string;
}
