/** Work in slices: at each `yield` other work may run. */
export type Sliced<Result> = Generator<undefined, Result>;

/** Runs all slices at once, where nothing else waits. */
export function runAtOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

export interface Pace {
  /** Lets other work run; called between slices. */
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
