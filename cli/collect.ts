/** Of an option that may be repeated: all that was given. */
export const collect = (one: string, all: readonly string[]): readonly string[] => [...all, one];
