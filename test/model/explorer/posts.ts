import type { JobSubmitEvent } from '../../../workflows/job-run/job-submission.js';
import type { Step } from './explore.js';
import { dispatch, failureOf, orphanOf, whyNotPosted } from './workflow.js';
import { keeps, type Post, shown, spend, withPost, withRun, type World } from './world.js';

export function stepsOfPost(world: World, post: Post): Step<World>[] {
  const run = world.runs[post.by]!;
  const found: Step<World>[] = [];
  const who = `${run.key}: ${post.isAwaited ? '' : 'given up, '}`;
  const add = (name: string, next: World): void => void found.push({ name: `${who}${name}`, next });
  switch (post.stage) {
    case 'scheduled':
      add(
        'the submit is given to a worker',
        withRun(withPost(world, post, { stage: 'given' }), post.by, { mayHaveLeft: true }),
      );
      if (world.now >= post.scheduledAt + world.settings.ticks.X)
        add('nobody took the submit', untaken(world, post));
      return found;
    case 'given':
      add(...begun(world, post));
      break;
    case 'checked':
      add('the POST leaves', withPost(world, post, { stage: 'sent', ...signed(world, post) }));
      break;
    case 'sent':
      if (mayArrive(world, post)) add(...arrived(world, post));
      if (world.left.throttled > 0 && post.isAwaited)
        add(
          'the gateway says 429',
          withPost(spend(world, 'throttled'), post, { stage: 'throttled' }),
        );
      break;
    case 'accepted': {
      const start = shown(
        world,
        world.executions.find(({ id }) => id === post.executionId)!,
      );
      add(
        `the answer names ${start.jobExecutionId}`,
        report(world, post, { kind: 'started', start }),
      );
      break;
    }
    case 'unauthorized':
      add('the answer is 401', report(world, post, notSent(401)));
      if (!keeps(world, 'refusalIsFinal'))
        add(
          'the POST is signed again',
          withPost(world, post, { stage: 'sent', signedAt: world.now }),
        );
      break;
    case 'throttled':
      add('the answer is 429', report(world, post, notSent(429)));
      break;
  }
  if (post.isAwaited) {
    const orphan = orphanOf(world, post);
    const rest = withPost(world, post, orphan ?? 'over');
    add('no answer (lost, cut off, crash)', dispatch(rest, post.by, UNKNOWN));
    if (world.left.redeliveries > 0) {
      const again: Post = { ...post, stage: 'given', isRedelivered: true };
      const twice = { ...rest, posts: [...rest.posts, again] };
      add('the submit is delivered again', spend(twice, 'redeliveries'));
    }
  }
  return found;
}

/** Reports the end of a submit to its run, unless Temporal no longer awaits it. */
const report = (world: World, post: Post, event: JobSubmitEvent): World =>
  post.isAwaited
    ? dispatch(withPost(world, post, 'over'), post.by, event)
    : withPost(world, post, 'over');

const UNKNOWN: JobSubmitEvent = {
  kind: 'outcomeUnknown',
  failure: failureOf('DataFlowSubmissionUnknown'),
};
const notSent = (status?: number): JobSubmitEvent => ({
  kind: 'notSent',
  failure: failureOf('DataFlowNotSent', status),
});

/** The schedule-to-start timeout. An activity then tells whether an earlier run may have posted. */
function untaken(world: World, post: Post): World {
  if (!keeps(world, 'untakenIsProof')) return report(world, post, UNKNOWN);
  const isUsed = whyNotPosted(world, post.runId, post.permit, false) !== undefined;
  return report(world, post, isUsed ? UNKNOWN : notSent());
}

/** The worker begins: checks that it is the first delivery and that the permit is valid. */
function begun(world: World, post: Post): [string, World] {
  const why = whyNotPosted(world, post.runId, post.permit, post.isRedelivered);
  if (why !== undefined)
    return ['the worker posts nothing: not the first delivery', report(world, post, UNKNOWN)];
  const { X } = world.settings.ticks;
  const isGood = world.now < (post.permit.baselineMs ?? 0) + X || !keeps(world, 'permitTime');
  if (!isGood)
    return ['the worker posts nothing: the permit is over', report(world, post, notSent())];
  const checkedAt = world.settings.checksAge ? {} : { checkedAt: world.now };
  return [
    'the worker checks the permit',
    withPost(world, post, { stage: 'checked', ...checkedAt }),
  ];
}

function signed(world: World, { permit }: Post): Pick<Post, 'signedAt'> {
  const { X, T, V } = world.settings.ticks;
  if (!world.settings.checksAge) return {};
  return {
    signedAt: keeps(world, 'backdating') ? (permit.baselineMs ?? 0) + X + T - V : world.now,
  };
}

/** If the gateway does not check the age, a request arrives within T of the check, or never. */
const mayArrive = ({ now, settings: { ticks, checksAge } }: World, { checkedAt }: Post): boolean =>
  checksAge || now <= (checkedAt ?? 0) + ticks.T;

function arrived(world: World, post: Post): [string, World] {
  const { V } = world.settings.ticks;
  if (post.signedAt !== undefined && world.now - post.signedAt > V) {
    const isOver = !post.isAwaited && keeps(world, 'refusalIsFinal');
    return [
      'the gateway refuses the old signature',
      withPost(world, post, isOver ? 'over' : { stage: 'unauthorized' }),
    ];
  }
  const id = `e${world.executions.length}`;
  const { key } = world.runs[post.by]!;
  const created = withNew(world, id, key);
  return [
    `the POST is accepted, ${id} is created`,
    withPost(created, post, post.isAwaited ? { stage: 'accepted', executionId: id } : 'over'),
  ];
}

export const withNew = (world: World, id: string, owner: string): World => ({
  ...world,
  executions: [
    ...world.executions,
    { id, owner, createdAt: world.now, isListed: false, status: 'RUNNING' },
  ],
});
