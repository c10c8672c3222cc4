/** Signals by which a person or a supervisor ends a command. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** While `body` runs, signals are told to `onInterrupt` (the how manieth it is) and end nothing by themselves. */
export async function withInterrupts<T>(
  onInterrupt: (count: number) => void,
  body: () => Promise<T>,
): Promise<T> {
  let count = 0;
  const hear = (): void => {
    count += 1;
    onInterrupt(count);
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  try {
    return await body();
  } finally {
    for (const signal of SIGNALS) process.off(signal, hear);
  }
}

/** Resolves at the first of them. */
export const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, resolve);
  });
