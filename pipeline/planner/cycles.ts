/**
 * Each cycle once, as a list that begins and ends with one step. Without recursion, because a chain may have a thousand
 * steps.
 */
export function cyclesOf(
  ids: readonly string[],
  needsOf: (id: string) => readonly string[],
): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  const done = new Set<string>();
  const trail: { readonly id: string; readonly open: string[] }[] = [];
  const enter = (id: string): void => {
    const begin = trail.findIndex((entered) => entered.id === id);
    if (begin >= 0) cycles.push([...trail.slice(begin).map((entered) => entered.id), id]);
    else if (!done.has(id)) trail.push({ id, open: needsOf(id).toReversed() });
  };
  for (const first of ids) {
    enter(first);
    for (let last = trail.at(-1); last !== undefined; last = trail.at(-1)) {
      const next = last.open.pop();
      if (next !== undefined) enter(next);
      else {
        done.add(last.id);
        trail.pop();
      }
    }
  }
  return cycles;
}
