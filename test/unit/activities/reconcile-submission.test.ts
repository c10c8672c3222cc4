import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reconcileSubmission } from '../../../activities/reconcile-submission.js';
import type { ReconcileInput, ReconcileResult } from '../../../contract/activities.js';
import type { JobExecution } from '../../../contract/job.js';
import { DEFAULT_TIMINGS } from '../../../contract/timings.js';
import { ExecutionListTooLong } from '../../../polling/newest-pages.js';
import { runKeyOf } from '../../../contract/run-key.js';
import { anActivity, fakeProfile } from './fake-profile.js';

const START = Date.parse('2026-11-22T03:00:00Z');
const anExecution = (change: Partial<JobExecution> = {}): JobExecution => ({
  jobExecutionId: 'e1',
  jobId: 'jobA',
  status: 'READY',
  createdDate: new Date(START + 1_000).toISOString(),
  jobCondition: { numWorker: 2 },
  ...change,
});
const anInput = (criteria: Partial<ReconcileInput['criteria']> = {}): ReconcileInput => ({
  jobId: 'jobA',
  lastsMs: 60_000,
  criteria: {
    since: { baselineMs: START, knownIds: [] },
    claimedIds: [],
    sent: [{ numWorker: 2 }],
    exclusive: false,
    windowMs: 60_000,
    ...criteria,
  },
});

/**
 * A look at a list that the test plays: `rows` by the time at which a listing begins, `listingMs` to read it. It is proven
 * complete where it is asked to be, and `isComplete` says so.
 */
function look(
  input: ReconcileInput,
  rows: () => readonly JobExecution[],
  listingMs = 0,
  info: Parameters<typeof anActivity>[0] = {},
  shownById?: () => JobExecution,
  isComplete: () => boolean = () => true,
): { result: Promise<ReconcileResult>; begun: number[] } {
  const begun: number[] = [];
  const startMs = performance.now();
  let listed: readonly JobExecution[] = [];
  const { profile } = fakeProfile({
    answer: (_name, { executionId }: { readonly executionId: string }) =>
      shownById?.() ?? listed.find(({ jobExecutionId }) => jobExecutionId === executionId),
    read: async (_, { prove = false } = {}) => {
      begun.push(performance.now() - startMs);
      listed = rows();
      await new Promise((resolve) => setTimeout(resolve, listingMs));
      return { rows: listed, complete: prove && isComplete(), dateMs: Date.now(), calls: 1 };
    },
  });
  const result = anActivity(info).run<
    [ReconcileInput],
    ReconcileResult,
    (input: ReconcileInput) => Promise<ReconcileResult>
  >(
    reconcileSubmission(() => profile),
    input,
  );
  result.catch(() => undefined);
  return { result, begun };
}

