/** A length of time: milliseconds, or a text such as `90s`, `2h 30m`, `1d`. */
export type Duration = number | string;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const DURATION_RULE = 'must be a duration: ms, or a string such as 90s or 2h 30m';
/** A match may still be 0 or too large: {@link durationMs} decides. */
export const DURATION_TEXT =
  /^(?=\d)(?:(\d+)d)? ?(?:(\d+)h)? ?(?:(\d+)m)? ?(?:(\d+)s)? ?(?:(\d+)ms)?$/;

/**
 * Milliseconds of a duration; undefined if the value is not a positive whole number of ms. Temporal's own parser is
 * not used: it reads `10` as 10 ms, accepts negative durations and gives NaN for `2h 30m`.
 */
export function durationMs(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && value > 0 ? value : undefined;
  }
  const match = typeof value === 'string' ? DURATION_TEXT.exec(value.trim()) : null;
  if (match === null) return undefined;
  const [days, hours, minutes, seconds, ms] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  const total =
    (days ?? 0) * DAY +
    (hours ?? 0) * HOUR +
    (minutes ?? 0) * MINUTE +
    (seconds ?? 0) * SECOND +
    (ms ?? 0);
  return Number.isSafeInteger(total) && total > 0 ? total : undefined;
}

/** Milliseconds of a duration that was checked. */
export const checkedMs = (value: Duration): number => durationMs(value) ?? NaN;

const UNITS = [
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
] as const;

/** A duration as a person reads it, to the second: `2h 5m`. Below a second in ms. */
export function durationText(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)}ms`;
  let rest = Math.round(ms / SECOND) * SECOND;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) parts.push(`${amount}${unit}`);
  }
  return parts.join(' ');
}
