import { describe, expect, it } from 'vitest';
import { oneAtATime } from '../../../worker/worker-health.js';

describe('a question that is asked one at a time', () => {
  it('is not asked again while it is open, and is once it has failed', async () => {
    const [once, whom] = [oneAtATime(), {}];
    let asked = 0;
    let fail = (): void => undefined;
    const question = (): Promise<unknown> => {
      asked += 1;
      return new Promise((_, reject) => {
        fail = () => {
          reject(new Error('no answer'));
        };
      });
    };
    const both = [once(whom, question), once(whom, question)];
    expect(asked).toBe(1);
    fail();
    await Promise.all(both);
    void once(whom, question);
    expect(asked).toBe(2);
  });

  it('does not keep another target from being asked', async () => {
    const once = oneAtATime();
    void once({}, () => new Promise(() => undefined));
    let asked = 0;
    await once({}, () => {
      asked += 1;
      return Promise.resolve();
    });
    expect(asked).toBe(1);
  });
});
