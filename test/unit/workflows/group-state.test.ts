import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EnterGroup,
  type GroupFinding,
  type GroupSettings,
  type GroupState,
  MAX_GROUP_QUEUE,
} from '../../../contract/group.js';
import { MAX_STATE_BYTES, packedBytes } from '../../../pipeline/packed.js';
import {
  advanceGroup,
  EMPTY_GROUP,
  type GroupEvent,
  type GroupStep,
  MAX_GROUP_JOBS,
  membersToCheck,
  usedOf,
} from '../../../workflows/group/group-state.js';

const member = (name: string, more: Partial<EnterGroup> = {}): EnterGroup => ({
  ...{ entry: `run/${name}`, workflowId: `w-${name}`, runId: 'run', jobId: 'job' },
  ...more,
});
const enter = (name: string, more: Partial<EnterGroup> = {}): GroupEvent => ({
  kind: 'enter',
  member: member(name, more),
});
const leave = (name: string, hasEnded = true): GroupEvent => ({
  kind: 'leave',
  leave: { entry: `run/${name}`, hasEnded },
});
const checked = (findings: Record<string, GroupFinding>, external?: number): GroupEvent => ({
  kind: 'checked',
  findings: Object.fromEntries(
    Object.entries(findings).map(([name, finding]) => [`run/${name}`, finding]),
  ),
  ...(external !== undefined && { external }),
});
const set = (settings: GroupSettings): GroupEvent => ({ kind: 'set', settings });

/** Plays events, a second apart; gives the last step and what was granted, in order. */
function played(...events: readonly GroupEvent[]) {
  let step: GroupStep = { state: EMPTY_GROUP, answers: [], mustCheck: false };
  const answers: string[] = [];
  for (const [nth, event] of events.entries()) {
    step = advanceGroup(step.state, event, nth * 1_000);
    answers.push(...step.answers.map(({ answer, entry }) => `${answer} ${entry.slice(4)}`));
  }
  return { ...step, all: answers };
}

const names = (members: GroupState['queue']): readonly string[] =>
  members.map(({ entry }) => entry.slice(4));

