import { describe, expect, it } from 'vitest';
import { operationActivities } from '../../../activities/call-operation.js';
import { type CallFacts, DataFlowCallError } from '../../../client/errors.js';
import {
  ACTIVITY_OPERATIONS,
  type ActivityOperation,
  operationActivityName,
} from '../../../contract/operation-activities.js';
import { OPERATIONS, type OperationName } from '../../../contract/operations.js';
import { EXAMPLES } from '../client/operation-examples.js';
import { anActivity, fakeProfile, type NotedCall } from './fake-profile.js';

const FIRST = { attempt: 1, scheduledTimestampMs: 1, currentAttemptScheduledTimestampMs: 1 };
const SECOND = { ...FIRST, attempt: 2, currentAttemptScheduledTimestampMs: 2 };
const PROVEN = { ...SECOND, heartbeatDetails: { nothingDoneBy: 1 } };

const UNANSWERED = { sent: 'maybe', complete: false, failure: 'DataFlowUnavailable' } as const;
const UNSENT = { ...UNANSWERED, sent: 'no' } as const;
const THROTTLED = {
  sent: 'yes',
  complete: true,
  status: 429,
  errorCode: '410',
  failure: 'DataFlowThrottled',
} as const;
const NOT_FOUND = {
  sent: 'yes',
  complete: true,
  status: 404,
  failure: 'DataFlowNotFound',
} as const;
const BAD_STATE = {
  sent: 'yes',
  complete: true,
  status: 400,
  failure: 'DataFlowBadState',
} as const;

interface Played {
  readonly outcome: Promise<unknown>;
  readonly calls: readonly NotedCall[];
  readonly beats: readonly unknown[];
}

/** One delivery of an operation's activity, to a service that answers `output` or fails as told. */
function play(
  name: ActivityOperation,
  info: object = FIRST,
  answer: { readonly output?: unknown; readonly fails?: Partial<CallFacts> } = {},
): Played {
  const { profile, calls } = fakeProfile({
    answer: (call) => {
      if (answer.fails === undefined) return answer.output;
      const facts = { ...UNANSWERED, ...answer.fails, call, request: `POST /${call}` };
      throw new DataFlowCallError(facts, 'what came');
    },
  });
  const environment = anActivity(info);
  const beats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  const activities = operationActivities(() => profile) as unknown as Record<
    string,
    (input: unknown) => Promise<unknown>
  >;
  const outcome = environment.run(activities[operationActivityName(name)]!, EXAMPLES[name]);
  outcome.catch(() => undefined);
  return { outcome, calls, beats };
}

const ONCE = ACTIVITY_OPERATIONS.filter((name) => !OPERATIONS[name].idempotent);
const REPEATABLE = ACTIVITY_OPERATIONS.filter((name) => OPERATIONS[name].idempotent);
const ENDINGS = REPEATABLE.filter((name) => /^(delete|cancel)/.test(name));

describe('the activity of an operation', () => {
  it.each(ACTIVITY_OPERATIONS)('%s makes the one call and gives its output', async (name) => {
    const output = { answer: name };
    const { outcome, calls } = play(name, FIRST, { output });
    expect(await outcome).toEqual(output);
    expect(calls.map((call) => [call.name, call.input])).toEqual([[name, EXAMPLES[name]]]);
  });

  it('keeps the profile to itself, and takes no input for an empty one', async () => {
    const { profile, calls } = fakeProfile({ answer: () => ({ list: [] }) });
    const asked: (string | undefined)[] = [];
    const { dataflowGetJobs } = operationActivities((name) => {
      asked.push(name);
      return profile;
    });
    await anActivity(FIRST).run(dataflowGetJobs, { profile: 'payroll', limit: 5 });
    await anActivity(FIRST).run(dataflowGetJobs as () => Promise<unknown>);
    expect(asked).toEqual(['payroll', undefined]);
    expect(calls.map(({ input }) => input)).toEqual([{ limit: 5 }, {}]);
  });

  it.each(REPEATABLE)('%s is repeated by Temporal after a call without an answer', async (name) => {
    await expect(play(name, FIRST, { fails: UNANSWERED }).outcome).rejects.toMatchObject({
      type: 'DataFlowUnavailable',
      nonRetryable: false,
    });
  });

  it('names the ids that it was about in its failure', async () => {
    const { outcome } = play('getTriggerById', FIRST, { fails: NOT_FOUND });
    await expect(outcome).rejects.toMatchObject({
      details: [{ call: 'getTriggerById', triggerId: 'Tr12Ig34Er56', status: 404 }],
    });
  });
});

