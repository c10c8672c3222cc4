/** Asks each target one question at a time; who asks meanwhile waits for the same answer. What comes of it is dropped. */
export function oneAtATime() {
  const asking = new Map<object, Promise<unknown>>();
  return (whom: object, question: () => Promise<unknown>): Promise<unknown> => {
    const asked =
      asking.get(whom) ??
      question()
        .catch(() => undefined)
        .finally(() => asking.delete(whom));
    asking.set(whom, asked);
    return asked;
  };
}
