import { durationMs } from '../../contract/durations.js';
import type { ScheduleTimes } from '../../contract/schedule.js';
import { type Cron, readCron } from './cron.js';
import { DAY_MS, instantsAt, offsetsAround, wallAt, type WallMs, wallText } from './zone.js';

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
  return nearest(rule, afterMs, 1);
}

/** The last time before a point of time; undefined if none was. */
export function previousTime(rule: TimeRule, beforeMs: number): number | undefined {
  if (rule.kind === 'cron') return nearest(rule, beforeMs, -1);
  const previous = (Math.ceil(beforeMs / rule.everyMs) - 1) * rule.everyMs;
  return previous < 0 ? undefined : previous;
}

/** All times of `from <= time < to`, the first ones. */
export function timesBetween(
  rule: TimeRule,
  fromMs: number,
  toMs: number,
  most: number,
): readonly number[] {
  const times: number[] = [];
  let last = fromMs - 1;
  if (rule.kind === 'every') {
    for (let at = nextTime(rule, last); at !== undefined && at < toMs; at = nextTime(rule, at)) {
      if (times.length >= most) break;
      times.push(at);
    }
    return times;
  }
  const lastDay = dayOf(wallAt(rule.zone, toMs)) + DAY_MS;
  for (let day = dayOf(wallAt(rule.zone, fromMs)) - DAY_MS; day <= lastDay; day += DAY_MS) {
    for (const at of timesOfDay(rule, day)) {
      if (at <= last || at >= toMs) continue;
      if (times.length >= most) return times;
      times.push(at);
      last = at;
    }
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
  const lastDay = dayOf(wallAt(zone, toMs));
  for (let day = dayOf(wallAt(zone, fromMs)); day < lastDay; day += DAY_MS) {
    if (!isDay(cron, day) || new Set(offsetsAround(zone, day + DAY_MS / 2)).size === 1) continue;
    for (const wall of wallsOf(cron, day)) {
      const { length } = instantsAt(zone, wall);
      if (length === 0) missing.push(wallText(wall));
      if (length > 1) twice.push(wallText(wall));
    }
  }
  return { missing, twice };
}

const dayOf = (wall: WallMs): WallMs => Math.floor(wall / DAY_MS) * DAY_MS;

function isDay({ daysOfMonth, daysOfWeek, months }: Cron, day: WallMs): boolean {
  const date = new Date(day);
  return (
    months.includes(date.getUTCMonth() + 1) &&
    daysOfMonth.includes(date.getUTCDate()) &&
    daysOfWeek.includes(date.getUTCDay())
  );
}

const wallsOf = ({ hours, minutes }: Cron, day: WallMs): readonly WallMs[] =>
  hours.flatMap((hour) => minutes.map((minute) => day + (hour * 60 + minute) * 60_000));

type CronRule = Extract<TimeRule, { readonly kind: 'cron' }>;

/** The times of one day of the zone's calendar. */
const timesOfDay = ({ cron, zone }: CronRule, day: WallMs): readonly number[] =>
  isDay(cron, day)
    ? wallsOf(cron, day)
        .flatMap((wall) => instantsAt(zone, wall))
        .sort((one, other) => one - other)
    : [];

/** The nearest time after (1) or before (-1) a point of time. */
function nearest(rule: CronRule, fromMs: number, direction: 1 | -1): number | undefined {
  const isBeyond = (at: number): boolean => (at - fromMs) * direction > 0;
  const nearer = (times: readonly number[]): number =>
    direction === 1 ? Math.min(...times) : Math.max(...times);
  // Clocks that are put back over midnight show the same day twice: the day before may hold a later time.
  const first = dayOf(wallAt(rule.zone, fromMs)) - direction * DAY_MS;
  for (let nth = 0; nth < RAREST_DAYS; nth += 1) {
    const day = first + direction * nth * DAY_MS;
    const times = timesOfDay(rule, day).filter(isBeyond);
    if (times.length === 0) continue;
    const after = timesOfDay(rule, day + direction * DAY_MS).filter(isBeyond);
    return nearer([...times, ...after]);
  }
  return undefined;
}
