import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findSubmission } from '../../../activities/find-submission.js';
import type { FindInput, FindResult } from '../../../contract/activities.js';
import type { JobExecution } from '../../../contract/job.js';
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
const anInput = (mark: Partial<FindInput['mark']> = {}): FindInput => ({
  jobId: 'jobA',
  lastsMs: 60_000,
  mark: {
    since: { baselineMs: START, knownIds: [] },
    claimedIds: [],
    sent: [{ numWorker: 2 }],
    soleWriter: false,
    windowMs: 60_000,
    ...mark,
  },
});

/** A look at a list that the test plays: `rows` by the time at which a listing begins, `listingMs` to read it. */
function look(
  input: FindInput,
  rows: () => readonly JobExecution[],
  listingMs = 0,
  info: Parameters<typeof anActivity>[0] = {},
  shownById?: () => JobExecution,
): { result: Promise<FindResult>; begun: number[] } {
  const begun: number[] = [];
  const startMs = performance.now();
  let listed: readonly JobExecution[] = [];
  const { profile } = fakeProfile({
    answer: (_name, { executionId }: { readonly executionId: string }) =>
      shownById?.() ?? listed.find(({ jobExecutionId }) => jobExecutionId === executionId),
    read: async () => {
      begun.push(performance.now() - startMs);
      listed = rows();
      await new Promise((resolve) => setTimeout(resolve, listingMs));
      return { rows: listed, complete: true, dateMs: Date.now(), calls: 1 };
    },
  });
  const result = anActivity(info).run<
    [FindInput],
    FindResult,
    (input: FindInput) => Promise<FindResult>
  >(
    findSubmission(() => profile),
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
    expect(await result).toEqual({ matches: [], possible: [], sure: false });
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
    const mark = { runKey: { parameter: 'runKey', key } };
    const whole = anExecution({ jobCondition: { parameters: { runKey: key } } });
    for (const shown of [undefined, {}, { parameters: {} }, { parameters: { runKey: '****' } }]) {
      const bare = { jobExecutionId: 'e1', jobId: 'jobA', status: 'READY' };
      const row = { ...bare, ...(shown && { jobCondition: shown }) };
      const { result } = look(
        anInput(mark),
        () => [row],
        0,
        {},
        () => whole,
      );
      await vi.advanceTimersByTimeAsync(0);
      expect(await result).toMatchObject({ sure: true, matches: [{ jobExecutionId: 'e1' }] });
    }
  });

  it('takes a sure match at first sight', async () => {
    const { result, begun } = look(anInput({ soleWriter: true }), () => [anExecution()]);
    await vi.advanceTimersByTimeAsync(0);
    expect(await result).toMatchObject({ sure: true, matches: [{ jobExecutionId: 'e1' }] });
    expect(begun).toEqual([0]);
  });
});
