import { firstAvailable, Refused, type Provider } from './first-available.js';
import { readGivenAddress } from './given-address.js';
import { installWithGo, type Log } from './go-install.js';
import type { PortWishes } from './ports.js';
import { waitUntilReady } from './ready.js';
import { startFromSdkDownload } from './sdk-download.js';
import { startDevServer } from './start-dev.js';
import { findInCache, findOnPath, type Env, CLI_VERSION } from './temporal-cli.js';
import type { ServerSettings, ServerSource, StartedServer, TemporalServer } from './server.js';

/** Shorter than for a server that we start: a given server runs already. */
const GIVEN_ADDRESS_LIMIT_MS = 5_000;

interface ProvideOptions {
  /** Takes one line for the user, e.g. that a build takes minutes. @default standard error */
  readonly log?: Log;
  /** Whether to serve the web interface, on any free port. @default false */
  readonly ui?: boolean;
  /** Ports of a server that we start; overrides `ui`. @default any free ones */
  readonly ports?: PortWishes;
  /**
   * More arguments for `temporal server start-dev`, such as FAST_DEV_SERVER. Unused with TEMPORAL_ADDRESS.
   * @default none
   */
  readonly extraArgs?: readonly string[];
  /** @default process.env */
  readonly env?: Env;
}

/**
 * A Temporal server from the first of five providers that works: TEMPORAL_ADDRESS, `temporal` on PATH, our cache, a
 * download of the SDK, a build of some minutes.
 * @throws TemporalServerUnavailable where none works; Error where TEMPORAL_ADDRESS names a server that cannot be used
 */
export async function provideTemporalServer(options: ProvideOptions = {}): Promise<TemporalServer> {
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  const env = options.env ?? process.env;
  const settings: ServerSettings = {
    namespace: env['TEMPORAL_NAMESPACE'] ?? 'default',
    ports: options.ports ?? { grpc: 'any', ...(options.ui === true && { ui: 'any' }) },
    extraArgs: options.extraArgs ?? [],
    env,
  };
  return firstAvailable(providers(attempts(settings, log)));
}

function attempts(settings: ServerSettings, log: Log): Attempts<TemporalServer> {
  const { env } = settings;
  const fromExecutable = async (source: ServerSource, find: () => Promise<string>) => {
    const executable = await find();
    const started = await orRefuse(executable, startDevServer(executable, settings));
    return toServer(source, started, settings, log, executable);
  };
  return {
    address: () => useGivenAddress(settings),
    path: () => fromExecutable('path', () => findOnPath(env)),
    cache: () => fromExecutable('cache', () => findInCache(env)),
    sdk: async () =>
      toServer('sdk', await startFromSdkDownload(settings), settings, log, undefined),
    go: () => fromExecutable('go', () => installWithGo(env, log)),
  };
}

async function useGivenAddress({ env, namespace }: ServerSettings): Promise<TemporalServer> {
  const address = readGivenAddress(env);
  try {
    await waitUntilReady({ address, namespace, limitMs: GIVEN_ADDRESS_LIMIT_MS });
  } catch (error) {
    throw new Error(
      `TEMPORAL_ADDRESS names no server that can be used: ${messageOf(error)}. Start it, or unset TEMPORAL_ADDRESS.`,
      { cause: error },
    );
  }
  return { address, namespace, source: 'address', close: () => Promise.resolve() };
}

/** Where an executable does not start, the next provider is tried. */
async function orRefuse<T>(executable: string, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    throw new Refused(`${executable} did not start: ${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function toServer(
  source: ServerSource,
  { address, uiUrl, hosted }: StartedServer,
  { namespace }: ServerSettings,
  log: Log,
  executable: string | undefined,
): TemporalServer {
  let isClosing = false;
  hosted.release();
  void hosted.ended.then(() => {
    if (!isClosing) log(`The Temporal server at ${address} ended by itself: ${hosted.tail()}`);
  });
  return {
    address,
    namespace,
    source,
    ...(uiUrl !== undefined && { uiUrl }),
    ...(executable !== undefined && { executable }),
    close: async () => {
      isClosing = true;
      await hosted.end();
    },
  };
}

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
