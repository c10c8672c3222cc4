import type { BackfillCounts, BackfillFailure, BackfillProgress } from '../../contract/backfill.js';

/** Failures that are named; the others are counted. */
const MAX_FAILURES = 100;

/** Where a backfill stands. Plain data; times in seconds since 1970, in the order in which they run. */
export interface BackfillState {
  readonly times: readonly number[];
  /** Times before this place have been started, or were present. */
  readonly next: number;
  readonly running: readonly number[];
  readonly counts: BackfillCounts;
  readonly paused: boolean;
  /** It ends, or continues as new: nothing starts any more. */
  readonly halt?: 'cancel' | 'drain';
}

export type BackfillEvent =
  | { readonly kind: 'pause' | 'resume' | 'cancel' | 'drain' }
  | {
      readonly kind: 'ended';
      readonly time: number;
      readonly outcome: 'succeeded' | 'failed' | 'canceled' | 'present';
      readonly runId: string;
      readonly reason?: string;
    };

export const beginBackfill = (
  times: readonly number[],
  resumed?: BackfillCounts & { readonly paused: boolean },
): BackfillState => {
  const { paused, ...counts } = resumed ?? {
    ...{ total: times.length, succeeded: 0, failed: 0, canceled: 0, present: 0 },
    ...{ failures: [], paused: false },
  };
  return { times, next: 0, running: [], counts, paused };
};

/** The state after an event, and which times to start now. Pure. */
export function advanceBackfill(
  state: BackfillState,
  event: BackfillEvent | { readonly kind: 'begin' },
  maxActive: number,
): { readonly state: BackfillState; readonly start: readonly number[] } {
  const changed = withEvent(state, event);
  const room =
    changed.paused || changed.halt !== undefined ? 0 : maxActive - changed.running.length;
  const start = changed.times.slice(changed.next, changed.next + Math.max(0, room));
  return {
    state: {
      ...changed,
      next: changed.next + start.length,
      running: [...changed.running, ...start],
    },
    start,
  };
}

function withEvent(
  state: BackfillState,
  event: BackfillEvent | { readonly kind: 'begin' },
): BackfillState {
  switch (event.kind) {
    case 'begin':
      return state;
    case 'pause':
    case 'resume':
      return { ...state, paused: event.kind === 'pause' };
    case 'cancel':
      return { ...state, halt: 'cancel' };
    case 'drain':
      return state.halt === undefined ? { ...state, halt: 'drain' } : state;
    case 'ended':
      return {
        ...state,
        running: state.running.filter((time) => time !== event.time),
        counts: counted(state.counts, event),
      };
  }
}

function counted(
  counts: BackfillCounts,
  { outcome, runId, reason = '' }: Extract<BackfillEvent, { readonly kind: 'ended' }>,
): BackfillCounts {
  const isBad = outcome === 'failed' || outcome === 'canceled';
  const isNamed = isBad && counts.failures.length < MAX_FAILURES;
  const failure: BackfillFailure[] = isNamed ? [{ runId, outcome, reason }] : [];
  return {
    ...counts,
    [outcome]: counts[outcome] + 1,
    failures: [...counts.failures, ...failure],
  };
}

/** Whether nothing of it runs and nothing is to start; then it ends, or continues as new. */
export const isBackfillIdle = ({ running, times, next, halt }: BackfillState): boolean =>
  running.length === 0 && (halt !== undefined || next >= times.length);

/** Whether times are left for a run that continues it. */
export const hasTimesLeft = ({ times, next, halt }: BackfillState): boolean =>
  halt !== 'cancel' && next < times.length;

export function phaseOf(state: BackfillState): BackfillProgress['phase'] {
  if (state.halt === 'cancel') return isBackfillIdle(state) ? 'canceled' : 'stopping';
  if (!hasTimesLeft(state) && state.running.length === 0) return 'ended';
  if (state.halt === 'drain') return 'draining';
  return state.paused ? 'paused' : 'running';
}
