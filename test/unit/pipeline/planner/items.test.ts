import { describe, expect, it } from 'vitest';
import type { StepView } from '../../../../pipeline/planner/view.js';
import { ARun, aPlan } from './a-run.js';

describe('steps and their items', () => {
  it('a step without forEach has one item, whose value is null', () => {
    const run = new ARun(aPlan({ a: {} }));
    expect(run.commands).toEqual([{ kind: 'start', step: 'a', index: 0, attempt: 1, value: null }]);
  });

  it('forEach starts an item for each value of its list, written or computed', () => {
    const run = new ARun(aPlan({ a: { forEach: ['x', 'y'] }, b: { forEach: '[1, [true]]' } }));
    const values = run.commands.map((command) => 'value' in command && command.value);
    expect(values).toEqual(['x', 'y', 1, [true]]);
  });

  it('an empty list is a success without items', () => {
    const run = new ARun(aPlan({ a: { forEach: [] }, b: { needs: ['a'] } }));
    expect(run.statuses).toEqual({ a: 'succeeded', b: 'running' });
  });

  it('a false condition skips the step, and forEach is not asked then', () => {
    const run = new ARun(aPlan({ a: { when: 'false', forEach: 'fail: never asked' } }));
    expect(run.state.steps['a']).toMatchObject({ status: 'skipped', why: 'when' });
    expect(run.outcome).toBe('succeeded');
  });

  it.each([
    ['when', 'fail: no such step', 'when: no such step'],
    ['when', '"yes"', 'when: its value is neither true nor false'],
    ['forEach', 'fail: no such output', 'forEach: no such output'],
    ['forEach', '{"a":1}', 'forEach: its value is not a list of values'],
    ['forEach', '[null]', 'forEach: its value is not a list of values'],
    ['maxParallel', 'fail: no such parameter', 'maxParallel: no such parameter'],
    ['maxParallel', '0', 'maxParallel: its value is no integer from 1 to 500'],
    ['maxParallel', '"2"', 'maxParallel: its value is no integer from 1 to 500'],
    ['forEach', JSON.stringify(Array(2_001).fill(0)), 'forEach: 2001 items, at most 2000'],
  ])('fails where %s gives %.20s', (what, text, reason) => {
    const run = new ARun(aPlan({ a: { [what]: text } }));
    expect(run.state.steps['a']).toMatchObject({ status: 'failed', reason });
    expect(run.outcome).toBe('failed');
  });

  it('expressions see how the steps stand at that moment', () => {
    const seen: (StepView | undefined)[] = [];
    const plan = aPlan({ a: {}, b: { needs: ['a'], when: 'asked' } });
    const run = new ARun(plan, (_step, _what, viewOf) => {
      seen.push(viewOf('a'), viewOf('nowhere'));
      return true;
    });
    run.end('a', 'succeeded', { output: { rows: 3 } });
    expect(seen).toMatchObject([{ status: 'succeeded', output: { rows: 3 } }, undefined]);
  });

  it('never more items run than concurrency, in the order of the plan', () => {
    const run = new ARun(aPlan({ a: { forEach: [1, 2] }, b: {}, c: {} }, { concurrency: 3 }));
    expect(run.started).toEqual(['a 0', 'a 1', 'b 0']);
    expect(run.end('b', 'succeeded').started).toEqual(['c 0']);
  });

  it('maxParallel may be computed, and stays the same when failed items run again', () => {
    const plan = aPlan(
      { a: { forEach: [1, 2, 3], maxParallel: '1' } },
      { onFailure: 'hold', concurrency: 9 },
    );
    const run = new ARun(plan);
    expect(run.started).toEqual(['a 0']);
    run.end('a', 'failed');
    expect(run.say('retryStep', 'a').started).toEqual(['a 0 again']);
  });

  it('never more items of a step run than maxParallel, and others go past it', () => {
    const run = new ARun(aPlan({ a: { forEach: [1, 2, 3], maxParallel: 2 }, b: {} }));
    expect(run.started).toEqual(['a 0', 'a 1', 'b 0']);
    expect(run.end('a', 'succeeded', { index: 1 }).started).toEqual(['a 2']);
  });

  it('an approval takes no place of concurrency', () => {
    const run = new ARun(aPlan({ a: {}, ask: { kind: 'approval' }, b: {} }, { concurrency: 1 }));
    expect(run.started).toEqual(['a 0', 'ask 0']);
    expect(run.end('a', 'succeeded').started).toEqual(['b 0']);
  });

  it('a step ends with its last item: failed before canceled before succeeded', () => {
    const run = new ARun(aPlan({ a: { forEach: [1, 2, 3] } }, { onFailure: 'continue' }));
    run.end('a', 'failed').end('a', 'canceled');
    expect(run.statuses['a']).toBe('running');
    run.end('a', 'succeeded');
    expect(run.state.steps['a']).toMatchObject({
      status: 'failed',
      reason: '1 of 3 items failed, the first is 1: failed it did',
    });
  });

  it('an item keeps the execution id that it was started with', () => {
    const run = new ARun(aPlan({ a: {} }));
    run.tell({ kind: 'itemStarted', step: 'a', index: 0, attempt: 1, executionId: 'e1' });
    run.end('a', 'succeeded');
    expect(run.state.steps['a']?.items).toEqual([
      { status: 'succeeded', attempt: 1, executionId: 'e1' },
    ]);
  });

  it('a report that is late, repeated or about nothing known changes nothing', () => {
    const run = new ARun(aPlan({ a: {}, b: {} })).end('a', 'failed');
    const { state } = run;
    const ref = { step: 'a', index: 0, attempt: 1 };
    for (const changes of [{}, { step: 'x' }, { step: 'b', attempt: 2 }, { step: 'b', index: 9 }]) {
      run.tell({ kind: 'itemEnded', ...ref, ...changes, outcome: 'succeeded' });
      expect(run.state).toBe(state);
      run.tell({ kind: 'itemStarted', ...ref, ...changes, executionId: 'late' });
      expect(run.state).toBe(state);
      expect(run.commands).toEqual([]);
    }
  });

  it('nothing happens after the end', () => {
    const run = new ARun(aPlan({ a: {} })).end('a', 'failed');
    expect(run.commands).toEqual([{ kind: 'end', outcome: 'failed', failed: ['a'] }]);
    const { state } = run;
    run.tell({ kind: 'cancel' }).say('retryStep', 'a').tell({ kind: 'begin' });
    expect(run.state).toBe(state);
  });
});
