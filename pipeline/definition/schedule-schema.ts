import { z } from 'zod';
import { SCHEDULE_OPTIONS, type ScheduleTimes } from '../../contract/schedule.js';
import { closed } from './closed-object.js';
import { memberSchemas, parameterName, template } from './members.js';

/** When a pipeline runs by itself, as it is written. */
export const schedule = closed(
  {
    ...memberSchemas<ScheduleTimes>(SCHEDULE_OPTIONS),
    parameters: z
      .record(parameterName, template, 'must be an object with names and values')
      .describe(
        'Parameters of each run; strings may hold expressions, which see run.scheduledAt, run.date, run.previousScheduledAt, run.id and run.key.',
      )
      .exactOptional(),
  },
  "must be an object, e.g. { cron: '0 3 * * *', timezone: Asia/Seoul }",
);

export type WrittenSchedule = z.input<typeof schedule>;
