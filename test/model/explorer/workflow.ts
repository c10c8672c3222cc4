import { notFirstDelivery } from '../../../activities/submit-under-permit.js';
import type { Permit } from '../../../contract/activities.js';
import {
  type JobSubmitContext,
  type JobSubmitEvent,
  nextJobSubmitState,
} from '../../../workflows/job-run/job-submission.js';
import { criteriaBeforePost, matchCriteria } from '../../../workflows/job-run/match-criteria.js';
import type { Failure } from '../../../workflows/job-run/port.js';
import type { MustEnd } from '../../../workflows/job-run/submit-state.js';
import {
  adoptedBy,
  canStillAct,
  claimedBeside,
  type Doing,
  hasLock,
  isAnotherUnknown,
  keeps,
  planOf,
  type Post,
  type Run,
  spend,
  withRun,
  withExecution,
  type World,
} from './world.js';

const contextOf = (world: World, run: Run): JobSubmitContext => ({
  nowMs: world.now,
  mustEnd: run.mustEnd,
  plan: planOf(world.settings),
  key: run.key,
  timeLeftMs: undefined,
  claimedIds: claimedBeside(world, run),
  isAnotherUnknown: isAnotherUnknown(world, run),
});

/** The reducer. In a world without a rule it is given another event or context. */
function reduce(world: World, run: Run, event: JobSubmitEvent): Run['state'] {
  const { state } = run;
  let [given, context] = [event, contextOf(world, run)];
  if (event.kind === 'outcomeUnknown') {
    const wasNotSent = state.record.rejectedInRow !== undefined;
    if (!keeps(world, 'silenceProvesNothing') || (!keeps(world, 'unknownAddsUp') && wasNotSent))
      given = { ...event, kind: 'notSent' };
  }
  if (event.kind === 'reconciled') {
    const { found } = event;
    if (!keeps(world, 'oneMatch'))
      given = { ...event, found: { ...found, matches: found.matches.slice(0, 1) } };
    if (!keeps(world, 'exactStop')) context = { ...context, mustEnd: undefined };
  }
  if (event.kind === 'usedByEarlierRun' && !keeps(world, 'cancelAfterReset'))
    given = { kind: 'mustEnd', why: run.mustEnd ?? 'cancelled', detail: '' };
  return nextJobSubmitState(state, given, context);
}

/** An event of a submission, and what the workflow does next (workflows/job-run/submit.ts). */
export function dispatch(world: World, at: number, event: JobSubmitEvent): World {
  const run = world.runs[at]!;
  try {
    const state = reduce(world, run, event);
    const isKept =
      event.kind === 'permitted' && state.kind === 'permitted' && world.left.resets > 0;
    const isNew = state.kind === 'accepted' && run.state.kind !== 'accepted';
    const next = withRun(world, at, {
      state,
      ...(isKept && { kept: [...run.kept, state] }),
      ...(isNew && { isAdoptedLate: run.mustEnd !== undefined }),
    });
    return goOn(next, at);
  } catch (error) {
    return { ...world, wrong: String(error) };
  }
}

const mustEndOf = (why: MustEnd): JobSubmitEvent => ({
  kind: 'mustEnd',
  why,
  detail: 'nothing was left running',
});

export const doing = (world: World, at: number, next: Doing): World =>
  withRun(world, at, { doing: next });

export function goOn(world: World, at: number): World {
  const run = world.runs[at]!;
  const { state, mustEnd } = run;
  switch (state.kind) {
    case 'ready':
      if (mustEnd !== undefined) return dispatch(world, at, mustEndOf(mustEnd));
      return hasLock(world) ? doing(world, at, { kind: 'lock' }) : prepare(world, at);
    case 'permitted': {
      if (mustEnd === undefined) return submit(world, at, state.permit);
      const isUsed = whyNotPosted(world, run.runId, state.permit, false) !== undefined;
      return dispatch(
        world,
        at,
        isUsed ? { kind: 'usedByEarlierRun', sent: {} } : mustEndOf(mustEnd),
      );
    }
    case 'submitting':
      return doing(world, at, { kind: 'submit' });
    case 'outcomeUnknown': {
      const untilMs = keeps(world, 'reconcileLasts') ? state.record.untilMs : world.now;
      const endsAt = Math.max(world.now, untilMs);
      return doing(world, at, {
        kind: 'reconcile',
        endsAt,
        criteria: matchCriteria(matching(world, run), run)!,
      });
    }
    case 'ambiguous':
      if (mustEnd !== undefined) return dispatch(world, at, mustEndOf(mustEnd));
      return doing(world, at, { kind: 'resolution' });
    case 'accepted':
      return doing(world, at, { kind: mustEnd === undefined ? 'end' : 'stop' });
    case 'failed':
    case 'atCapacity':
      return doing(world, at, { kind: 'nothing' });
  }
}

