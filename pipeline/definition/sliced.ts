/** Work in slices: each `yield` is a place where others may go on. */
export type Sliced<Result> = Generator<undefined, Result>;

/** All slices at once, where nobody waits. */
export function runAtOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

export interface Pace {
  /** Lets everybody else go on; called between slices. */
  readonly pause: () => Promise<void>;
  /** Whether the slices since the last pause were enough. */
  readonly isPauseDue: () => boolean;
}

/** The slices one after the other, with pauses between them. @throws what `pause` throws */
export async function runInSlices<Result>(
  work: Sliced<Result>,
  { pause, isPauseDue }: Pace,
): Promise<Result> {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
    if (isPauseDue()) await pause();
  }
}
