/** The smallest sample that at least `share` (0 to 1) of the samples do not exceed: the nearest rank. */
export function percentile(samples: readonly number[], share: number): number {
  const ascending = samples.toSorted((a, b) => a - b);
  const value = ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
  if (value === undefined) throw new RangeError('There is no percentile of no samples.');
  return value;
}

export function mean(samples: readonly number[]): number {
  if (samples.length === 0) throw new RangeError('There is no mean of no samples.');
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** To three digits, or to whole numbers where those are more. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
