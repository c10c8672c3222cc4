/** Longer names are not compared: no known name is longer. */
const MAX_NAME_LENGTH = 64;
/** Most known names that are compared with an unknown one, so that a suggestion takes at most a millisecond. */
const MAX_COMPARED = 1_000;
const MAX_LISTED = 12;

/**
 * Number of edits between two names: insertions, deletions, replacements, swaps of neighbours. A result above `most`
 * is not exact.
 */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      let least = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      if (swapped) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      current.push(least);
    }
    if (Math.min(...current, ...above) > most) return most + 1;
    [before, above] = [above, current];
  }
  return above[other.length] ?? 0;
}

/**
 * The known name that an unknown one most likely means; upper and lower case are equal. `undefined` if none is near.
 */
export function suggest(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return undefined;
  const most = Math.max(name.length < 6 ? 1 : 2, Math.floor(name.length / 3));
  const [best] = known
    .slice(0, MAX_COMPARED)
    .filter((other) => other.length <= MAX_NAME_LENGTH)
    .map((other) => ({ other, edits: distance(name.toLowerCase(), other.toLowerCase(), most) }))
    .sort((one, other) => one.edits - other.edits);
  return best !== undefined && best.edits <= most ? best.other : undefined;
}

/** Ending of a message about an unknown name: `; did you mean extract?`, or the known names. */
export function suggestionText(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const meant = suggest(name, known);
  if (meant !== undefined) return `; did you mean ${meant}?`;
  const more = known.length > MAX_LISTED ? `, … (${known.length})` : '';
  return `; known are ${known.slice(0, MAX_LISTED).join(', ')}${more}`;
}
