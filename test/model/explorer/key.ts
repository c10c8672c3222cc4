import type { Matches, Permit } from '../../../contract/activities.js';
import type { Baseline } from '../../../contract/baseline.js';
import type { JobExecution } from '../../../contract/job.js';
import type { JobSubmitState } from '../../../workflows/job-run/job-submission.js';
import { isOutcomeUnknown, type SubmitRecord } from '../../../workflows/job-run/submit-state.js';
import {
  adoptedBy,
  type Doing,
  type Execution,
  keeps,
  type Post,
  type Run,
  type World,
} from './world.js';

/**
 * Equal for worlds with the same future. Only differences of times count, up to the longest time that anything waits
 * for, and the first two submissions may be exchanged.
 */
export function keyOf(world: World): string {
  const runs = world.runs.map((run) => keyOfRun(world, run));
  const posts = world.posts.map((post) => [post.by, keyOfPost(world, post)] as const);
  const executions = world.executions.map((one) => {
    return [
      world.runs.findIndex(({ key }) => key === one.owner),
      keyOfExecution(world, one),
    ] as const;
  });
  const [first = '', second = '', ...rest] = runs;
  const inOrder = (isSwapped: boolean): string => {
    const rank = (index: number): number =>
      isSwapped && (index === 0 || index === 1) ? 1 - index : index;
    const ofPosts = posts.map(([by, text]) => `${rank(by)}${text}`).sort();
    const ofExecutions = executions.map(([owner, text]) => `${rank(owner)}${text}`);
    const ofRuns = isSwapped ? [second, first, ...rest] : runs;
    return `${ofRuns.join(';')}#${ofPosts.join(';')}#${ofExecutions.join(';')}`;
  };
  const [straight, swapped] = [inOrder(false), inOrder(true)];
  return `${straight < swapped ? straight : swapped}#${Object.values(world.left).join('.')}`;
}

function age({ now, settings: { ticks } }: World, since: number | undefined): string {
  if (since === undefined) return '';
  const longest = Math.max(ticks.X + ticks.T + ticks.L, ticks.V) + 1;
  return String(Math.min(now - since, longest));
}

const ids = (executions: readonly JobExecution[]): string => {
  let text = '';
  for (const { jobExecutionId } of executions) text += jobExecutionId;
  return text;
};

const keyOfBaseline = ({ knownIds, incomplete }: Baseline): string =>
  knownIds.join('') + (incomplete === true ? '?' : '');

const keyOfPermit = (world: World, permit: Permit, runId: string | undefined): string =>
  age(world, permit.baselineMs) + keyOfBaseline(permit) + (permit.runId === runId ? '' : '!');

const keyOfMatches = ({ matches, possible }: Matches): string => `${ids(matches)}?${ids(possible)}`;

/** The properties of a record that decisions read. */
function keyOfRecord({ now }: World, record: SubmitRecord): string {
  const { first, sent, posts, untilMs, wasEverUnknown, rejectedInRow, notOurs, duplicates } =
    record;
  const baseline = first === undefined ? '' : keyOfBaseline(first);
  const rejected =
    rejectedInRow === undefined
      ? ''
      : rejectedInRow.type.slice(8, 11) + String(rejectedInRow.count);
  const flags = (sent.length > 0 ? 's' : '') + (posts > 0 ? 'p' : '') + (wasEverUnknown ? 'u' : '');
  return `${baseline},${flags}${Math.max(0, untilMs - now)},${rejected},${notOurs.join('')},${duplicates.join('')}`;
}

function keyOfState(world: World, state: JobSubmitState, runId: string): string {
  const text = state.kind.slice(0, 2) + keyOfRecord(world, state.record);
  switch (state.kind) {
    case 'accepted': {
      const { execution, exactMatch } = state.accepted;
      return `${text}=${execution.jobExecutionId}${exactMatch ? '!' : ''}`;
    }
    case 'ambiguous':
      return text + state.candidates.join('');
    case 'permitted':
    case 'submitting':
      return text + keyOfPermit(world, state.permit, runId);
    case 'ready':
    case 'atCapacity':
    case 'outcomeUnknown':
    case 'failed':
      return text;
  }
}

/** A permit of an earlier run is never used, so its age does not count. */
function keyOfKept(world: World, state: JobSubmitState): string {
  const isAged = state.kind === 'permitted' && !keeps(world, 'permitOfThisRun');
  const permit = isAged ? age(world, state.permit.baselineMs) : '';
  return `${keyOfRecord(world, state.record)}${permit}`;
}

function keyOfDoing(world: World, doing: Doing, runId: string): string {
  switch (doing.kind) {
    case 'prepare': {
      const read =
        doing.read && keyOfPermit(world, doing.read, runId) + keyOfMatches(doing.read.found);
      return `p${doing.criteria?.claimedIds.join('') ?? '-'}${read ?? ''}`;
    }
    case 'reconcile': {
      const read =
        doing.read && keyOfMatches(doing.read) + (doing.read.incomplete === true ? '!' : '');
      const left = Math.max(0, doing.endsAt - world.now);
      return `r${left}${doing.criteria.claimedIds.join('')}${doing.criteria.exclusive ? 'x' : ''}|${read ?? '-'}`;
    }
    default:
      return doing.kind;
  }
}

function keyOfRun(world: World, run: Run): string {
  const { runId, state, kept, mustEnd, mayHaveLeft, isAdoptedLate, doing } = run;
  const flags = `/${mustEnd?.[0] ?? ''}${mayHaveLeft ? 'l' : ''}${isAdoptedLate ? 'L' : ''}/`;
  let text = flags;
  if (world.left.resets > 0) for (const one of kept) text += `+${keyOfKept(world, one)}`;
  if (doing.kind !== 'nothing')
    return keyOfDoing(world, doing, runId) + keyOfState(world, state, runId) + text;
  // After the end only the report counts.
  const isExact = state.kind === 'accepted' && state.accepted.exactMatch;
  const named = isOutcomeUnknown(state) ? '?' : (adoptedBy(run) ?? '-');
  return named + (isExact ? '!' : '') + state.record.duplicates.join('') + text;
}

function keyOfPost(world: World, post: Post): string {
  const {
    stage,
    scheduledAt,
    checkedAt,
    signedAt,
    isRedelivered,
    isAwaited,
    permit,
    runId,
    executionId = '',
  } = post;
  const scheduled = stage === 'scheduled' ? scheduledAt : undefined;
  const times = `${age(world, scheduled)}.${age(world, checkedAt)}.${age(world, signedAt)}.`;
  const flags = (isRedelivered ? 'r' : '') + (isAwaited ? 'a' : '');
  return stage + times + flags + keyOfPermit(world, permit, runId) + executionId;
}

const keyOfExecution = (world: World, { id, createdAt, isListed, status }: Execution): string =>
  id + (isListed ? 'l' : age(world, createdAt)) + status;
