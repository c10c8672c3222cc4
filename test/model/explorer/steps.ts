import { canMatchExactly } from '../../../activities/match.js';
import { matchCriteria } from '../../../workflows/job-run/match-criteria.js';
import type { Step } from './explore.js';
import { stepsOfPost, withNew } from './posts.js';
import { idOf, judge, listed, listings, permitOf, reconciled } from './reads.js';
import {
  dispatch,
  doing,
  failureOf,
  matching,
  mustEndNow,
  prepare,
  reset,
  stop,
} from './workflow.js';
import {
  adoptedBy,
  canStillAct,
  type Doing,
  isAnotherUnknown,
  keeps,
  newRun,
  type Post,
  spend,
  withExecution,
  type World,
} from './world.js';

/** All steps that can happen next. A freeze is a step that is taken late, a crash one that is never taken. */
export const steps = (world: World): readonly Step<World>[] => [
  ...world.posts.flatMap((post) => stepsOfPost(world, post)),
  ...world.runs.flatMap((_, at) => stepsOfRun(world, at)),
  ...stepsOfService(world),
];

function stepsOfRun(world: World, at: number): Step<World>[] {
  const run = world.runs[at]!;
  const { key, doing: now, mustEnd, kept } = run;
  const found: Step<World>[] = [];
  const add = (name: string, next: World): void =>
    void found.push({ name: `${key}: ${name}`, next });
  switch (now.kind) {
    case 'lock':
      if (
        !world.runs.some(({ doing: { kind } }) => ['prepare', 'submit', 'reconcile'].includes(kind))
      )
        add('takes the job lock', prepare(world, at));
      break;
    case 'prepare':
      if (world.left.submits <= 0) {
        add(
          'prepare finds no job',
          dispatch(world, at, { kind: 'activityFailed', failure: failureOf('DataFlowNotFound') }),
        );
        break;
      }
      for (const [how, rows, rest] of listings(world)) {
        const read = permitOf(world, run, rows, rest, now.criteria);
        add(`prepare reads ${how}`, doing(rest, at, { ...now, read }));
      }
      found.push(...afterPrepare(world, at, now));
      break;
    case 'reconcile':
      for (const [how, rows, rest] of listings(world)) {
        const read = reconciled(world, now, rows, rest !== world);
        if (read !== undefined) add(`reconcile reads ${how}`, doing(rest, at, { ...now, read }));
      }
      if (now.read !== undefined)
        add('reconcile answers', dispatch(world, at, { kind: 'reconciled', found: now.read }));
      if (mustEnd !== undefined)
        add(
          'reconcile takes too long',
          dispatch(world, at, { kind: 'notReconciled', why: 'no time' }),
        );
      break;
    case 'resolution':
      for (const id of resolutionsOf(world, at))
        add(`the operator says ${id}`, dispatch(world, at, { kind: 'resolved', executionId: id }));
      break;
    case 'end':
      found.push(...stepsOfWait(world, at));
      break;
    case 'stop':
      add('stops its execution', stop(world, at, adoptedBy(run)!, { kind: 'nothing' }));
      break;
    case 'submit':
    case 'nothing':
      break;
  }
  if (now.kind !== 'nothing' && mustEnd === undefined && world.left.cancels > 0) {
    add('is cancelled', mustEndNow(spend(world, 'cancels'), at, 'cancelled'));
    add('runTimeout is over', mustEndNow(spend(world, 'cancels'), at, 'timed-out'));
  }
  if (world.left.resets > 0) {
    for (const [index, state] of kept.entries()) {
      const to = `is reset to its prepare ${index + 1}`;
      add(to, reset(world, at, state, undefined));
      if (world.left.cancels > 0)
        add(`${to}, and cancelled`, reset(spend(world, 'cancels'), at, state, 'cancelled'));
    }
  }
  if (now.kind === 'nothing' && world.left.reruns > 0) {
    const rerun = newRun(`${key}+`, { kind: 'prepare' });
    add('is started again', { ...spend(world, 'reruns'), runs: [...world.runs, rerun] });
  }
  return found;
}

