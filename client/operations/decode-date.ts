const DATE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?$/;

/** How it is given back; most of thousands come so already. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Korea's wall clock: what a date without offset means (NOTES §5.10). */
const DEFAULT_OFFSET = '+09:00';

/**
 * A date of the service as ISO 8601 with offset; fractions of a second stay as they came.
 * `undefined` when it cannot be read: no decision hangs on a date alone, so a strange one is not fatal.
 */
export function toIsoDate(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const iso = ISO.test(value) ? value : withOffset(value);
  return Number.isNaN(Date.parse(iso)) ? undefined : iso;
}

function withOffset(value: string): string {
  const [, day = '', time = '', offset = DEFAULT_OFFSET] = DATE.exec(value.trim()) ?? [];
  return `${day}T${time}${offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`;
}
