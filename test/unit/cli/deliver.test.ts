import { describe, expect, it } from 'vitest';
import { deliver, type NewestRun } from '../../../cli/run/deliver.js';

const LOST = new Error('workflow update was lost');
const REFUSED = new Error('refused');

interface Scene {
  /** What describing the workflow shows, one after the other; the last one from then on. */
  readonly newest: readonly NewestRun[];
  /** How each send ends; sends after the last one end like it. */
  readonly sends: readonly (Error | undefined)[];
  /** Closed runs that took it. */
  readonly taken?: readonly string[];
}

/** The run that each send went to, and how it ended. */
async function play({ newest, sends, taken = [] }: Scene): Promise<{
  readonly sentTo: readonly string[];
  readonly end: unknown;
}> {
  const sentTo: string[] = [];
  let looks = 0;
  const end = await deliver({
    newestRun: () => {
      looks += 1;
      return Promise.resolve(newest[Math.min(looks, newest.length) - 1]!);
    },
    send: (runId) => {
      sentTo.push(runId);
      const error = sends[Math.min(sentTo.length, sends.length) - 1];
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
    hasTaken: (runId) => Promise.resolve(taken.includes(runId)),
    isLost: (error) => error === LOST,
    pause: () => Promise.resolve(),
  }).catch((error: unknown) => error);
  return { sentTo, end };
}

const first = { runId: 'first', isRunning: true };
const second = { runId: 'second', isRunning: true };
const closed = { runId: 'first', isRunning: false };

describe('an Update', () => {
  it('is sent again to the same run when its answer was lost: the server takes an id once', async () => {
    expect(await play({ newest: [first], sends: [LOST, undefined] })).toEqual({
      sentTo: ['first', 'first'],
      end: 'taken',
    });
  });

  it('goes to the next run when the workflow continued as new without having taken it', async () => {
    expect(await play({ newest: [first, second], sends: [LOST, undefined] })).toEqual({
      sentTo: ['first', 'second'],
      end: 'taken',
    });
  });

  it('goes to no other run when the closed one took it: there it would be applied twice', async () => {
    const scene = { newest: [first, second], sends: [LOST, undefined], taken: ['first'] };
    expect(await play(scene)).toEqual({ sentTo: ['first'], end: 'taken' });
  });

  it('is not sent again when the workflow refuses it', async () => {
    expect(await play({ newest: [first], sends: [REFUSED] })).toEqual({
      sentTo: ['first'],
      end: REFUSED,
    });
  });

  it('ends with the workflow, whether it was taken right before the end or not', async () => {
    const newest = [first, closed];
    expect(await play({ newest, sends: [LOST] })).toEqual({ sentTo: ['first'], end: 'ended' });
    const taken = ['first'];
    expect(await play({ newest, sends: [LOST], taken })).toMatchObject({ end: 'taken' });
    expect(await play({ newest: [closed], sends: [] })).toEqual({ sentTo: [], end: 'ended' });
  });

  it('is given up after ten sends, with what came back last', async () => {
    const { sentTo, end } = await play({ newest: [first], sends: [LOST] });
    expect(sentTo).toHaveLength(10);
    expect(end).toBe(LOST);
  });
});
