/** One way to a Temporal server. */
export interface Provider<T> {
  /** How messages call it, e.g. "`temporal` on PATH". */
  readonly name: string;
  /** Tries this way. A rejection that is no `Refused` ends the search: it concerns an explicit wish of the user. */
  readonly attempt: () => Promise<T>;
}

/** This way leads nowhere on this machine; the next one is tried. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** No way led to a server. Its message names every way and why it failed. */
export class TemporalServerUnavailable extends Error {
  override readonly name = 'TemporalServerUnavailable';
}

/** The first way that succeeds, tried one after the other: a later way costs more than an earlier one. */
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
    `No Temporal server could be had. Make one of these ways work:\n${reasons.join('\n')}`,
  );
}
