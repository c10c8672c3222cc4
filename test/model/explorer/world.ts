import type { ReconcileResult, MatchCriteria, Permit } from '../../../contract/activities.js';
import type { JobExecution } from '../../../contract/job.js';
import { runKeyOf } from '../../../contract/run-key.js';
import { DEFAULT_TIMINGS, type Timings } from '../../../contract/timings.js';
import type {
  JobSubmitContext,
  JobSubmitState,
} from '../../../workflows/job-run/job-submission.js';
import {
  EMPTY_RECORD,
  isOutcomeUnknown,
  type MustEnd,
} from '../../../workflows/job-run/submit-state.js';

/** The world of explorer.test.ts: submissions of one job, their POSTs, and the executions of the service. */
export interface World {
  readonly settings: Settings;
  /**
   * Ticks since the beginning. Decisions depend on differences of times only, so states that differ only in this are
   * equal.
   */
  readonly now: number;
  readonly runs: readonly Run[];
  /** Submits that are scheduled, at a worker, or in the network. */
  readonly posts: readonly Post[];
  /** In the order of their creation. */
  readonly executions: readonly Execution[];
  readonly left: Bounds;
  /** Breach in the last step. */
  readonly wrong?: string;
}

/** How often each event may still happen. */
export interface Bounds {
  /** Permits that may be used. After that the next prepare fails for ever, as if the job was deleted. */
  readonly submits: number;
  /** A workflow is reset to right after one of its prepares. */
  readonly resets: number;
  /** A run is cancelled, or its runTimeout passes. */
  readonly cancels: number;
  /** Another user starts the job, with equal run settings and without a run key. */
  readonly foreign: number;
  /** An operator resets the submit activity, which is then delivered again. */
  readonly redeliveries: number;
  /** A listing leaves out a row, and is known to be incomplete. */
  readonly incomplete: number;
  /** The gateway answers 429. */
  readonly throttled: number;
  /** A workflow is started again after its run ended. */
  readonly reruns: number;
}

export interface Settings {
  /** How a submission recognises its execution. */
  readonly match: 'likeness' | 'runKey' | 'exclusive';
  /** Both submissions are runs of one workflow: they share claims and the job lock. */
  readonly isOneWorkflow: boolean;
  readonly onAmbiguous: 'fail' | 'hold';
  /** Whether the gateway refuses old signatures. If not, no sender freezes for longer than T after its check. */
  readonly checksAge: boolean;
  /** X, T, L and V in ticks. L: acceptance until the execution is listed. */
  readonly ticks: {
    readonly X: number;
    readonly T: number;
    readonly L: number;
    readonly V: number;
  };
  readonly bounds: Bounds;
  /** The rule that is left out. */
  readonly without?: Rule;
}

/** Rules of docs/submit-protocol.md that can be left out. */
export const RULES = {
  permitInHistory: 'rule 1: a permit is in the history before a POST leaves under it',
  permitTime: 'rule 1: a POST leaves only within X of its baseline',
  backdating: 'rule 2: a POST is signed as of B0 + X + T − V, not as of its sending',
  refusalIsFinal: 'rule 2: a POST that was refused with 401 is not signed again',
  silenceProvesNothing: 'rule 3: without an answer the outcome is unknown',
  unknownAddsUp: 'rule 3: "not sent" of one POST says nothing of another',
  oneDelivery: 'rule 3: a second delivery of a submit posts nothing',
  permitOfThisRun: 'rule 3: the permit of another workflow run is not used',
  untakenIsProof: 'rule 3: a submit that no worker was given is not reconciled',
  reconcileLasts: 'rule 4: reconciling lasts X + T + L',
  completeListing: 'rule 4: "none" needs a complete listing',
  completeBaseline: 'rule 5: what an incomplete baseline did not show may be older',
  decidedAtTheEnd: 'rule 5: a likeness is adopted at the end of reconciling',
  oneMatch: 'rule 5: several matches by likeness are ambiguous',
  keyDecides: 'rule 5: with a run key only the key decides',
  exactStop: 'rules 6 and 8: a cancel adopts, and stops, only an exact match',
  cancelAwaitsPost: 'rule 8: a cancel awaits the submit that is under way',
  cancelAfterReset:
    'rule 8: a cancel after a reset reconciles what the earlier run may have posted',
  jobLock:
    'rule 9: runs of one job in one workflow, without a run key, take turns from prepare to execution id',
  claims: 'rule 9: what one submission has claimed the others never match',
  othersUnknown:
    'rule 9: no match is exact while another run of the workflow has an unknown outcome',
} as const;
export type Rule = keyof typeof RULES;

