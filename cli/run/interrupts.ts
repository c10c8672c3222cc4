/** Signals by which a person or a supervisor ends a command. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** While `body` runs, signals do not end the process but call `onInterrupt`. `count`: 1 for the first signal. */
export async function withInterrupts<T>(
  onInterrupt: (count: number) => void,
  body: () => Promise<T>,
): Promise<T> {
  let count = 0;
  const listener = (): void => {
    count += 1;
    onInterrupt(count);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  try {
    return await body();
  } finally {
    for (const signal of SIGNALS) process.off(signal, listener);
  }
}

/** Resolves at the first such signal. */
export const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, resolve);
  });
