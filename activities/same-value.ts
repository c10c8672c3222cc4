/** Whether two values of run settings are the same, a number and its text being so, and members in whatever order. */
export function isSame(sent: unknown, shown: unknown): boolean {
  if (typeof sent !== 'object' || sent === null) return String(sent) === String(shown);
  if (typeof shown !== 'object' || shown === null) return false;
  return Object.entries(sent).every(([name, value]) =>
    isSame(value, (shown as Record<string, unknown>)[name]),
  );
}
