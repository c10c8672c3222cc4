import { describe, expect, it } from 'vitest';
import type { ScheduleTimes } from '../../../contract/schedule.js';
import { changesBetween, formOf, schedulePartsOf } from '../../../worker/schedule-form.js';

const form = (schedule: ScheduleTimes, numWorker = 2, taskQueue = 'q') =>
  formOf(
    schedulePartsOf(
      { pipeline: 'p', schedule, steps: { a: { job: 'x', numWorker } } },
      { taskQueue },
    ),
  );

describe('the form of a schedule', () => {
  it('names what Temporal is given', () => {
    expect(
      form({ cron: '*/30 3 * * MON-WED', timezone: 'Asia/Seoul', jitter: '5m', overlap: 'skip' }),
    ).toEqual({
      calendars: '["minute 0,30 hour 3 dayOfWeek 1,2,3"]',
      ...{ 'time zone': 'Asia/Seoul', jitter: '5m', overlap: 'SKIP', 'catch-up window': '365d' },
      ...{ workflow: 'dataflowRunPipeline', 'workflow id': 'dataflow/p/at', 'task queue': 'q' },
      input: expect.stringContaining('"numWorker":2') as string,
      summary: 'pipeline p',
    });
    expect(form({ every: '6h' })).toMatchObject({ intervals: '["every 6h"]', 'time zone': 'UTC' });
  });

  it('differs in what is told, the steps of the pipeline by their paths', () => {
    const before = form({ cron: '0 3 * * *' });
    expect(changesBetween(before, form({ cron: '0 3 * * *' }))).toEqual([]);
    expect(changesBetween(before, form({ cron: '0 4 * * *', jitter: '1m' }, 4, 'r'))).toEqual([
      'calendars: ["minute 0 hour 3"] → ["minute 0 hour 4"]',
      'task queue: q → r',
      'pipeline.schedule.cron: 0 3 * * * → 0 4 * * *',
      'pipeline.schedule.jitter: none → 1m',
      'pipeline.steps.a.numWorker: 2 → 4',
      'jitter: none → 1m',
    ]);
  });
});
