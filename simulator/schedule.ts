import { KST_OFFSET_MS, readWireDate } from './wire-date.js';
import { DAYS_OF_WEEK, type TriggerRule } from './workflow-script.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** At most one month without the day is between two that have it. */
const MAX_GAP_DAYS = 62;

/** First time after `afterMs` at which the rule fires, ms since 1970; Infinity: there is none. */
export function nextFiring(rule: TriggerRule, afterMs: number): number {
  if (rule.type === 'ONE_TIME') {
    const at = readWireDate(rule.executionDate ?? '', 'allowed') ?? -Infinity;
    return at > afterMs ? at : Infinity;
  }
  return rule.type === 'RECURRING'
    ? nextOnWallClock(rule, afterMs + KST_OFFSET_MS) - KST_OFFSET_MS
    : Infinity;
}

/** Both times are Korean wall clock in the form of UTC. */
function nextOnWallClock(rule: TriggerRule, after: number): number {
  const { interval, time = '' } = rule;
  if (interval === 'HOUR') {
    const inThisHour = after - mod(after, HOUR_MS) + Number(time) * MINUTE_MS;
    return inThisHour > after ? inThisHour : inThisHour + HOUR_MS;
  }
  const [hours = '', minutes = ''] = time.split(':');
  const timeOfDay = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  const today = after - mod(after, DAY_MS);
  for (let days = 0; days <= MAX_GAP_DAYS; days += 1) {
    const day = today + days * DAY_MS;
    if (day + timeOfDay > after && firesOn(rule, new Date(day))) return day + timeOfDay;
  }
  return Infinity;
}

function firesOn({ interval, dayOfWeek = [], dateOfMonth = '' }: TriggerRule, day: Date): boolean {
  const name = DAYS_OF_WEEK[(day.getUTCDay() + 6) % 7]; // Date counts from Sunday
  if (interval === 'WEEK') return dayOfWeek.some((each) => each === name);
  if (interval !== 'MONTH') return true;
  const isLast = new Date(day.getTime() + DAY_MS).getUTCDate() === 1;
  return dateOfMonth === '-1' ? isLast : day.getUTCDate() === Number(dateOfMonth);
}

function mod(value: number, size: number): number {
  return ((value % size) + size) % size;
}
