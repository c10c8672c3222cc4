const two = (value: number): string => String(value).padStart(2, '0');

/**
 * A point in time as all output shows it: ISO 8601 to the second, in the time zone of this process (`TZ`), with its
 * offset. A text that is no date is returned unchanged.
 */
export function timeText(value: number | string | Date): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return String(value);
  const offsetMinutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offsetMinutes * 60_000).toISOString().slice(0, 19);
  if (offsetMinutes === 0) return `${local}Z`;
  const ahead = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? '-' : '+';
  return `${local}${sign}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}
