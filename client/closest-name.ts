/** How many single changes (insert, delete, replace) lead from one text to the other, whatever their case. */
function distance(one: string, other: string): number {
  const to = Array.from(other.toLowerCase());
  let row = [0, ...to.map((_, index) => index + 1)];
  for (const [index, letter] of Array.from(one.toLowerCase()).entries()) {
    const next = [index + 1];
    for (const [at, wanted] of to.entries()) {
      const replaced = (row[at] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** Longer texts are no slips of the pen. */
const LONGEST_NAME = 60;

/** The known name that somebody most likely meant; `undefined` when none is near. */
export function closestName(given: string, known: readonly string[]): string | undefined {
  if (given.length > LONGEST_NAME) return undefined;
  const near = known
    .map((name) => ({ name, steps: distance(given, name) }))
    .filter(({ name, steps }) => steps <= Math.max(2, Math.floor(name.length / 4)))
    .sort((one, other) => one.steps - other.steps);
  return near[0]?.name;
}

/** A name that is surely no key and no pasted value: those have capitals first, digits, or great length. */
const SHOWABLE = /^[a-z][A-Za-z]{0,30}$/;

/**
 * An unknown option as a sentence. Its name is shown only where it looks like one: in an ill-formed file a key can
 * stand where a name belongs.
 */
export function problemOfUnknown(given: string, known: readonly string[]): string {
  const meant = closestName(given, known);
  const shown =
    meant !== undefined || SHOWABLE.test(given) ? given : 'a name that is not shown here';
  const advice = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  return `${shown} is no option; ${advice}`;
}