describe('a look', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      now: START,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends with the first listing begun at or after its end, and with nothing before', async () => {
    const { result, begun } = look(anInput(), () => []);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await result).toEqual({ matches: [], possible: [], exactMatch: false });
    expect(begun.at(-1)).toBe(60_000);
    expect(begun.at(-2)).toBeLessThan(60_000);
  });

  it('does not end with a listing that was begun before its end and took until after it', async () => {
    const { result, begun } = look(anInput(), () => [], 7_000);
    await vi.advanceTimersByTimeAsync(200_000);
    await result;
    expect(begun.at(-1)).toBeGreaterThanOrEqual(60_000);
  });

  it('does not end early because the Date of an answer, or the wall clock, is an hour ahead (S2)', async () => {
    const { result, begun } = look(anInput(), () => {
      vi.setSystemTime(Date.now() + 3_600_000);
      return [];
    });
    await vi.advanceTimersByTimeAsync(120_000);
    await result;
    expect(begun.at(-1)).toBeGreaterThanOrEqual(60_000);
  });

  it('lasts from the scheduling of its first attempt', async () => {
    const { result, begun } = look(anInput(), () => [], 0, {
      attempt: 2,
      scheduledTimestampMs: 1_000,
      currentAttemptScheduledTimestampMs: 51_000,
    });
    await vi.advanceTimersByTimeAsync(120_000);
    await result;
    expect(begun.at(-1)).toBe(10_000);
  });

  it('takes an unsure match only at its end, when it sees all that could be ours', async () => {
    const later = anExecution({
      jobExecutionId: 'e2',
      createdDate: new Date(START + 40_000).toISOString(),
    });
    const { result } = look(anInput(), () =>
      Date.now() < START + 45_000 ? [anExecution()] : [anExecution(), later],
    );
    await vi.advanceTimersByTimeAsync(120_000);
    expect((await result).matches.map(({ jobExecutionId }) => jobExecutionId)).toEqual([
      'e1',
      'e2',
    ]);
  });

  it('counts what an earlier round has shown and the last one does not (A6)', async () => {
    const { result } = look(anInput(), () => (Date.now() < START + 10_000 ? [anExecution()] : []));
    await vi.advanceTimersByTimeAsync(120_000);
    expect((await result).matches).toMatchObject([{ jobExecutionId: 'e1' }]);
  });

  it('judges candidates by what is shown by id, however little the list shows (A1, A3)', async () => {
    const key = runKeyOf('wf-1.1');
    const criteria = { runKey: { parameter: 'runKey', key } };
    const whole = anExecution({ jobCondition: { parameters: { runKey: key } } });
    for (const shown of [undefined, {}, { parameters: {} }, { parameters: { runKey: '****' } }]) {
      const bare = { jobExecutionId: 'e1', jobId: 'jobA', status: 'READY' };
      const row = { ...bare, ...(shown && { jobCondition: shown }) };
      const { result } = look(
        anInput(criteria),
        () => [row],
        0,
        {},
        () => whole,
      );
      await vi.advanceTimersByTimeAsync(0);
      expect(await result).toMatchObject({ exactMatch: true, matches: [{ jobExecutionId: 'e1' }] });
    }
  });

  it.each<[string, Partial<ReconcileInput['criteria']>, readonly JobExecution[], ReconcileResult]>([
    ['nothing', {}, [], { matches: [], possible: [], exactMatch: false, incomplete: true }],
    [
      'a likeness',
      {},
      [anExecution()],
      { matches: [], possible: [anExecution()], exactMatch: false, incomplete: true },
    ],
    [
      'nothing by a run key',
      { runKey: { parameter: 'runKey', key: runKeyOf('wf-1.1') } },
      [],
      { matches: [], possible: [], exactMatch: true, incomplete: true },
    ],
  ])(
    'goes on for maxListingDelay where no listing is complete, and takes %s for no answer then (A5)',
    async (_, criteria, rows, expected) => {
      const { result, begun } = look(
        anInput(criteria),
        () => rows,
        0,
        {},
        undefined,
        () => false,
      );
      await vi.advanceTimersByTimeAsync(200_000);
      expect(await result).toEqual(expected);
      const beyondMs = begun.at(-1)! - 60_000 - DEFAULT_TIMINGS.maxListingDelayMs;
      expect(beyondMs).toBeGreaterThanOrEqual(0);
      expect(beyondMs).toBeLessThan(1_000);
      expect(begun.filter((ms) => ms > 60_000).length).toBeLessThan(15);
    },
  );

  it('ends with the first complete listing after ones that were not (A5)', async () => {
    const { result, begun } = look(
      anInput(),
      () => [anExecution()],
      0,
      {},
      undefined,
      () => Date.now() >= START + 63_000,
    );
    await vi.advanceTimersByTimeAsync(200_000);
    expect(await result).toMatchObject({ matches: [{ jobExecutionId: 'e1' }] });
    expect(begun.at(-1)).toBeGreaterThanOrEqual(63_000);
    expect(begun.at(-2)).toBeLessThan(63_000);
  });

  it('takes a list without end for one that is not complete (A5)', async () => {
    const { profile } = fakeProfile({
      answer: () => anExecution(),
      read: () => Promise.reject(new ExecutionListTooLong('jobA', 200, [anExecution()])),
    });
    const result = anActivity().run<
      [ReconcileInput],
      ReconcileResult,
      (input: ReconcileInput) => Promise<ReconcileResult>
    >(
      reconcileSubmission(() => profile),
      anInput(),
    );
    await vi.advanceTimersByTimeAsync(200_000);
    expect(await result).toMatchObject({ possible: [{ jobExecutionId: 'e1' }], incomplete: true });
  });

  it('takes a sure match at first sight', async () => {
    const { result, begun } = look(anInput({ exclusive: true }), () => [anExecution()]);
    await vi.advanceTimersByTimeAsync(0);
    expect(await result).toMatchObject({ exactMatch: true, matches: [{ jobExecutionId: 'e1' }] });
    expect(begun).toEqual([0]);
  });
});
