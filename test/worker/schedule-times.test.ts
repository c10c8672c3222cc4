import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ScheduleTimes } from '../../contract/schedule.js';
import { timeRuleOf, timesBetween } from '../../pipeline/schedule/scheduled-times.js';
import { applySchedule } from '../../worker/apply-schedule.js';

const DAY = 86_400_000;
const MOST = 1_000;

/** Where clocks are changed, a year around it; elsewhere any. */
const CASES: readonly (readonly [ScheduleTimes, from: string, days: number])[] = [
  [{ cron: '0 3 * * *', timezone: 'Asia/Seoul' }, '2026-01-01', 365],
  [{ cron: '30 2 * * *', timezone: 'Europe/Berlin' }, '2026-01-01', 365],
  [{ cron: '15,45 1-3 * * *', timezone: 'Europe/Berlin' }, '2026-10-20', 10],
  [{ cron: '*/20 * * * *', timezone: 'America/New_York' }, '2026-10-30', 5],
  [{ cron: '*/20 * * * *', timezone: 'Europe/Berlin' }, '2026-10-22', 5],
  [{ cron: '*/10 1,2 * * *', timezone: 'Australia/Lord_Howe' }, '2026-03-30', 10],
  [{ cron: '30 0 * * SUN', timezone: 'America/Havana' }, '2026-01-01', 700],
  [{ cron: '30 1,2 * MAR,NOV SUN', timezone: 'America/New_York' }, '2026-01-01', 3_650],
  [{ cron: '0,30 0 * * *', timezone: 'Africa/Cairo' }, '2026-04-01', 240],
  [{ cron: '30 0 * * *', timezone: 'America/Havana' }, '2026-03-01', 300],
  [{ cron: '0 23 * * *', timezone: 'America/Sao_Paulo' }, '2018-01-01', 700],
  [{ cron: '5 4 29,30,31 * *', timezone: 'Asia/Kathmandu' }, '2026-01-01', 3_650],
  [{ cron: '0 12 * * *', timezone: 'Pacific/Apia' }, '2020-08-01', 365],
  [{ every: '7h', timezone: 'Asia/Seoul' }, '2026-01-01', 200],
];

let connection: Connection;
let client: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address: inject('temporalAddress') });
  client = new Client({ connection, namespace: inject('temporalNamespace') });
});
afterAll(() => connection.close());

describe('the times of a schedule (S2)', () => {
  it.each(CASES)(
    'are those of the Temporal server: %j from %s, %i days',
    async (times, from, days) => {
      const pipeline = `t-${randomUUID()}`;
      const schedule = { ...times, overlap: 'skip' } as const;
      const { scheduleId } = await applySchedule(client, {
        ...{ pipeline, schedule, steps: { a: { job: 'x' } } },
      });
      try {
        const [startMs, endMs] = [Date.parse(from), Date.parse(from) + days * DAY];
        const { startTime } = await client.workflowService.listScheduleMatchingTimes({
          ...{ namespace: inject('temporalNamespace'), scheduleId },
          startTime: { seconds: startMs / 1_000 - 1 } as never,
          endTime: { seconds: endMs / 1_000 - 1 } as never,
        });
        const served = startTime.map(({ seconds }) => Number(seconds) * 1_000);
        const ours = timesBetween(timeRuleOf(schedule), startMs, endMs, MOST);
        expect(served.length).toBeGreaterThan(10);
        expect(ours).toEqual(served.slice(0, MOST));
      } finally {
        await client.schedule.getHandle(scheduleId).delete();
      }
    },
  );
});