describe('a gate', () => {
  it('grants up to its limit in the order of requests, and the next one when one has left', () => {
    const { all, state } = played(
      set({ limit: 2 }),
      ...['a', 'b', 'c', 'd'].map((name) => enter(name)),
      leave('a'),
    );
    expect(all).toEqual(['granted a', 'granted b', 'granted c']);
    expect(names(state.queue)).toEqual(['d']);
  });

  it('grants a higher priority first, and those of one priority in the order of their requests', () => {
    const { all } = played(
      ...[set({ limit: 1 }), enter('a'), enter('b'), enter('c', { priority: 5 })],
      ...[enter('d', { priority: 5 }), enter('e', { priority: -1 })],
      ...['a', 'c', 'd', 'b'].map((name) => leave(name)),
    );
    expect(all).toEqual(['granted a', 'granted c', 'granted d', 'granted b', 'granted e']);
  });

  it('lets nobody overtake a heavy member for which there is no room yet', () => {
    const { all, state } = played(
      ...[set({ limit: 3 }), enter('a', { weight: 2 }), enter('b', { weight: 2 }), enter('c')],
    );
    expect(all).toEqual(['granted a']);
    expect(names(state.queue)).toEqual(['b', 'c']);
  });

  it('runs a member that is heavier than the limit alone', () => {
    const { all } = played(
      ...[set({ limit: 2 }), enter('a'), enter('b', { weight: 9 }), leave('a'), enter('c')],
      leave('b'),
    );
    expect(all).toEqual(['granted a', 'granted b', 'granted c']);
  });

  it('tells who enters that it has no limit yet, and grants when it has one', () => {
    const { all } = played(enter('a'), enter('b'), set({ limit: 1 }));
    expect(all).toEqual(['unset a', 'unset b', 'granted a']);
  });

  it('starts nothing with limit 0, and stops nothing when the limit falls', () => {
    const { all, state } = played(
      ...[set({ limit: 2 }), enter('a'), enter('b'), set({ limit: 0 }), enter('c'), leave('a')],
    );
    expect(all).toEqual(['granted a', 'granted b']);
    expect(names(state.holders)).toEqual(['b']);
  });

  it('answers a repeated request again, and counts it once', () => {
    const { all, state } = played(
      ...[set({ limit: 1 }), enter('a'), enter('a'), enter('b'), enter('b')],
    );
    expect(all).toEqual(['granted a', 'granted a']);
    expect(names(state.queue)).toEqual(['b']);
  });

  it('keeps the slot of who left without proof until a check proves that nothing of it runs', () => {
    const before = [set({ limit: 1 }), enter('a'), enter('b'), leave('a', false)];
    expect(played(...before)).toMatchObject({ all: ['granted a'], mustCheck: true });
    const running = checked({ a: { kind: 'running', executionIds: ['x1'] } });
    const unknown = checked({ a: { kind: 'unknown', why: 'a POST was under way' } });
    expect(played(...before, running)).toMatchObject({ all: ['granted a'], mustCheck: false });
    const still = played(...before, unknown, running, unknown);
    expect(still.all).toEqual(['granted a']);
    expect(membersToCheck(still.state, 60_000)[0]).toMatchObject({
      ...{ hasLeft: true, unknownForMs: 60_000 - 4_000 },
    });
    expect(played(...before, checked({ a: { kind: 'ended' } })).all).toEqual([
      ...['granted a', 'granted b'],
    ]);
  });

  it('frees the slot of a holder whose workflow has closed, and drops who waits and has closed', () => {
    const { all, state } = played(
      ...[set({ limit: 1 }), enter('a'), enter('b'), enter('c')],
      checked({ a: { kind: 'ended' }, b: { kind: 'ended' }, c: { kind: 'open' } }),
    );
    expect(all).toEqual(['granted a', 'granted c']);
    expect(state.queue).toEqual([]);
  });

  it('checks at once a member whose workflow was closed when it was granted', () => {
    const step = played(set({ limit: 1 }), enter('a'), {
      ...{ kind: 'unreachable', entries: ['run/a'] },
    });
    expect(step.mustCheck).toBe(true);
    expect(names(step.state.holders)).toEqual(['a']);
  });

  it('keeps the place of a run that enters again after continue-as-new, waiting or granted', () => {
    const again = { entry: 'run2/a', runId: 'run2' };
    const waiting = played(
      ...[set({ limit: 1 }), enter('x'), enter('a'), enter('b')],
      ...[enter('a', { ...again, replaces: 'run/a' }), leave('x')],
    );
    expect(waiting.state.holders.map(({ entry }) => entry)).toEqual(['run2/a']);
    const granted = played(
      ...[set({ limit: 1 }), enter('a'), enter('b')],
      ...[enter('a', { ...again, replaces: 'run/a', place: 1 })],
    );
    expect(granted).toMatchObject({ all: ['granted a'], mustCheck: true });
    expect(granted.state.queue.map(({ entry }) => entry)).toEqual(['run2/a', 'run/b']);
  });

  it('with external executions grants only after they were counted', () => {
    const events = [set({ limit: 2, countExternal: true }), enter('a'), enter('b'), enter('c')];
    expect(played(...events)).toMatchObject({ all: [], mustCheck: true });
    const { all, state, mustCheck } = played(...events, checked({}, 1));
    expect(all).toEqual(['granted a']);
    expect({ mustCheck, external: state.external }).toEqual({ mustCheck: false, external: 1 });
    expect(played(...events, checked({}, 1), leave('a'))).toMatchObject({
      ...{ all: ['granted a'], mustCheck: true },
    });
    expect(played(...events, checked({}, 0)).all).toEqual(['granted a', 'granted b']);
  });

  it('refuses members beyond its greatest number; what it hands over with 5,000 waiting fits', () => {
    const queue = Array.from({ length: MAX_GROUP_QUEUE }, (_, nth) => ({
      ...member(`019ad0c0-8f5c-7b3a-9d1e-${nth}-1.1/1`, { jobId: `job${nth}` }),
      ...{ place: nth, enteredMs: 1_764_400_000_000 + nth },
    }));
    const full = { ...EMPTY_GROUP, queue, nextPlace: MAX_GROUP_QUEUE + 1 };
    const step = advanceGroup(full, enter('late'), 0);
    expect(step.answers).toMatchObject([{ answer: 'refused' }]);
    expect(step.state).toBe(full);
    expect(packedBytes({ ...full, queue: queue.slice(0, 5_000) })).toBeLessThan(MAX_STATE_BYTES);
    expect(packedBytes(full)).toBeLessThan(MAX_STATE_BYTES);
  });

  it('remembers the newest jobs of its members', () => {
    const { state } = played(
      ...Array.from({ length: MAX_GROUP_JOBS + 5 }, (_, nth) =>
        enter(`${nth}`, { jobId: `job${nth}` }),
      ),
    );
    expect(state.jobs).toHaveLength(MAX_GROUP_JOBS);
    expect(state.jobs.at(-1)).toEqual({ jobId: `job${MAX_GROUP_JOBS + 4}` });
  });
});

