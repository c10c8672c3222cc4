import { describe, expect, it } from 'vitest';
import type { SeenRequest } from '../../../client/http/seen-request.js';
import { afterExchange, type Meters, outcomeOf, watchProfile } from '../../../worker/metrics.js';

const anExchange = (change: Partial<SeenRequest> = {}): SeenRequest => ({
  ...{ call: 'getJobs', sent: 'yes', failure: undefined, status: 200, aborted: false, tookMs: 250 },
  ...change,
});

/** A watch on a clock of the test's, and what it wrote. */
const aWatch = () => {
  const written: (readonly [string, number, object])[] = [];
  const write = (key: string, value: number, labels: object): void => {
    written.push([key, value, labels]);
  };
  const meters: Meters = {
    count: (key, labels, by = 1) => {
      write(key, by, labels);
    },
    record: write,
    set: write,
  };
  let nowMs = 0;
  const watch = watchProfile('etl', meters, () => nowMs);
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  const last = (key: string): number | undefined => written.findLast(([name]) => name === key)?.[1];
  const sum = (key: string): number =>
    written.filter(([name]) => name === key).reduce((total, [, by]) => total + by, 0);
  return { watch, written, pass, last, sum };
};

const aReading = (callsSaved = 0) =>
  [
    { waiters: 12, executions: 10, callsSaved },
    { queued: 3, callsPerSecond: 5 },
  ] as const;

describe('watchProfile', () => {
  it('counts a request by operation and outcome, and its time in seconds', () => {
    const { watch, written } = aWatch();
    watch.onRequest(anExchange());
    expect(written).toEqual([
      ['apiCalls', 1, { profile: 'etl', operation: 'getJobs', outcome: 'ok' }],
      ['apiCallSeconds', 0.25, { profile: 'etl', operation: 'getJobs' }],
    ]);
  });

  it('records no time of what was never sent', () => {
    const { watch, sum } = aWatch();
    watch.onRequest(anExchange({ sent: 'no', failure: 'DataFlowUnavailable', status: undefined }));
    expect([sum('apiCalls'), sum('apiCallSeconds')]).toEqual([1, 0]);
  });

  it('says which part of the budget the calls since the last sample took', () => {
    const { watch, pass, last } = aWatch();
    for (let call = 0; call < 5; call += 1) watch.onRequest(anExchange());
    pass(2_000);
    watch.sample(...aReading());
    expect(last('budgetUsed')).toBe(0.5);
    pass(2_000);
    watch.sample(...aReading());
    expect(last('budgetUsed')).toBe(0);
  });

  it('counts saved calls upwards only, though the figure of the hub falls while calls fail', () => {
    const { watch, written } = aWatch();
    for (const saved of [-2, 4, 1, 6]) watch.sample(...aReading(saved));
    const steps = written.filter(([key]) => key === 'callsSaved').map(([, by]) => by);
    expect(steps).toEqual([0, 4, 0, 2]);
  });

  it('shows waiters and the queue of the budget as they stand', () => {
    const { watch, last } = aWatch();
    watch.sample(...aReading());
    expect(['waiters', 'waitedFor', 'budgetQueue', 'budgetLimit'].map(last)).toEqual([
      12, 10, 3, 5,
    ]);
  });
});

describe('outcomeOf', () => {
  it.each<[string, Partial<SeenRequest>]>([
    ['ok', {}],
    ['DataFlowThrottled', { failure: 'DataFlowThrottled', status: 429 }],
    ['no_answer', { sent: 'maybe', failure: 'DataFlowUnavailable', status: undefined }],
    ['not_sent', { sent: 'no', failure: 'DataFlowUnavailable', status: undefined }],
    ['aborted', { sent: 'maybe', failure: 'DataFlowUnavailable', aborted: true }],
  ])('is %s for %j', (outcome, change) => {
    expect(outcomeOf(anExchange(change))).toBe(outcome);
  });
});

describe('afterExchange', () => {
  const before = { answeredMs: 7, trouble: undefined };

  it.each([200, 404, 401, 429])('takes answer %s as a service at work', (status) => {
    expect(
      afterExchange({ answeredMs: undefined, trouble: 'x' }, anExchange({ status }), 9),
    ).toEqual({
      answeredMs: 9,
      trouble: undefined,
    });
  });

  it.each<[string, Partial<SeenRequest>]>([
    ['answer 503 to getJobs', { status: 503, failure: 'DataFlowUnavailable' }],
    ['no answer to getJobs', { sent: 'no', status: undefined, failure: 'DataFlowUnavailable' }],
  ])('says %s of a service that is not', (trouble, change) => {
    expect(afterExchange(before, anExchange(change), 9)).toEqual({ answeredMs: 7, trouble });
  });

  it.each<[string, Partial<SeenRequest>]>([
    ['we gave up', { sent: 'maybe', status: undefined, aborted: true }],
    ['we kept back', { sent: 'no', status: undefined, failure: 'DataFlowNotSent' }],
  ])('learns nothing from what %s', (_, change) => {
    expect(afterExchange(before, anExchange(change), 9)).toEqual(before);
  });
});