export const keeps = ({ settings }: Pick<World, 'settings'>, rule: Rule): boolean =>
  settings.without !== rule;

/** A submission, and the workflow run that performs it. */
export interface Run {
  readonly key: string;
  readonly runId: string;
  readonly state: JobSubmitState;
  readonly doing: Doing;
  readonly mustEnd: MustEnd | undefined;
  /** The states right after each prepare, to which the workflow can be reset. */
  readonly kept: readonly JobSubmitState[];
  /** A worker was given one of its submits, or an earlier run of the workflow may have had one. */
  readonly mayHaveLeft: boolean;
  /** It had to end before it adopted its execution. */
  readonly isAdoptedLate: boolean;
}

/** What a run awaits. */
export type Doing =
  | { readonly kind: 'lock' }
  | { readonly kind: 'prepare'; readonly criteria?: MatchCriteria; readonly read?: Permit }
  | { readonly kind: 'submit' }
  | {
      readonly kind: 'reconcile';
      readonly endsAt: number;
      readonly criteria: MatchCriteria;
      readonly read?: ReconcileResult;
    }
  | { readonly kind: 'resolution' }
  | { readonly kind: 'end' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'nothing' };

/** One delivery of a submit. */
export interface Post {
  readonly by: number;
  /** The workflow run that scheduled it. */
  readonly runId: string;
  readonly permit: Permit;
  readonly scheduledAt: number;
  readonly isRedelivered: boolean;
  /**
   * Temporal still awaits it. A delivery that is no longer awaited may be frozen, cut off or in the network, and
   * continues at any time.
   */
  readonly isAwaited: boolean;
  readonly stage:
    'scheduled' | 'given' | 'checked' | 'sent' | 'accepted' | 'unauthorized' | 'throttled';
  /** When its permit was checked, if that limits its arrival. */
  readonly checkedAt?: number;
  readonly signedAt?: number;
  readonly executionId?: string;
}

export interface Execution {
  readonly id: string;
  /** Key of the submission whose POST created it, or `foreign`. */
  readonly owner: string;
  readonly createdAt: number;
  readonly isListed: boolean;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELED';
}

const NO_BOUNDS: Bounds = {
  ...{ submits: 3, resets: 0, cancels: 0, foreign: 0 },
  ...{ redeliveries: 0, incomplete: 0, throttled: 0, reruns: 0 },
};

const SMALL: Settings = {
  match: 'likeness',
  isOneWorkflow: false,
  onAmbiguous: 'fail',
  checksAge: true,
  ticks: { X: 1, T: 1, L: 1, V: 3 },
  bounds: NO_BOUNDS,
};

type Change = Partial<Omit<Settings, 'bounds'>> & { readonly bounds?: Partial<Bounds> };

export const settingsOf = ({ bounds, ...change }: Change): Settings => ({
  ...SMALL,
  ...change,
  bounds: { ...NO_BOUNDS, ...bounds },
});

/** Two submissions of a job that ran once long ago. */
export function initialWorld(settings: Settings): World {
  const old = {
    id: 'e0',
    owner: 'foreign',
    createdAt: 0,
    isListed: true,
    status: 'COMPLETED',
  } as const;
  return {
    settings,
    now: 0,
    runs: [
      newRun('a', { kind: 'prepare' }),
      newRun('b', { kind: hasLock({ settings }) ? 'lock' : 'prepare' }),
    ],
    posts: [],
    executions: [old],
    left: settings.bounds,
  };
}

export const newRun = (key: string, doing: Doing): Run => ({
  key,
  runId: `${key}0`,
  state: { kind: 'ready', record: EMPTY_RECORD },
  doing,
  mustEnd: undefined,
  kept: [],
  mayHaveLeft: false,
  isAdoptedLate: false,
});

export const PARAMETER = 'RUN_KEY';

export const planOf = ({ match, onAmbiguous }: Settings): JobSubmitContext['plan'] => ({
  jobId: 'job',
  onBusy: 'fail',
  onAmbiguous,
  runKeyParameter: match === 'runKey' ? PARAMETER : undefined,
  exclusive: match === 'exclusive',
});

export const timingsOf = ({ ticks: { X, T, L, V } }: Settings): Timings => ({
  ...DEFAULT_TIMINGS,
  ...{ permitTtlMs: X, submitTimeoutMs: T, maxListingDelayMs: L, maxSignatureAgeMs: V },
});