const MOVES = ['enter', 'enter', 'repeat', 'leave', 'leaveUnproven', 'check', 'set'] as const;

describe('laws of a gate', () => {
  test.prop([
    fc.array(
      fc.record({
        move: fc.constantFrom(...MOVES),
        pick: fc.nat(1_000),
        weight: fc.integer({ min: 1, max: 4 }),
        priority: fc.integer({ min: -1, max: 1 }),
        limit: fc.integer({ min: 0, max: 5 }),
      }),
      { maxLength: 120 },
    ),
  ])(
    'its holders never exceed the limit by a grant, no slot is free while the first could take it, and none is freed without proof',
    (moves) => {
      let state = advanceGroup(EMPTY_GROUP, set({ limit: 3 }), 0).state;
      const everGranted = new Set<string>();
      for (const [nth, { move, pick, weight, priority, limit }] of moves.entries()) {
        const { holders, queue } = state;
        const any = [...holders, ...queue].at(pick % Math.max(1, holders.length + queue.length));
        const held = holders[pick % Math.max(1, holders.length)];
        const event = ((): GroupEvent | undefined => {
          switch (move) {
            case 'enter':
              return enter(`m${nth}`, { weight, priority });
            case 'repeat':
              return any && { kind: 'enter', member: any };
            case 'leave':
            case 'leaveUnproven':
              return (
                any && {
                  kind: 'leave',
                  leave: { entry: any.entry, hasEnded: move === 'leave' },
                }
              );
            case 'check': {
              const kind = pick % 2 === 0 ? 'ended' : 'open';
              return held && { kind: 'checked', findings: { [held.entry]: { kind } } };
            }
            case 'set':
              return set({ limit });
          }
        })();
        if (event === undefined) continue;
        const step = advanceGroup(state, event, nth);
        const after = step.state;
        const fresh = after.holders.filter(
          (one) => !holders.some(({ entry }) => entry === one.entry),
        );
        // The limit, and the order.
        if (fresh.length > 0) expect(usedOf(after)).toBeLessThanOrEqual(after.settings?.limit ?? 0);
        for (const one of fresh) {
          expect(everGranted.has(one.entry)).toBe(false);
          everGranted.add(one.entry);
          for (const waiter of after.queue) {
            const [high, low] = [one.priority ?? 0, waiter.priority ?? 0];
            expect(high > low || (high === low && one.place < waiter.place)).toBe(true);
          }
        }
        // Nothing idle: the first one that waits does not fit.
        const [first] = after.queue;
        const full = after.settings?.limit ?? 0;
        if (first !== undefined && full > 0)
          expect(usedOf(after) + Math.min(first.weight ?? 1, full)).toBeGreaterThan(full);
        // Nothing freed without proof, nobody lost.
        const gone = holders.filter(
          (one) => !after.holders.some(({ entry }) => entry === one.entry),
        );
        const isProof =
          (event.kind === 'leave' && event.leave.hasEnded) || event.kind === 'checked';
        expect(gone.length === 0 || isProof).toBe(true);
        expect(gone.length).toBeLessThanOrEqual(1);
        state = after;
      }
    },
  );
});
