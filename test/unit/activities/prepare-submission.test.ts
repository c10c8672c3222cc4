import { expect, it } from 'vitest';
import { prepareSubmission } from '../../../activities/prepare-submission.js';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createNewestReader } from '../../../polling/newest-executions.js';
import { ListedJob } from '../polling/listed-job.js';
import { ManualClock, settle } from '../polling/manual-clock.js';
import { anActivity, fakeProfile } from './fake-profile.js';

const STARTS = 40;

it('a permit is young when it is made, however many starts are prepared at once under a small budget (A5)', async () => {
  const clock = new ManualClock();
  const rateLimiter = createRateLimiter({ callsPerSecond: 1, clock });
  const job = new ListedJob('newest-first', 10);
  const reader = createNewestReader(job.client, { rateLimiter });
  const answer = (): object => ({ jobId: 'job', name: 'job', type: 'SCRIPT', status: 'READY' });
  const callsSinceBaseline: number[] = [];
  for (let nth = 0; nth < STARTS; nth += 1) {
    let first: number | undefined;
    const onCall = (): void => {
      first ??= job.calls;
    };
    const { profile } = fakeProfile({
      answer,
      read: (jobId, options) => reader.read(jobId, { ...options, onCall }),
    });
    void anActivity()
      .run(
        prepareSubmission(() => profile),
        { jobId: 'job' },
      )
      .then(() => callsSinceBaseline.push(job.calls - (first ?? NaN)));
  }
  while (callsSinceBaseline.length < STARTS) {
    await clock.advance(1_000);
    await settle();
  }
  expect(job.calls).toBe(2 * STARTS);
  expect(Math.max(...callsSinceBaseline)).toBeLessThanOrEqual(4);
});
