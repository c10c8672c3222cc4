import { describe, expect, it } from 'vitest';
import { seedFrom } from '../../../../pipeline/planner/retry.js';
import { messageRefusal } from '../../../../pipeline/planner/message-refusal.js';
import { ARun, aPlan } from './a-run.js';

const chain = { a: {}, b: { needs: ['a'] }, c: { needs: ['b'] } } as const;

describe('pause and resume', () => {
  it('while the run is paused nothing starts; what waited starts on resume', () => {
    const run = new ARun(aPlan({ ...chain, d: { forEach: [1, 2], maxParallel: 1 } }));
    run.tell({ kind: 'pause' });
    expect(run.end('a', 'succeeded').started).toEqual([]);
    expect(run.end('d', 'succeeded').started).toEqual([]);
    expect(run.tell({ kind: 'resume' }).started).toEqual(['b 0', 'd 1']);
  });

  it('a pause does not keep a run open in which nothing is left to start', () => {
    const run = new ARun(aPlan({ a: {} })).tell({ kind: 'pause' }).end('a', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });

  it('a retry while paused starts on resume', () => {
    const run = new ARun(aPlan({ a: {} }, { onFailure: 'hold' })).end('a', 'failed');
    expect(run.tell({ kind: 'pause' }).say('retryStep', 'a').started).toEqual([]);
    expect(run.tell({ kind: 'resume' }).started).toEqual(['a 0 again']);
  });
});

describe('cancel of a step', () => {
  it('stops its running items once, starts no more, and the step ends as canceled', () => {
    const run = new ARun(
      aPlan({ a: { forEach: [1, 2, 3], maxParallel: 2 } }, { onFailure: 'continue' }),
    ).say('cancelStep', 'a');
    expect(run.commands.map(({ kind }) => kind)).toEqual(['cancel', 'cancel']);
    expect(run.say('cancelStep', 'a').commands).toEqual([]);
    run.end('a', 'canceled');
    expect(run.started).toEqual([]);
    run.end('a', 'canceled');
    expect(run.state.steps['a']).toMatchObject({ status: 'canceled', why: 'message' });
    expect(run.state.ended).toEqual({ outcome: 'failed', failed: ['a'] });
  });

  it('counts as a failure for onFailure, though what ran of it ended well (P17)', () => {
    const plan = aPlan({ a: { forEach: [1, 2], maxParallel: 1 }, b: {}, c: { needs: ['b'] } });
    const run = new ARun(plan).say('cancelStep', 'a').end('a', 'succeeded');
    expect(run.state.steps['a']).toMatchObject({ status: 'canceled', why: 'message' });
    expect(run.end('b', 'succeeded').started).toEqual([]);
    expect(run.state.ended).toEqual({ outcome: 'failed', failed: ['a'] });
  });

  it('is too late where all items succeed', () => {
    const run = new ARun(aPlan({ a: {} })).say('cancelStep', 'a').end('a', 'succeeded');
    expect(run.state.steps['a']?.why).toBeUndefined();
    expect(run.outcome).toBe('succeeded');
  });
});

describe('retry of a step', () => {
  it('runs its failed items again, and keeps those that succeeded', () => {
    const run = new ARun(aPlan({ a: { forEach: [1, 2, 3] } }, { onFailure: 'hold' }));
    run.end('a', 'succeeded', { index: 1, output: 'kept' });
    run.end('a', 'failed', { index: 0 }).end('a', 'canceled', { index: 2 });
    expect(run.say('retryStep', 'a').started).toEqual(['a 0 again', 'a 2 again']);
    expect(run.state.steps['a']?.items[1]).toMatchObject({ attempt: 1, output: 'kept' });
    run.end('a', 'succeeded').end('a', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });

  it('runs what was skipped because of it, any number of steps below', () => {
    const run = new ARun(aPlan(chain, { onFailure: 'hold' })).end('a', 'failed');
    run.say('retryStep', 'a');
    expect(run.statuses).toEqual({ a: 'running', b: 'pending', c: 'pending' });
    run.end('a', 'succeeded').end('b', 'succeeded').end('c', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });

  it('runs what the stop of the run had skipped or cut short because of it', () => {
    const run = new ARun(
      aPlan(
        { a: {}, z: { forEach: [1, 2], maxParallel: 1 }, other: { needs: ['z'] } },
        { onFailure: 'hold' },
      ),
    );
    run.end('a', 'failed').end('z', 'succeeded');
    expect(run.statuses).toEqual({ a: 'failed', z: 'canceled', other: 'skipped' });
    expect(run.say('retryStep', 'a').started).toEqual(['a 0 again', 'z 1']);
    run.end('a', 'succeeded').end('z', 'succeeded').end('other', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });

  it('resets what is below, whatever its rule and however it ended: an alarm is armed again (P1)', () => {
    const plan = aPlan(
      {
        gate: {},
        rollback: { needs: ['gate'], runIf: 'anyFailed' },
        page: { needs: ['rollback'], runIf: 'always' },
      },
      { onFailure: 'hold' },
    );
    const run = new ARun(plan).end('gate', 'failed').end('rollback', 'succeeded');
    run.end('page', 'succeeded').say('retryStep', 'gate');
    expect(run.statuses).toEqual({ gate: 'running', rollback: 'pending', page: 'pending' });
    expect(run.end('gate', 'failed').started).toEqual(['rollback 0 again']);
    run.end('rollback', 'succeeded').end('page', 'succeeded').say('retryStep', 'gate');
    run.end('gate', 'succeeded').end('page', 'succeeded');
    expect(run.statuses).toEqual({ gate: 'succeeded', rollback: 'skipped', page: 'succeeded' });
    expect(run.outcome).toBe('succeeded');
  });

  it('runs what is below and runs at that moment once more, as a whole, when it has ended (P1)', () => {
    const plan = aPlan(
      { gate: {}, page: { needs: ['gate'], runIf: 'always', forEach: [1, 2], maxParallel: 1 } },
      { onFailure: 'continue' },
    );
    const run = new ARun(plan).end('gate', 'failed').say('retryStep', 'gate');
    expect(run.end('gate', 'succeeded').started).toEqual([]);
    expect(run.end('page', 'failed').started).toEqual(['page 0 again']);
    run.end('page', 'succeeded').end('page', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });

  it('leaves alone what another failure stopped, and is not held up by it', () => {
    const run = new ARun(
      aPlan(
        { a: {}, y: {}, slow: {}, other: { needs: ['slow'] }, b: { needs: ['y'] } },
        { onFailure: 'hold' },
      ),
    );
    run.end('a', 'failed').end('slow', 'succeeded').end('y', 'failed');
    run.say('retryStep', 'y').end('y', 'succeeded');
    expect(run.statuses).toMatchObject({ a: 'failed', b: 'running', other: 'skipped' });
    run.end('b', 'succeeded');
    expect(run.commands).toMatchObject([{ kind: 'hold', hold: 2 }]);
    expect(run.say('retryStep', 'a').started).toEqual(['a 0 again', 'other 0']);
  });

  it('a new failure holds up what an earlier retry had put on its way', () => {
    const run = new ARun(aPlan({ ...chain, y: {} }, { onFailure: 'hold' }));
    run.end('a', 'failed').say('retryStep', 'a').end('y', 'failed').end('a', 'succeeded');
    expect(run.state.steps['b']).toMatchObject({ status: 'skipped', by: 'y' });
  });

  it('asks an expression again that had failed, and a condition that was false below it', () => {
    let up = false;
    const plan = aPlan(
      { a: { when: 'up' }, b: { needs: ['a'], runIf: 'always', when: 'up' } },
      { onFailure: 'hold' },
    );
    const run = new ARun(plan, (step) => up || (step === 'a' ? { failed: 'not yet' } : false));
    expect(run.state.steps['b']).toMatchObject({ status: 'skipped', why: 'when' });
    up = true;
    expect(run.say('retryStep', 'a').end('a', 'succeeded').started).toEqual(['b 0']);
  });

  it('how a step below it ends that runs at that moment stops nothing, and is no failure (P1)', () => {
    const plan = aPlan(
      {
        ...{ gate: {}, page: { needs: ['gate'], runIf: 'always', forEach: [1, 2] }, slow: {} },
        after: { needs: ['slow'] },
      },
      { onFailure: 'hold' },
    );
    const run = new ARun(plan).end('gate', 'failed').end('page', 'failed').say('retryStep', 'gate');
    expect(run.end('slow', 'succeeded').started).toEqual(['after 0']);
    run.end('page', 'failed').end('gate', 'succeeded').end('page', 'succeeded');
    run.end('page', 'succeeded').end('after', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });

  it('withdraws an approval below it that waits: a person is asked again when its turn comes', () => {
    const plan = aPlan(
      { gate: {}, ok: { kind: 'approval', needs: ['gate'], runIf: 'always' } },
      { onFailure: 'hold' },
    );
    const run = new ARun(plan).end('gate', 'failed').say('retryStep', 'gate');
    expect(run.commands).toMatchObject([
      { kind: 'discard', step: 'ok', attempt: 1 },
      { kind: 'start', step: 'gate' },
    ]);
    const decision = { kind: 'approve', step: 'ok', approve: true } as const;
    expect(messageRefusal(plan, run.state, decision)).toMatch(/not waiting for a decision yet/);
    expect(run.end('gate', 'succeeded').started).toEqual(['ok 0 again']);
  });

  it('a cancel of a step that was to run once more holds: it does not', () => {
    const plan = aPlan({ gate: {}, page: { needs: ['gate'], runIf: 'always' } });
    const run = new ARun(plan).end('gate', 'failed').say('retryStep', 'gate');
    run.say('cancelStep', 'page').end('page', 'canceled').end('gate', 'succeeded');
    expect(run.statuses).toEqual({ gate: 'succeeded', page: 'canceled' });
    expect(run.outcome).toBe('failed');
  });

  it('where the run ends before a step below it ran once more, that is canceled, and a rerun runs it whole (P1)', () => {
    const plan = aPlan({ gate: {}, page: { needs: ['gate'], runIf: 'always' } });
    const run = new ARun(plan).end('gate', 'failed').say('retryStep', 'gate');
    run.end('gate', 'succeeded').tell({ kind: 'cancel' }).end('page', 'succeeded');
    expect(run.state.steps['page']).toMatchObject({ status: 'canceled', why: 'cancel' });
    expect(seedFrom(plan, run.state).steps['page']).toMatchObject({ status: 'pending', items: [] });
  });

  it('a failure that came after it stops what it set going, whatever failed before, and is named', () => {
    const plan = aPlan(
      { a: {}, b: {}, c: { needs: ['b'] }, x: { needs: ['b'] }, d: { needs: ['x'] } },
      { onFailure: 'hold' },
    );
    const run = new ARun(plan).end('a', 'failed').end('b', 'failed').say('retryStep', 'b');
    run.end('b', 'succeeded').end('c', 'failed').end('x', 'succeeded');
    expect(run.state.steps['d']).toMatchObject({ status: 'skipped', why: 'stop', by: 'c' });
    expect(run.say('retryStep', 'c').started).toEqual(['c 0 again', 'd 0']);
  });

  it('numbers of attempts go on, also where a step was reset and then skipped', () => {
    const plan = aPlan(
      { gate: {}, page: { needs: ['gate'], runIf: 'always', when: 'wanted' } },
      { onFailure: 'hold' },
    );
    let isWanted = true;
    const run = new ARun(plan, () => isWanted).end('gate', 'failed').end('page', 'failed');
    isWanted = false;
    run.say('retryStep', 'gate').end('gate', 'failed');
    expect(run.statuses['page']).toBe('skipped');
    isWanted = true;
    expect(run.say('retryStep', 'gate').end('gate', 'failed').started).toEqual(['page 0 again']);
  });

  it('that fails at once is held open for the whole time again', () => {
    const run = new ARun(aPlan({ a: { when: 'fail: unreadable' } }, { onFailure: 'hold' }));
    run.say('retryStep', 'a');
    expect(run.commands).toEqual([{ kind: 'hold', hold: 2, forMs: 1_000 }]);
  });

  it('of a step below waits for a need that is retried as well', () => {
    const run = new ARun(
      aPlan({ a: {}, b: { needs: ['a'], runIf: 'noneSkipped' } }, { onFailure: 'hold' }),
    );
    run.end('a', 'failed').end('b', 'failed').say('retryStep', 'a');
    expect(run.say('retryStep', 'b').started).toEqual([]);
    expect(run.end('a', 'succeeded').started).toEqual(['b 0 again']);
  });
});

describe('skip of a step', () => {
  it('that waits: it is skipped once its needs have ended, and so are the steps below', () => {
    const run = new ARun(aPlan({ ...chain, last: { needs: ['c'], runIf: 'always' } })).tell({
      kind: 'skipStep',
      step: 'b',
      reason: 'loaded by hand',
    });
    expect(run.statuses['b']).toBe('pending');
    run.end('a', 'succeeded');
    expect(run.state.steps['b']).toMatchObject({ why: 'message', reason: 'loaded by hand' });
    expect(run.statuses).toMatchObject({ b: 'skipped', c: 'skipped', last: 'running' });
  });

  it('that failed: the failure no longer counts, and what it had stopped goes on', () => {
    const run = new ARun(
      aPlan(
        {
          ...{ a: {}, slow: {}, other: { needs: ['slow'] }, b: { needs: ['a'] } },
          any: { needs: ['a', 'other'], runIf: 'anySucceeded' },
        },
        { onFailure: 'hold' },
      ),
    );
    run.end('a', 'failed').end('slow', 'succeeded');
    expect(run.say('skipStep', 'a').started).toEqual(['other 0']);
    run.end('other', 'succeeded').end('any', 'succeeded');
    expect(run.statuses).toMatchObject({ a: 'skipped', b: 'skipped', any: 'succeeded' });
    expect(run.outcome).toBe('succeeded');
  });

  it('that failed: what is downstream of a step that then goes on is reset, whatever its rule (P1)', () => {
    const plan = aPlan(
      {
        ...{ a: {}, load: { forEach: [1, 2], maxParallel: 1 } },
        alarm: { needs: ['load'], runIf: 'anyFailed' },
      },
      { onFailure: 'hold' },
    );
    const run = new ARun(plan)
      .end('a', 'failed')
      .end('load', 'succeeded')
      .end('alarm', 'succeeded');
    expect(run.statuses).toEqual({ a: 'failed', load: 'canceled', alarm: 'succeeded' });
    expect(run.say('skipStep', 'a').started).toEqual(['load 1']);
    expect(run.end('load', 'failed').started).toEqual(['alarm 0 again']);
  });

  it('stays skipped when a step above is retried', () => {
    const run = new ARun(aPlan({ ...chain, y: {} }, { onFailure: 'hold' }));
    run.say('skipStep', 'c').end('a', 'failed').end('y', 'succeeded').say('retryStep', 'a');
    expect(run.statuses).toEqual({ a: 'running', b: 'pending', c: 'skipped', y: 'succeeded' });
  });
});

describe('a decision', () => {
  const plan = aPlan({ ask: { kind: 'approval' }, b: { needs: ['ask'] } });

  it('approves: the step succeeds, its output says who, and its wait is discarded', () => {
    const run = new ARun(plan);
    run.tell({ kind: 'approve', step: 'ask', approve: true, by: 'Kim', comment: 'go' });
    expect(run.state.steps['ask']?.items[0]).toEqual({
      ...{ status: 'succeeded', attempt: 1, output: { approved: true, by: 'Kim', comment: 'go' } },
    });
    expect(run.commands.map(({ kind }) => kind)).toEqual(['discard', 'start']);
  });

  it('rejects: the step fails, with the comment as its reason', () => {
    const run = new ARun(plan);
    run.tell({ kind: 'approve', step: 'ask', approve: false, by: 'Kim', comment: 'not today' });
    expect(run.state.steps['ask']).toMatchObject({
      ...{ status: 'failed', reason: 'rejected by Kim: not today' },
    });
    expect(run.outcome).toBe('failed');
  });

  it('is refused once the step is being canceled: what was acknowledged first holds (P18)', () => {
    const run = new ARun(plan).say('cancelStep', 'ask');
    const decision = { kind: 'approve', step: 'ask', approve: true } as const;
    expect(messageRefusal(plan, run.state, decision)).toMatch(/^Step ask is being canceled/);
    run.tell(decision).end('ask', 'canceled');
    expect(run.statuses).toMatchObject({ ask: 'canceled', b: 'skipped' });
  });

  it('answers all items of an approval, or the one that it names', () => {
    const run = new ARun(aPlan({ ask: { kind: 'approval', forEach: ['x', 'y', 'z'] } }));
    run.tell({ kind: 'approve', step: 'ask', item: 1, approve: true });
    expect(run.items('ask')).toEqual(['running', 'succeeded', 'running']);
    run.tell({ kind: 'approve', step: 'ask', approve: true, by: 'Kim' });
    const [first, second] = run.state.steps['ask']?.items ?? [];
    expect(first?.output).toMatchObject({ approved: true, by: 'Kim' });
    expect(second?.output, 'what was answered stays').not.toMatchObject({ by: 'Kim' });
    expect(run.outcome).toBe('succeeded');
  });
});
