import { describe, expect, it } from 'vitest';
import { operationActivities } from '../../../activities/call-operation.js';
import { DataFlowCallError } from '../../../client/errors.js';
import type { FailureType } from '../../../contract/failures.js';
import { anActivity, fakeProfile } from './fake-profile.js';

/** How an attempt of a read ended, and the heartbeat details that it left. */
interface Ended {
  readonly failure: { readonly type?: string; readonly nonRetryable?: boolean };
  readonly left: unknown;
}

async function attempt(number: number, failure: FailureType, heartbeatDetails: unknown) {
  const { profile } = fakeProfile({
    answer: (call) => {
      const facts = { call, request: 'GET /x', failure, sent: 'yes', complete: true } as const;
      throw new DataFlowCallError(facts, `${failure} came`);
    },
  });
  const { dataflowGetJobById } = operationActivities(() => profile);
  const environment = anActivity({ attempt: number, heartbeatDetails });
  let left = heartbeatDetails;
  environment.on('heartbeat', (details: unknown) => (left = details));
  const run = environment.run(dataflowGetJobById, { jobId: 'jobA' });
  const ended: Ended = await run.then(
    () => ({ failure: {}, left }),
    (error: unknown) => ({ failure: error as Ended['failure'], left }),
  );
  return ended;
}

/** Whether each attempt was the last one; a `crash` is an attempt that a worker took with it. */
async function attempts(...answers: readonly (FailureType | 'crash')[]): Promise<unknown[]> {
  let left: unknown;
  const ends: unknown[] = [];
  for (const [nth, answer] of answers.entries()) {
    if (answer === 'crash') continue;
    const ended = await attempt(nth + 1, answer, left);
    ({ left } = ended);
    expect(ended.failure.type).toBe(answer);
    ends.push(ended.failure.nonRetryable);
  }
  return ends;
}

const UNREADABLE = 'DataFlowProtocolError';
const DOWN = 'DataFlowUnavailable';

describe('an activity whose answers are repeated a few times only', () => {
  it('ends at the third of them', async () => {
    expect(await attempts(UNREADABLE, UNREADABLE, UNREADABLE)).toEqual([false, false, true]);
  });

  it('goes on after one, however many attempts an outage or workers have cost before (C6)', async () => {
    const ends = await attempts(DOWN, 'crash', 'crash', DOWN, UNREADABLE);
    expect(ends.at(-1)).toBe(false);
  });

  it('ends at the third of them, whatever workers took with them in between (C6)', async () => {
    const ends = await attempts(UNREADABLE, 'crash', UNREADABLE, 'crash', UNREADABLE);
    expect(ends).toEqual([false, false, true]);
  });

  it('counts anew where the service has answered otherwise since (C6)', async () => {
    const ends = await attempts(UNREADABLE, UNREADABLE, 'DataFlowThrottled', UNREADABLE);
    expect(ends.at(-1)).toBe(false);
  });
});

it('an activity shows the failure of its last call in its heartbeat details (C7)', async () => {
  const { left } = await attempt(1, DOWN, { nothingDoneBy: 0 });
  expect(left).toMatchObject({
    nothingDoneBy: 0,
    lastError: expect.stringContaining(`${DOWN} came`) as string,
  });
});
