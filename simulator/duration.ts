import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Reads a duration: ms, or a string such as 500ms, 30s, 2m, 1.5h. */
export const durationMs = z.preprocess(
  readDuration,
  z
    .number({ error: 'must be a duration: ms, or a string such as 500ms, 30s, 2m or 1h' })
    .min(0, { error: 'must be at least 0 ms' }),
);

/** Returns an unreadable value unchanged, for the schema to refuse. */
function readDuration(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(value) ?? [];
  const unitMs = UNIT_MS[unit];
  return amount === undefined || unitMs === undefined ? value : Number(amount) * unitMs;
}
