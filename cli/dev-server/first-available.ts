/** One way to get a Temporal server. */
export interface Provider<T> {
  /** Name in messages, e.g. "`temporal` on PATH". */
  readonly name: string;
  /**
   * Rejects with `Refused` to let the next provider be tried. Any other error ends the search: the user asked for this
   * provider.
   */
  readonly attempt: () => Promise<T>;
}

/** This provider cannot work on this machine; the next one is tried. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** No provider gave a server. The message lists every provider and why it failed. */
export class TemporalServerUnavailable extends Error {
  override readonly name = 'TemporalServerUnavailable';
}

/**
 * The server of the first provider that succeeds. They are tried one after the other, because a later one costs more
 * time.
 */
export async function firstAvailable<T>(providers: readonly Provider<T>[]): Promise<T> {
  const reasons: string[] = [];
  for (const provider of providers) {
    try {
      return await provider.attempt();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      reasons.push(`  ${String(reasons.length + 1)}. ${provider.name}: ${error.message}`);
    }
  }
  throw new TemporalServerUnavailable(
    `No Temporal server is available. One of these must be made to work:\n${reasons.join('\n')}`,
  );
}