describe('the activity of an operation that must not be repeated', () => {
  it.each(ONCE)(
    '%s ends with an unknown outcome when it was sent and not answered',
    async (name) => {
      const { outcome } = play(name, FIRST, { fails: UNANSWERED });
      await expect(outcome).rejects.toMatchObject({
        type: 'DataFlowOutcomeUnknown',
        nonRetryable: true,
        message: expect.stringMatching(/look (in|at)/) as string,
      });
    },
  );

  it.each(ONCE)('%s is not made by a second attempt after a crash or a time-out', async (name) => {
    const { outcome, calls } = play(name, SECOND, { output: {} });
    await expect(outcome).rejects.toMatchObject({ type: 'DataFlowOutcomeUnknown' });
    expect(calls).toEqual([]);
  });

  it.each([
    ['an activity reset', { ...FIRST, currentAttemptScheduledTimestampMs: 2 }],
    ['an attempt after the proven one', { ...PROVEN, attempt: 3 }],
  ])('is not made after %s', async (_, info) => {
    const { outcome, calls } = play('createJob', info, { output: {} });
    await expect(outcome).rejects.toMatchObject({ type: 'DataFlowOutcomeUnknown' });
    expect(calls).toEqual([]);
  });

  it.each<[string, Partial<CallFacts>]>([
    ['nothing was sent', UNSENT],
    ['the service throttled it', THROTTLED],
  ])('leaves the proof for a second attempt when %s', async (_, fails) => {
    const { outcome, beats } = play('createJob', FIRST, { fails });
    await expect(outcome).rejects.toMatchObject({ nonRetryable: false });
    expect(beats.at(-1)).toMatchObject({ nothingDoneBy: 1 });
  });

  it('is made by a second attempt to which the first one left the proof', async () => {
    const { outcome, calls } = play('createJob', PROVEN, { output: { jobId: 'j' } });
    expect(await outcome).toEqual({ jobId: 'j' });
    expect(calls).toHaveLength(1);
  });
});

describe('the activity of a delete or cancel', () => {
  it.each(ENDINGS)('%s is done when a later attempt finds nothing any more', async (name) => {
    expect(await play(name, SECOND, { fails: NOT_FOUND }).outcome).toBe(true);
  });

  it.each(ENDINGS)('%s says not found when no earlier attempt can have done it', async (name) => {
    for (const info of [FIRST, PROVEN]) {
      const { outcome } = play(name, info, { fails: NOT_FOUND });
      await expect(outcome).rejects.toMatchObject({ type: 'DataFlowNotFound' });
    }
  });

  it('is not taken for done when the gateway knows no such path', async () => {
    const { outcome } = play('deleteJob', SECOND, {
      fails: { ...NOT_FOUND, failure: 'DataFlowPathUnknown' },
    });
    await expect(outcome).rejects.toMatchObject({ type: 'DataFlowPathUnknown' });
  });

  it.each<[OperationName & ActivityOperation, boolean]>([
    ['cancelJobExecution', true],
    ['deleteJob', false],
  ])('%s that meets a bad state on a later attempt counts as done: %s', async (name, done) => {
    const { outcome } = play(name, SECOND, { fails: BAD_STATE });
    if (done) expect(await outcome).toBe(true);
    else await expect(outcome).rejects.toMatchObject({ type: 'DataFlowBadState' });
  });
});
