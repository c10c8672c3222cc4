import type { z } from 'zod';

/** A check that no two elements of a list have the same id. */
export function uniqueBy<Name extends string>(name: Name, what: string) {
  return (all: readonly Readonly<Record<Name, string>>[], context: z.RefinementCtx): void => {
    const seen = new Set<string>();
    for (const [index, { [name]: id }] of all.entries()) {
      if (seen.has(id)) {
        const message = `${id} is taken by an earlier ${what}; ids are unique`;
        context.issues.push({ code: 'custom', message, path: [index, name], input: id });
      }
      seen.add(id);
    }
  };
}
