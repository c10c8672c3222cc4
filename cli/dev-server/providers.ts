import type { Provider } from './first-available.js';
import type { ServerSource } from './server.js';
import { CLI_VERSION } from './temporal-cli.js';

/** In the order in which they are tried. */
const NAMES = {
  address: 'TEMPORAL_ADDRESS',
  path: '`temporal` on PATH',
  cache: 'our own cache',
  sdk: "the Temporal SDK's cached download",
  go: `go install of the Temporal CLI ${CLI_VERSION}`,
} as const satisfies Record<ServerSource, string>;

export type Attempts<T> = Readonly<Record<ServerSource, () => Promise<T>>>;

export function providers<T>(attempts: Attempts<T>): Provider<T>[] {
  const sources = Object.keys(NAMES) as ServerSource[];
  return sources.map((source) => ({ name: NAMES[source], attempt: attempts[source] }));
}
