import { durationMs } from '../../contract/durations.js';
import type { ScheduleTimes } from '../../contract/schedule.js';
import { type Cron, readCron } from './cron.js';
import { instantAt, wallAt, type WallMs, wallText } from './zone.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** When a schedule is due. The times are those of Temporal's schedules (test/worker/schedule-times.test.ts). */
export type TimeRule =
  | { readonly kind: 'cron'; readonly cron: Cron; readonly zone: string }
  | { readonly kind: 'every'; readonly everyMs: number };

const DEFAULT_ZONE = 'UTC';

export const zoneOf = ({ timezone = DEFAULT_ZONE }: ScheduleTimes): string => timezone;

/** The rule of a schedule that was checked. @throws Error for another one */
export function timeRuleOf(schedule: ScheduleTimes): TimeRule {
  const { cron, every } = schedule;
  const everyMs = durationMs(every);
  if (everyMs !== undefined) return { kind: 'every', everyMs };
  const read = readCron(cron ?? '');
  if ('problem' in read) throw new Error(`schedule.cron: ${read.problem}`);
  return { kind: 'cron', cron: read.cron, zone: zoneOf(schedule) };
}

/** No day of a calendar is rarer than every eighth year: 29 February around 2100. */
const RAREST_DAYS = 8 * 366 + 2;

/** The first time after a point of time; undefined if none comes. */
export function nextTime(rule: TimeRule, afterMs: number): number | undefined {
  if (rule.kind === 'every') return (Math.floor(afterMs / rule.everyMs) + 1) * rule.everyMs;
  return nextOfCron(rule, afterMs);
}

/** The last time before a point of time; undefined if none was. */
export function previousTime(rule: TimeRule, beforeMs: number): number | undefined {
  if (rule.kind === 'every') {
    const previous = (Math.ceil(beforeMs / rule.everyMs) - 1) * rule.everyMs;
    return previous < 0 ? undefined : previous;
  }
  for (let days = 2; days < 2 * RAREST_DAYS; days *= 2) {
    const last = timesBetween(rule, beforeMs - days * DAY_MS, beforeMs, Infinity).at(-1);
    if (last !== undefined) return last;
  }
  return undefined;
}

/** All times of `from <= time < to`, the first ones. */
export function timesBetween(
  rule: TimeRule,
  fromMs: number,
  toMs: number,
  most: number,
): readonly number[] {
  const times: number[] = [];
  for (
    let at = nextTime(rule, fromMs - 1);
    at !== undefined && at < toMs;
    at = nextTime(rule, at)
  ) {
    if (times.length >= most) break;
    times.push(at);
  }
  return times;
}

/** Readings of the clock at which a schedule is not due, because no clock shows them, or is due twice. */
export interface IrregularTimes {
  readonly missing: readonly string[];
  readonly twice: readonly string[];
}

/** What becomes of the times of a schedule where the clocks of its zone are put forward or back. */
export function irregularTimes(rule: TimeRule, fromMs: number, toMs: number): IrregularTimes {
  const [missing, twice]: [string[], string[]] = [[], []];
  if (rule.kind === 'every') return { missing, twice };
  const { cron, zone } = rule;
  for (let at = fromMs; at < toMs; at += DAY_MS) {
    const day = dayOf(wallAt(zone, at));
    const [begin, end] = [instantAt(zone, day), instantAt(zone, day + DAY_MS)];
    const isDue = isDate(cron, day) && cron.daysOfWeek.includes(new Date(day).getUTCDay());
    if (end - begin === DAY_MS || !isDue) continue;
    // Clocks that are put forward at midnight leave no midnight: the bounds are an hour wide.
    const times = timesBetween(rule, begin - HOUR_MS, end + HOUR_MS, Infinity);
    const walls = times.map((time) => wallAt(zone, time));
    for (const wall of wallsOf(cron, day)) {
      const count = walls.filter((one) => one === wall).length;
      if (count === 0) missing.push(wallText(wall));
      if (count > 1) twice.push(wallText(wall));
    }
  }
  return { missing, twice };
}

const dayOf = (wall: WallMs): WallMs => Math.floor(wall / DAY_MS) * DAY_MS;
const hourOf = (wall: WallMs): number => new Date(wall).getUTCHours();

function isDate({ daysOfMonth, months }: Cron, day: WallMs): boolean {
  const date = new Date(day);
  return months.includes(date.getUTCMonth() + 1) && daysOfMonth.includes(date.getUTCDate());
}

const wallsOf = ({ hours, minutes }: Cron, day: WallMs): readonly WallMs[] =>
  hours.flatMap((hour) => minutes.map((minute) => day + hour * HOUR_MS + minute * MINUTE_MS));

type CronRule = Extract<TimeRule, { readonly kind: 'cron' }>;

/**
 * The next time as the Temporal server finds it. It goes through the readings of the clock; where it notices that the hour
 * behind it came twice, it goes through it once more, an hour later. In zones east of UTC it does not notice that: there a
 * time that comes twice is due at its second coming alone.
 */
function nextOfCron({ cron, zone }: CronRule, afterMs: number): number | undefined {
  const now = wallAt(zone, afterMs);
  const last = now + RAREST_DAYS * DAY_MS;
  // In the second coming of an hour already.
  let repeatMs = hourOf(wallAt(zone, afterMs - HOUR_MS)) === hourOf(now) ? HOUR_MS : 0;
  let wall = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  if (wall % HOUR_MS === 0) [wall, repeatMs] = hourBehind(zone, wall, repeatMs);
  while (wall < last) {
    const day = dayOf(wall);
    if (!isDate(cron, day) || !isWeekday(cron, zone, wall)) {
      [wall, repeatMs] = [day + DAY_MS, 0];
    } else if (!cron.hours.includes(hourOf(wall))) {
      [wall, repeatMs] = [Math.floor(wall / HOUR_MS) * HOUR_MS + HOUR_MS, 0];
    } else if (!cron.minutes.includes(new Date(wall).getUTCMinutes())) {
      wall += MINUTE_MS;
      if (wall % HOUR_MS === 0) [wall, repeatMs] = hourBehind(zone, wall, repeatMs);
    } else {
      const at = instantAt(zone, wall);
      if (hourOf(wallAt(zone, at)) === hourOf(wall)) return at + repeatMs;
      // No clock shows it.
      wall = Math.floor(wall / HOUR_MS) * HOUR_MS + HOUR_MS;
    }
  }
  return undefined;
}

/** Where clocks are put forward at midnight, the server takes the weekday of the evening before. */
const isWeekday = ({ daysOfWeek }: Cron, zone: string, wall: WallMs): boolean =>
  daysOfWeek.length === 7 ||
  daysOfWeek.includes(new Date(wallAt(zone, instantAt(zone, wall))).getUTCDay());

/** At the end of an hour: the hour behind it once more, where it came twice, else the next one. */
function hourBehind(zone: string, wall: WallMs, repeatMs: number): [WallMs, number] {
  const before = wall - HOUR_MS;
  const isTwice = repeatMs === 0 && instantAt(zone, wall) - instantAt(zone, before) > HOUR_MS;
  return isTwice ? [before, HOUR_MS] : [wall, 0];
}
