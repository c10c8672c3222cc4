/** Work in slices: at each `yield` other work may run. */
export type Sliced<Result> = Generator<undefined, Result>;

/** Runs all slices without pauses. */
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

/** Runs the slices, with a pause where one is due. @throws what `pause` throws */
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
