import { describe, expect, it } from 'vitest';
import { createRoundTripFields } from '../../../activities/round-trip-fields.js';
import { isCandidate, matchOf } from '../../../activities/match.js';
import type { MatchCriteria } from '../../../contract/activities.js';
import type { JobCondition, JobExecution } from '../../../contract/job.js';
import { isRunKey, runKeyOf } from '../../../contract/run-key.js';

const B0 = Date.parse('2026-11-22T03:00:10Z');
const aMark = (change: Partial<MatchCriteria> = {}): MatchCriteria => ({
  since: { baselineMs: B0, knownIds: ['known'], knownSinceMs: B0 - 600_000 },
  claimedIds: ['claimed'],
  sent: [{ numWorker: 4, timeout: 60 }],
  exclusive: false,
  windowMs: 60_000,
  ...change,
});
const anExecution = (change: Partial<JobExecution> = {}): JobExecution => ({
  jobExecutionId: 'new',
  jobId: 'jobA',
  status: 'READY',
  createdDate: '2026-11-22T12:00:11+09:00',
  jobCondition: { numWorker: 4, timeout: 60 },
  ...change,
});

describe('isCandidate', () => {
  it.each<[string, Partial<JobExecution>, boolean]>([
    ['created since the baseline', {}, true],
    [
      'created before it, by another clock (S2)',
      { createdDate: '2026-11-22T11:59:00+09:00' },
      true,
    ],
    [
      'created long before what the baseline knows',
      { createdDate: '2026-11-22T11:50:09+09:00' },
      false,
    ],
    ['that shows no creation', { createdDate: undefined as never }, true],
    ['that the baseline knows', { jobExecutionId: 'known' }, false],
    ['that is another submission of the workflow', { jobExecutionId: 'claimed' }, false],
  ])('%s: %j → %s', (_, change, expected) => {
    expect(isCandidate(anExecution(change), aMark())).toBe(expected);
  });
});

/** What a process has seen of how the service shows executions. */
const aProcess = (
  shown: readonly JobExecution[] = [],
  answer?: readonly [sent: object, shown: JobExecution, dateMs?: number],
) => {
  const echo = createRoundTripFields();
  for (const execution of shown) echo.sawOurs(execution);
  if (answer !== undefined) echo.learn(answer[0], answer[1], answer[2]);
  return echo;
};