/** Input of workflows/job-run/match-criteria.ts. */
export const matching = (world: World, run: Run): Parameters<typeof matchCriteria>[0] => ({
  plan: planOf(
    keeps(world, 'keyDecides') ? world.settings : { ...world.settings, match: 'exclusive' },
  ),
  port: {
    claimedIds: () => claimedBeside(world, run),
    isAnotherUnknown: () => isAnotherUnknown(world, run),
  },
});

export function prepare(world: World, at: number): World {
  const run = world.runs[at]!;
  const criteria = criteriaBeforePost(matching(world, run), run);
  return doing(world, at, { kind: 'prepare', ...(criteria !== undefined && { criteria }) });
}

function submit(world: World, at: number, permit: Permit): World {
  const { runId } = world.runs[at]!;
  const post: Post = {
    ...{ by: at, runId, permit, scheduledAt: world.now },
    ...{ isRedelivered: false, isAwaited: true, stage: 'scheduled' },
  };
  const scheduled = spend({ ...world, posts: [...world.posts, post] }, 'submits');
  return dispatch(scheduled, at, { kind: 'posting', sent: {} });
}

export function mustEndNow(world: World, at: number, why: MustEnd): World {
  const next = withRun(world, at, { mustEnd: why });
  const { doing: now } = next.runs[at]!;
  switch (now.kind) {
    case 'lock':
    case 'prepare':
    case 'resolution':
      return dispatch(next, at, mustEndOf(why));
    case 'submit':
      if (keeps(world, 'cancelAwaitsPost')) return next;
      return dispatch(orphaned(next, at), at, {
        kind: 'notSent',
        failure: failureOf('DataFlowNotSent'),
      });
    case 'end':
      return goOn(next, at);
    case 'reconcile':
    case 'stop':
    case 'nothing':
      return next;
  }
}

/** Temporal no longer awaits the submit of a run; a worker may still have it. */
const orphaned = (world: World, at: number): World => ({
  ...world,
  posts: world.posts.flatMap((post) =>
    post.by === at && post.isAwaited ? (orphanOf(world, post) ?? []) : [post],
  ),
});

export function orphanOf(world: World, post: Post): Post | undefined {
  const orphan = { ...post, isAwaited: false };
  const isOut = ['given', 'checked', 'sent'].includes(post.stage);
  const isSignedAgain = post.stage === 'unauthorized' && !keeps(world, 'refusalIsFinal');
  return (isOut || isSignedAgain) && canStillAct(world, orphan) ? orphan : undefined;
}

/** The history up to a prepare stays; the workflow run is another one. */
export function reset(
  world: World,
  at: number,
  state: Run['state'],
  mustEnd: MustEnd | undefined,
): World {
  const { runId } = world.runs[at]!;
  const next = spend(orphaned(world, at), 'resets');
  const doings: Partial<Run> = {
    runId: `${runId}'`,
    state,
    mustEnd,
    kept: [],
    mayHaveLeft: true,
    isAdoptedLate: false,
  };
  return goOn(withRun(next, at, doings), at);
}

/** An execution that was adopted by likeness before the run had to end may belong to another start. */
export function stop(world: World, at: number, id: string, next: Doing): World {
  const run = world.runs[at]!;
  const { owner } = world.executions.find((one) => one.id === id)!;
  const isLikeness =
    run.state.kind === 'accepted' &&
    !run.state.accepted.exactMatch &&
    !run.isAdoptedLate &&
    adoptedBy(run) === id;
  const wrong =
    owner === run.key || isLikeness
      ? {}
      : { wrong: `${run.key} stopped ${id}, which is ${owner}'s` };
  return doing({ ...withExecution(world, id, { status: 'CANCELED' }), ...wrong }, at, next);
}

export const failureOf = (type: Failure['type'], status?: number): Failure => ({
  type,
  message: type,
  details: { remedy: '', ...(status !== undefined && { status }) },
});

/** activities/submit-under-permit.ts: why a delivery posts nothing. */
export function whyNotPosted(
  world: World,
  runId: string,
  permit: Permit,
  isRedelivered: boolean,
): string | undefined {
  const later = isRedelivered && keeps(world, 'oneDelivery') ? 1 : 0;
  const info = {
    attempt: 1,
    workflowExecution: { workflowId: '', runId },
    scheduledTimestampMs: 0,
    currentAttemptScheduledTimestampMs: later,
  };
  return notFirstDelivery(info, keeps(world, 'permitOfThisRun') ? permit.runId : runId);
}
