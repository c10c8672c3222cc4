import type { ScheduleTimes } from '../../contract/schedule.js';
import {
  DAY_MS,
  irregularTimes,
  timeRuleOf,
  zoneOf,
} from '../../pipeline/schedule/scheduled-times.js';

/** Times of a year that are told one by one. */
const MAX_TOLD = 3;

/** What becomes of a schedule within a year where the clocks of its zone are changed; a line each, often none. */
export function irregularText(schedule: ScheduleTimes, nowMs = Date.now()): readonly string[] {
  const { missing, twice } = irregularTimes(timeRuleOf(schedule), nowMs, nowMs + 366 * DAY_MS);
  const zone = zoneOf(schedule);
  return [
    ...(missing.length === 0
      ? []
      : [
          `clocks are put forward in ${zone}: it does not run at ${listed(missing)}, which no clock shows`,
        ]),
    ...(twice.length === 0
      ? []
      : [
          `clocks are put back in ${zone}: it runs twice at ${listed(twice)}, with the same run.date`,
        ]),
  ];
}

function listed(times: readonly string[]): string {
  const more = times.length - MAX_TOLD;
  return times.slice(0, MAX_TOLD).join(', ') + (more > 0 ? ` and ${more} more times` : '');
}