describe('likeness', () => {
  const fresh = aProcess();

  it('compares the members that were sent, by any of the POSTs', () => {
    const criteria = aMark({
      sent: [
        { numWorker: 4, timeout: 60 },
        { numWorker: 4, timeout: 59 },
      ],
    });
    const shown = (timeout: number): JobExecution =>
      anExecution({ jobCondition: { numWorker: 4, timeout, logPath: 'x' } });
    expect(matchOf(shown(59), criteria, fresh)).toBe('yes');
    expect(matchOf(shown(58), criteria, fresh)).toBe('maybe');
  });

  it.each<[string, JobCondition]>([
    ['a clamped value', { numWorker: 4, timeout: 10 }],
    ['a member that is not shown', { numWorker: 4 }],
    ['another value', { numWorker: 7, timeout: 60 }],
  ])('never proves by %s that an execution is not ours (A2)', (_, jobCondition) => {
    const seenFaithful = aProcess([anExecution()], [{ numWorker: 4, timeout: 60 }, anExecution()]);
    expect(matchOf(anExecution({ jobCondition }), aMark(), seenFaithful)).toBe('maybe');
    expect(matchOf(anExecution({ jobCondition }), aMark({ exclusive: true }), fresh)).toBe('yes');
  });

  it('takes a number and its text, and parameters in another order or with defaults, for the same (A2)', () => {
    const shown = {
      timeout: '60',
      numWorker: '4',
      parameters: { c: '3', b: '2', a: '1' },
    } as unknown as JobCondition;
    const sent = [{ numWorker: 4, timeout: 60, parameters: { a: '1', b: '2' } }];
    expect(matchOf(anExecution({ jobCondition: shown }), aMark({ sent }), fresh)).toBe('yes');
  });

  it('leaves out members that the service was seen to echo changed', () => {
    const shown = anExecution({ jobCondition: { numWorker: 5, timeout: 60 } });
    const changed = aProcess(
      [],
      [{ numWorker: 2 }, anExecution({ jobCondition: { numWorker: 3 } })],
    );
    expect(matchOf(shown, aMark(), changed)).toBe('yes');
  });

  it('is a match by nothing but the run key where the baseline was not complete (A5)', () => {
    const since = { baselineMs: B0, knownIds: [], incomplete: true as const };
    expect(matchOf(anExecution(), aMark({ since }), fresh)).toBe('maybe');
    expect(matchOf(anExecution(), aMark({ since, exclusive: true }), fresh)).toBe('maybe');
    expect(matchOf(withKey(ownKey), aMark({ since, runKey: criteria.runKey! }), fresh)).toBe('yes');
  });

  const ownKey = runKeyOf('wf-1.1');
  const criteria = aMark({ runKey: { parameter: 'runKey', key: ownKey } });
  const withKey = (runKey: string, change: Partial<JobExecution> = {}): JobExecution =>
    anExecution({ jobCondition: { numWorker: 9, parameters: { runKey } }, ...change });
  const seenKeys = aProcess([withKey(runKeyOf('wf-0.1'))]);

  it.each<[string, JobExecution, typeof fresh, string]>([
    ['ours', withKey(ownKey), fresh, 'yes'],
    [
      'ours, though it shows a trigger (A3)',
      withKey(ownKey, { triggerId: 'MANUAL' }),
      seenKeys,
      'yes',
    ],
    [
      'ours, though it shows an old date (S2)',
      withKey(ownKey, { createdDate: '2026-11-22T03:00:00+09:00' }),
      fresh,
      'yes',
    ],
    [
      'ours, in the parsed parameters',
      anExecution({ parsedParameters: { runKey: ownKey } }),
      fresh,
      'yes',
    ],
    [
      'ours, masked in one place',
      withKey('****', { parsedParameters: { runKey: ownKey } }),
      fresh,
      'yes',
    ],
    ['that of another submission', withKey(runKeyOf('wf-1.2')), fresh, 'no'],
    ['masked', withKey('****'), fresh, 'maybe'],
    ['cut', withKey(ownKey.slice(0, 16)), fresh, 'maybe'],
    ['empty', withKey(''), fresh, 'maybe'],
    ['not shown', anExecution(), fresh, 'maybe'],
    ['not shown, where keys were seen', anExecution(), seenKeys, 'no'],
    [
      'not shown, where keys were seen of another job only',
      anExecution({ jobId: 'jobB' }),
      seenKeys,
      'maybe',
    ],
    [
      'not shown, of one that is not started as ours are',
      anExecution({ triggerId: 't1' }),
      aProcess([anExecution()]),
      'no',
    ],
  ])('goes by the run key alone where there is one: %s (A1)', (_, execution, seen, expected) => {
    expect(matchOf(execution, criteria, seen)).toBe(expected);
  });

  it.each<[string, Partial<JobExecution>, Partial<JobExecution> | undefined, string]>([
    ['a trigger, before ours were seen', { triggerId: 't1' }, undefined, 'maybe'],
    ['a trigger, where ours show none', { triggerId: 't1' }, {}, 'no'],
    ['an empty trigger id', { triggerId: '' }, {}, 'yes'],
    ['the trigger that ours show', { triggerId: 'MANUAL' }, { triggerId: 'MANUAL' }, 'yes'],
    ['a trigger, where ours show MANUAL', { triggerId: 't1' }, { triggerId: 'MANUAL' }, 'no'],
    ['type WORKFLOW, before ours were seen', { type: 'WORKFLOW' }, undefined, 'maybe'],
    ['type WORKFLOW, as ours', { type: 'WORKFLOW' }, { type: 'WORKFLOW' }, 'yes'],
    ['type WORKFLOW, where ours are JOB', { type: 'WORKFLOW' }, { type: 'JOB' }, 'no'],
  ])('tells by how ours are shown what a trigger started: %s (A3)', (_, change, ours, expected) => {
    const seen = aProcess(ours === undefined ? [] : [anExecution(ours)]);
    for (const exclusive of [false, true]) {
      expect(matchOf(anExecution(change), aMark({ exclusive }), seen)).toBe(expected);
    }
  });

  it.each<[string, string, number | undefined, string]>([
    ['nothing was learned', '11:59:00', undefined, 'yes'],
    ['nothing was learned, and it is far older', '11:40:00', undefined, 'maybe'],
    ['ours are dated as answers are', '11:59:00', 0, 'maybe'],
    ['ours are dated two minutes behind answers', '11:59:00', 120_000, 'yes'],
  ])('of two clocks makes only unsure: %s (S2)', (_, time, behindMs, expected) => {
    const createdDate = new Date(B0).toISOString();
    const seen =
      behindMs === undefined
        ? fresh
        : aProcess([], [{}, anExecution({ createdDate }), B0 + behindMs]);
    const wide = aMark({ since: { baselineMs: B0, knownIds: [] } });
    const shown = anExecution({ createdDate: `2026-11-22T${time}+09:00` });
    expect(matchOf(shown, wide, seen)).toBe(expected);
  });
});

describe('a run key', () => {
  it('is short, of one case, differs for each submission, and proves itself (A1)', () => {
    const keys = Array.from({ length: 2_000 }, (_, index) =>
      runKeyOf(`0199c7a1-1111-7222-8333-444455556666-${index >> 2}.${index & 3}`),
    );
    expect(new Set(keys).size).toBe(2_000);
    for (const key of keys.slice(0, 200)) {
      expect(key).toMatch(/^[0-9a-z]{31}$/);
      expect(isRunKey(key)).toBe(true);
      expect(isRunKey(key.slice(0, 30))).toBe(false);
      expect(isRunKey(`${key.slice(0, 30)}*`)).toBe(false);
      expect(isRunKey(key.replace(/^./, (first) => (first === '0' ? '1' : '0')))).toBe(false);
    }
  });
});
