/** Largest number of times in any window of this length (its end excluded). @param moments ascending */
export function mostWithin(windowMs: number, moments: readonly number[]): number {
  let from = 0;
  return moments.reduce((most, now, nth) => {
    while (now - moments[from]! >= windowMs) from += 1;
    return Math.max(most, nth - from + 1);
  }, 0);
}
