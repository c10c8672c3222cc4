import { describe, expect, it } from 'vitest';
import { ARun, aPlan } from './a-run.js';

/** `a` fails; `b` is below it, `other` stands apart, behind `slow`. */
const STEPS = {
  a: {},
  slow: {},
  b: { needs: ['a'] },
  other: { needs: ['slow'] },
} as const;

describe('onFailure', () => {
  it('stop: what runs goes on, steps that do not depend on the failure do not start either', () => {
    const run = new ARun(aPlan(STEPS)).end('a', 'failed');
    expect(run.statuses).toMatchObject({ slow: 'running', other: 'pending' });
    run.end('slow', 'succeeded');
    expect(run.state.steps['other']).toMatchObject({
      ...{ status: 'skipped', why: 'stop', by: 'a' },
      reason: 'the run stops because a did not succeed',
    });
    expect(run.commands).toEqual([{ kind: 'end', outcome: 'failed', failed: ['a'] }]);
  });

  it.each(['anyFailed', 'allDone', 'noneSkipped', 'anySucceeded', 'always'] as const)(
    'stop: a step with the rule %s starts all the same',
    (runIf) => {
      const plan = aPlan({ a: {}, slow: {}, c: { needs: ['a', 'slow'], runIf } });
      const run = new ARun(plan).end('a', 'failed').end('slow', 'succeeded');
      expect(run.started).toEqual(['c 0']);
    },
  );

  it('stop: what follows a clean-up with the default rule does not start', () => {
    const run = new ARun(
      aPlan({ a: {}, clean: { needs: ['a'], runIf: 'anyFailed' }, after: { needs: ['clean'] } }),
    );
    run.end('a', 'failed').end('clean', 'succeeded');
    expect(run.statuses).toEqual({ a: 'failed', clean: 'succeeded', after: 'skipped' });
  });

  it('stop: a clean-up waits for what still runs above it', () => {
    const run = new ARun(
      aPlan({ ...STEPS, clean: { needs: ['b', 'other'], runIf: 'always' } }),
    ).end('a', 'failed');
    expect(run.statuses['clean']).toBe('pending');
    expect(run.end('slow', 'succeeded').started).toEqual(['clean 0']);
  });

  it('stop: of the failed step no further item starts, and the items that run go on', () => {
    const run = new ARun(aPlan({ a: { forEach: [1, 2, 3, 4], maxParallel: 2 } }));
    expect(run.end('a', 'failed').started).toEqual([]);
    expect(run.items('a')).toEqual(['failed', 'running', 'pending', 'pending']);
    run.end('a', 'succeeded');
    expect(run.items('a')).toEqual(['failed', 'succeeded', 'skipped', 'skipped']);
    expect(run.statuses['a']).toBe('failed');
  });

  it('stop: another step that has begun is cut short, and is not named as failed', () => {
    const run = new ARun(aPlan({ a: {}, z: { forEach: [1, 2], maxParallel: 1 } }));
    run.end('a', 'failed').end('z', 'succeeded');
    expect(run.items('z')).toEqual(['succeeded', 'skipped']);
    expect(run.state.steps['z']).toMatchObject({ status: 'canceled', why: 'stop', by: 'a' });
    expect(run.state.ended).toEqual({ outcome: 'failed', failed: ['a'] });
  });

  it('stop: a step with a rule of its own runs all its items', () => {
    const run = new ARun(
      aPlan({ a: {}, clean: { needs: ['a'], runIf: 'always', forEach: [1, 2], maxParallel: 1 } }),
    ).end('a', 'failed');
    expect(run.end('clean', 'failed').started).toEqual(['clean 1']);
  });

  it('stop: a canceled step stops the run like a failed one', () => {
    const run = new ARun(aPlan(STEPS)).end('a', 'canceled').end('slow', 'succeeded');
    expect(run.state.ended).toEqual({ outcome: 'failed', failed: ['a'] });
    expect(run.statuses['other']).toBe('skipped');
  });

  it('continue: independent branches and the other items go on', () => {
    const plan = aPlan(
      { ...STEPS, a: { forEach: [1, 2], maxParallel: 1 } },
      { onFailure: 'continue' },
    );
    const run = new ARun(plan).end('slow', 'succeeded');
    expect(run.end('a', 'failed').started).toEqual(['a 1']);
    run.end('a', 'succeeded').end('other', 'succeeded');
    expect(run.statuses).toMatchObject({ a: 'failed', b: 'skipped', other: 'succeeded' });
    expect(run.state.ended).toEqual({ outcome: 'failed', failed: ['a'] });
  });

  it('hold: like stop, and then the run stays open for so long', () => {
    const run = new ARun(aPlan(STEPS, { onFailure: 'hold' })).end('a', 'failed');
    expect(run.commands).toEqual([]);
    run.end('slow', 'succeeded');
    expect(run.statuses['other']).toBe('skipped');
    expect(run.commands).toEqual([{ kind: 'hold', hold: 1, forMs: 1_000 }]);
    expect(run.state).toMatchObject({ held: true });
    run.tell({ kind: 'holdExpired', hold: 1 });
    expect(run.commands).toEqual([{ kind: 'end', outcome: 'failed', failed: ['a'] }]);
  });

  it('hold: the time-out of an earlier hold does not end a later one', () => {
    const run = new ARun(aPlan({ a: {} }, { onFailure: 'hold' })).end('a', 'failed');
    run.say('retryStep', 'a');
    expect(run.state.held).toBeUndefined();
    run.tell({ kind: 'holdExpired', hold: 1 }).end('a', 'failed');
    expect(run.commands).toEqual([{ kind: 'hold', hold: 2, forMs: 1_000 }]);
    expect(run.tell({ kind: 'holdExpired', hold: 1 }).outcome).toBeUndefined();
    expect(run.tell({ kind: 'holdExpired', hold: 2 }).outcome).toBe('failed');
  });

  it('hold: a run without a failure ends at once', () => {
    const run = new ARun(aPlan({ a: {} }, { onFailure: 'hold' })).end('a', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });
});

describe('the end of the whole run', () => {
  it('a cancel stops everything that runs, once, and starts nothing, not even what always runs', () => {
    const run = new ARun(
      aPlan({ a: { forEach: [1, 2, 3], maxParallel: 2 }, last: { needs: ['a'], runIf: 'always' } }),
    ).tell({ kind: 'cancel' });
    expect(run.commands).toEqual([
      { kind: 'cancel', step: 'a', index: 0, attempt: 1 },
      { kind: 'cancel', step: 'a', index: 1, attempt: 1 },
    ]);
    expect(run.tell({ kind: 'cancel' }).commands).toEqual([]);
    expect(run.end('a', 'canceled').outcome).toBeUndefined();
    run.end('a', 'succeeded');
    expect(run.items('a')).toEqual(['canceled', 'succeeded', 'skipped']);
    expect(run.state.steps['last']).toMatchObject({ status: 'skipped', why: 'cancel' });
    expect(run.commands).toEqual([{ kind: 'end', outcome: 'canceled', failed: [] }]);
  });

  it('a cancel that comes too late to matter leaves the truth: succeeded', () => {
    const run = new ARun(aPlan({ a: {} })).tell({ kind: 'cancel' }).end('a', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });

  it('a deadline stops like a cancel, and is named in the outcome', () => {
    const run = new ARun(aPlan({ a: {}, b: { needs: ['a'] } })).tell({ kind: 'deadline' });
    expect(run.commands).toEqual([{ kind: 'cancel', step: 'a', index: 0, attempt: 1 }]);
    run.end('a', 'succeeded');
    expect(run.state.ended).toEqual({ outcome: 'timed-out', failed: [] });
  });

  it('the first of cancel and deadline gives the outcome its name', () => {
    const run = new ARun(aPlan({ a: {} })).tell({ kind: 'deadline' }).tell({ kind: 'cancel' });
    expect(run.commands).toEqual([]);
    expect(run.end('a', 'canceled').outcome).toBe('timed-out');
  });

  it.each([
    ['cancel', 'canceled'],
    ['deadline', 'failed'],
  ] as const)('a %s while the run is held open ends it as %s', (kind, outcome) => {
    const run = new ARun(aPlan({ a: {} }, { onFailure: 'hold' })).end('a', 'failed');
    run.tell({ kind });
    expect(run.state.ended).toEqual({ outcome, failed: ['a'] });
  });

  it('a step that fails while the run is stopped is named as failed', () => {
    const run = new ARun(aPlan({ a: {}, b: {} })).tell({ kind: 'cancel' });
    run.end('a', 'failed').end('b', 'canceled');
    expect(run.state.ended).toEqual({ outcome: 'canceled', failed: ['a'] });
  });

  it('a cancel of a paused run ends it', () => {
    const run = new ARun(aPlan({ a: {}, b: { needs: ['a'] } })).tell({ kind: 'pause' });
    run.end('a', 'succeeded').tell({ kind: 'cancel' });
    expect(run.outcome).toBe('canceled');
  });

  it('a pipeline without steps has succeeded at once', () => {
    expect(new ARun(aPlan({})).outcome).toBe('succeeded');
  });

  it('a step that cannot begin stops earlier ones at once: what is left of them is cut short', () => {
    const plan = aPlan(
      {
        ...{ y: {}, z: { needs: ['y'] }, w: { needs: ['y'] } },
        load: { forEach: [1, 2], maxParallel: 1 },
        ask: { kind: 'approval', needs: ['y'], when: 'fail: unreadable' },
      },
      { concurrency: 2 },
    );
    const run = new ARun(plan).tell({ kind: 'pause' }).end('load', 'succeeded');
    expect(run.end('y', 'succeeded').tell({ kind: 'resume' }).started).toEqual(['z 0', 'w 0']);
    expect(run.statuses).toMatchObject({ ask: 'failed', load: 'canceled' });
  });
});