/** An execution as the service shows it. */
export const shown = (
  { settings: { match } }: World,
  { id, owner, createdAt, status }: Execution,
): JobExecution => ({
  jobExecutionId: id,
  jobId: 'job',
  status,
  type: 'JOB',
  createdDate: new Date(createdAt).toISOString(),
  jobCondition:
    match === 'runKey' && owner !== 'foreign'
      ? { parameters: { [PARAMETER]: runKeyOf(owner) } }
      : {},
});

export const adoptedBy = ({ state }: Run): string | undefined =>
  state.kind === 'accepted' ? state.accepted.execution.jobExecutionId : undefined;

/** Executions that other submissions of the workflow of a run have claimed. */
export const claimedBeside = (world: World, { key }: Run): readonly string[] =>
  world.settings.isOneWorkflow && keeps(world, 'claims')
    ? world.runs.flatMap((run) => (run.key === key ? [] : (adoptedBy(run) ?? [])))
    : [];

export const isAnotherUnknown = (world: World, { key }: Run): boolean =>
  world.settings.isOneWorkflow &&
  keeps(world, 'othersUnknown') &&
  world.runs.some((run) => run.key !== key && isOutcomeUnknown(run.state));

/** Whether submissions wait for each other: those with a run key do not. */
export const hasLock = (world: Pick<World, 'settings'>): boolean =>
  world.settings.isOneWorkflow && world.settings.match !== 'runKey' && keeps(world, 'jobLock');

/** Whether a delivery that is no longer awaited can still post. */
export function canStillAct(world: World, post: Post): boolean {
  const { ticks, checksAge } = world.settings;
  if (post.isAwaited || !keeps(world, 'refusalIsFinal') || !keeps(world, 'backdating')) return true;
  const ends = (post.permit.baselineMs ?? 0) + ticks.X;
  if (post.stage === 'given' && keeps(world, 'permitTime')) return world.now < ends;
  if (checksAge) return world.now <= ends + ticks.T;
  return post.stage === 'given' || world.now <= (post.checkedAt ?? 0) + ticks.T;
}

export const isFinal = ({ runs }: World): boolean =>
  runs.every(({ doing }) => doing.kind === 'nothing');

/** The broken promise of docs/submit-protocol.md, "What holds, and when". */
export function breachOf(world: World): string | undefined {
  const { runs, executions, settings, wrong } = world;
  if (wrong !== undefined) return wrong;
  for (const run of runs) {
    const { key, state } = run;
    const ours = executions.filter(({ owner }) => owner === key);
    if (ours.length > 1)
      return `${ours.map(({ id }) => id).join(' and ')} are both of submission ${key}`;
    const adopted = executions.find(({ id }) => id === adoptedBy(run));
    if (state.kind === 'accepted' && adopted !== undefined && adopted.owner !== key) {
      const what = `${key} adopted ${adopted.id}, which is ${adopted.owner}'s`;
      if (state.accepted.exactMatch) return `${what}, as an exact match`;
      if (!run.mayHaveLeft) return `${what}, though no POST of ${key} can have left`;
      const isShared = runs.some((one) => one.key !== key && adoptedBy(one) === adopted.id);
      if (settings.isOneWorkflow && isShared) return `${what}, and which that one has`;
    }
    const unnamed = ours.find(({ id, status }) => status === 'RUNNING' && !isNamed(run, id));
    if (unnamed === undefined) continue;
    if (run.doing.kind === 'nothing')
      return `${key} has ended, and nobody knows of its ${unnamed.id}`;
    if (state.kind === 'ready')
      return `${key} believes that nothing was started, and its ${unnamed.id} was`;
  }
  return undefined;
}

/** Whether the end of a run names an execution, or reports an unknown one. */
const isNamed = (run: Run, id: string): boolean =>
  isOutcomeUnknown(run.state) || adoptedBy(run) === id || run.state.record.duplicates.includes(id);

export const withRun = (world: World, at: number, change: Partial<Run>): World => ({
  ...world,
  runs: world.runs.map((run, index) => (index === at ? { ...run, ...change } : run)),
});
export const withPost = (world: World, post: Post, change: Partial<Post> | 'over'): World => ({
  ...world,
  posts: world.posts.flatMap((one) => {
    if (one !== post) return [one];
    return change === 'over' ? [] : [{ ...one, ...change }];
  }),
});
export const withExecution = (world: World, id: string, change: Partial<Execution>): World => ({
  ...world,
  executions: world.executions.map((one) => (one.id === id ? { ...one, ...change } : one)),
});
export const spend = (world: World, what: keyof Bounds): World => ({
  ...world,
  left: { ...world.left, [what]: world.left[what] - 1 },
});
