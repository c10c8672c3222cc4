import { describe, expect, it } from 'vitest';
import { oneAtATime, readinessProblems, type WorkerFacts } from '../../../worker/health.js';

const AT_WORK: WorkerFacts = {
  state: 'RUNNING',
  failedPollers: [],
  temporalMs: 99_000,
  services: new Map([['etl', { answeredMs: 98_000, trouble: undefined }]]),
};
const problems = (change: Partial<WorkerFacts>) =>
  readinessProblems({ ...AT_WORK, ...change }, { nowMs: 100_000, withinMs: 60_000 });
const service = (answeredMs: number | undefined, trouble?: string) => ({
  services: new Map([['etl', { answeredMs, trouble }]]),
});

describe('readinessProblems', () => {
  it('has none when worker, Temporal and service are at work', () => {
    expect(problems({})).toEqual([]);
  });

  it('has none after a failed call while the last answer is recent', () => {
    expect(problems(service(41_000, 'answer 503 to getJobs'))).toEqual([]);
  });

  it.each<[string, Partial<WorkerFacts>]>([
    ['the worker is DRAINING', { state: 'DRAINING' }],
    ['the worker polls no workflows any more', { failedPollers: ['workflows'] }],
    ['Temporal has not answered yet', { temporalMs: undefined }],
    ['Temporal has not answered for 61 s', { temporalMs: 39_000 }],
    ['the service of profile etl has not answered yet', service(undefined)],
    [
      'the service of profile etl has not answered for 61 s (answer 503 to getJobs)',
      service(39_000, 'answer 503 to getJobs'),
    ],
  ])('says: %s', (problem, change) => {
    expect(problems(change)).toEqual([problem]);
  });

  it('names all problems together', () => {
    const all = problems({ state: 'STOPPING', temporalMs: undefined, ...service(undefined) });
    expect(all).toHaveLength(3);
  });
});

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