/** The permit and the schedule of the submit are written together, or not at all. */
function afterPrepare(
  world: World,
  at: number,
  { read, ...unread }: Extract<Doing, { readonly kind: 'prepare' }>,
): Step<World>[] {
  if (read === undefined) return [];
  const { key, runId } = world.runs[at]!;
  const done = dispatch(world, at, { kind: 'permitted', permit: read });
  const lost = doing(world, at, unread);
  const found = [
    { name: `${key}: prepare answers, the submit is scheduled`, next: done },
    { name: `${key}: the worker dies before its workflow task is completed`, next: lost },
  ];
  if (keeps(world, 'permitInHistory')) return found;
  const post: Post = {
    ...{ by: at, runId, permit: read, scheduledAt: world.now },
    ...{ isRedelivered: false, isAwaited: false, stage: 'given' },
  };
  const name = `${key}: the submit is given to a worker, and the workflow task is lost`;
  return [...found, { name, next: spend({ ...lost, posts: [...world.posts, post] }, 'submits') }];
}

function stepsOfWait(world: World, at: number): Step<World>[] {
  const run = world.runs[at]!;
  const { key, state } = run;
  const id = adoptedBy(run)!;
  const criteria = matchCriteria(matching(world, run), run);
  const duplicates =
    state.record.wasEverUnknown && criteria !== undefined
      ? judge(listed(world), { ...criteria, claimedIds: [...criteria.claimedIds, id] }).matches.map(
          idOf,
        )
      : [];
  const isExact = criteria !== undefined && canMatchExactly(criteria);
  const told = (from: World): World =>
    duplicates.length === 0
      ? from
      : dispatch(from, at, { kind: 'duplicatesFound', duplicates, copies: [] });
  const ended = told(withExecution(world, id, { status: 'COMPLETED' }));
  const found = [
    { name: `${key}: its execution ends`, next: doing(ended, at, { kind: 'nothing' }) },
  ];
  if (duplicates.length === 0) return found;
  const unread = withExecution(world, id, { status: 'COMPLETED' });
  const name = `${key}: its execution ends, and the list cannot be read`;
  found.push({ name, next: doing(unread, at, { kind: 'nothing' }) });
  if (!isExact) return found;
  const isCertain = world.settings.match === 'runKey' || !isAnotherUnknown(world, run);
  const stopped = isCertain
    ? duplicates.reduce((from, one) => stop(from, at, one, { kind: 'end' }), told(world))
    : told(world);
  return [...found, { name: `${key}: finds and stops duplicates`, next: stopped }];
}

/** Resolutions by an operator who has waited until every execution is listed, and knows the owner of each. */
function resolutionsOf(world: World, at: number): string[] {
  const { key } = world.runs[at]!;
  const ours = world.executions.filter(({ owner }) => owner === key);
  const isOver = !world.posts.some(({ by }) => by === at) && ours.every(({ isListed }) => isListed);
  if (!isOver) return [];
  return ours.length === 0 ? ['none'] : ours.map(({ id }) => id);
}

function stepsOfService(world: World): Step<World>[] {
  const found: Step<World>[] = [{ name: 'a tick passes', next: ticked(world) }];
  for (const { id, isListed } of world.executions) {
    if (!isListed)
      found.push({ name: `${id} is listed`, next: withExecution(world, id, { isListed: true }) });
  }
  if (world.left.foreign > 0) {
    const id = `e${world.executions.length}`;
    found.push({
      name: `somebody else starts ${id}`,
      next: withNew(spend(world, 'foreign'), id, 'foreign'),
    });
  }
  return found;
}

/** Within L everything is listed. Posts that can no longer do harm are dropped. */
function ticked(world: World): World {
  const next = { ...world, now: world.now + 1 };
  const { L } = world.settings.ticks;
  return {
    ...next,
    posts: next.posts.filter((post) => canStillAct(next, post)),
    executions: next.executions.map((one) =>
      one.isListed || next.now < one.createdAt + L ? one : { ...one, isListed: true },
    ),
  };
}
