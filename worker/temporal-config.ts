import { accessSync, constants } from 'node:fs';
import { BlockList, isIPv4 } from 'node:net';
import { loadClientConfig, loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import { type Environment, valueOf } from '../client/environment.js';
import { isLoopback } from '../client/http/origin.js';

type ConnectConfig = ReturnType<typeof toClientOptions>;
type ConnectionOptions = ConnectConfig['connectionOptions'];
type TemporalProfile = ReturnType<typeof loadClientConfigProfile>;

/** Why a connection uses TLS. `asked`: it is configured. `key`: it is not, but an API key is never sent without TLS. */
export type TlsReason = 'none' | 'asked' | 'key';

/** How Temporal is reached, from TEMPORAL_* and the file of Temporal's own tools. */
export interface TemporalConfig {
  /** May hold an API key and client certificates. */
  readonly connectionOptions: ConnectionOptions;
  readonly namespace: string;
  /** `host:port`, for messages. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly tls: TlsReason;
  /** Whether the server is on this machine; then it is never reached through a proxy. */
  readonly isLocal: boolean;
}

const DEFAULT_PORT = 7233;

/** `host`, `host:port`, `[::1]:port`, without a scheme; `undefined` for anything else. */
export function splitAddress(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2] ?? (text === '::1' ? text : undefined);
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  return host === undefined || port > 65_535 ? undefined : { host: host.toLowerCase(), port };
}

export const joinAddress = ({ host, port }: { host: string; port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Variables that turn TLS off if envconfig cannot read their values. */
const SWITCHES = ['TEMPORAL_TLS', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'];

/**
 * Reads the configuration of Temporal's own tools. An empty variable counts as unset. A setting that envconfig would
 * ignore, so that another server or no TLS would be used, is a problem.
 */
export function resolveTemporalConfig(
  env: Environment,
): TemporalConfig | { readonly problems: readonly string[] } {
  const problems = [...problemsOfSwitches(env), ...problemsOfFile(env)];
  const read = load(env);
  if (typeof read === 'string') return { problems: [...problems, read] };
  const { connectionOptions, namespace = 'default' } = read;
  const given = (connectionOptions.address ?? `localhost:${DEFAULT_PORT}`).trim();
  const at = splitAddress(given);
  if (at === undefined)
    problems.push(
      `TEMPORAL_ADDRESS must be host:port without a scheme, e.g. 127.0.0.1:7233; got ${given}`,
    );
  if (at === undefined || problems.length > 0) return { problems };
  const address = joinAddress(at);
  return {
    connectionOptions: { ...connectionOptions, address },
    namespace,
    address,
    ...at,
    tls: tlsReason(connectionOptions),
    isLocal: isLoopback(at.host),
  };
}

/** The options of the connection, or the problem. It does not quote the file, which may hold an API key. */
function load(env: Environment): ConnectConfig | string {
  const overrideEnvVars = Object.fromEntries(
    Object.keys(env).flatMap((name) => {
      // An empty TEMPORAL_GRPC_META_… removes a header of the file.
      const value = name.startsWith('TEMPORAL_GRPC_META_') ? env[name] : valueOf(env, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  try {
    const profile = loadProfile(overrideEnvVars);
    return problemOfCertificate(profile) ?? toClientOptions(profile);
  } catch (error) {
    if (error instanceof NoSuchProfile)
      return `TEMPORAL_PROFILE is ${error.profile}, and the file of Temporal's tools has no such profile: correct the name, or unset it`;
    // Only the first line: the others quote the file.
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `TEMPORAL_*: ${reason.slice(0, 300)}`;
  }
}

/** The file of Temporal's tools does not have the profile of TEMPORAL_PROFILE. */
class NoSuchProfile extends Error {
  readonly profile: string;
  constructor(profile: string) {
    super(`no profile ${profile}`);
    this.profile = profile;
  }
}

/**
 * Loads the profile. envconfig throws a TypeError if the file has no profile, e.g. is empty: it then counts as absent.
 */
function loadProfile(overrideEnvVars: Record<string, string>): TemporalProfile {
  try {
    return loadClientConfigProfile({ overrideEnvVars });
  } catch (error) {
    const isEmpty = error instanceof TypeError;
    const { TEMPORAL_PROFILE: name = '' } = overrideEnvVars;
    if (
      name !== '' &&
      (isEmpty || !Object.hasOwn(loadClientConfig({ overrideEnvVars }).profiles, name))
    )
      throw new NoSuchProfile(name);
    if (!isEmpty) throw error;
    return loadClientConfigProfile({ overrideEnvVars, disableFile: true });
  }
}

const problemsOfSwitches = (env: Environment): readonly string[] =>
  SWITCHES.flatMap((name) => {
    const value = valueOf(env, name);
    return value === undefined || ['1', 'true', '0', 'false'].includes(value)
      ? []
      : [`${name} must be true or false`];
  });

/** envconfig would take a missing file as empty, and the connection would go to localhost. */
function problemsOfFile(env: Environment): readonly string[] {
  const path = valueOf(env, 'TEMPORAL_CONFIG_FILE');
  if (path === undefined) return [];
  try {
    accessSync(path, constants.R_OK);
    return [];
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return [`TEMPORAL_CONFIG_FILE ${path} cannot be read (${code}): correct the path, or unset it`];
  }
}

/** envconfig would ignore a client certificate without its key, or a key without its certificate. */
function problemOfCertificate({ tls }: TemporalProfile): string | undefined {
  if ((tls?.clientCert === undefined) === (tls?.clientKey === undefined)) return undefined;
  const [given, missing] = tls?.clientKey === undefined ? ['CERT', 'KEY'] : ['KEY', 'CERT'];
  return `TEMPORAL_TLS_CLIENT_${given}_… is set without TEMPORAL_TLS_CLIENT_${missing}_…: set both or neither`;
}

/** envconfig sets `tls` to true if there is only an API key, and to an object if TLS is configured. */
function tlsReason({ tls }: ConnectionOptions): TlsReason {
  if (tls === undefined || tls === null || tls === false) return 'none';
  return tls === true ? 'key' : 'asked';
}

/**
 * Options of a client's channel that disable proxies for a server on this machine: gRPC uses `https_proxy` even for
 * 127.0.0.1, unless `no_proxy` names it.
 */
export const withoutProxy = (host: string): { readonly channelArgs?: Record<string, number> } =>
  isLoopback(host) ? { channelArgs: { 'grpc.enable_http_proxy': 0 } } : {};

/** A proxy on the way from a client to Temporal. */
export interface ClientProxy {
  /** The variable that names it. */
  readonly variable: string;
  /** The variable that lists hosts without a proxy. */
  readonly exceptions: string;
}

/** Variables that gRPC for Node.js reads: in small letters only, and the first one that is set. */
const PROXIES = ['grpc_proxy', 'https_proxy', 'http_proxy'];
const EXCEPTIONS = ['no_grpc_proxy', 'no_proxy'];

/**
 * The proxy for a client's calls to Temporal; undefined if there is none. gRPC ignores a proxy whose URL is not
 * `http:`.
 */
export function proxyOf(
  { host, isLocal }: Pick<TemporalConfig, 'host' | 'isLocal'>,
  env: Environment,
): ClientProxy | undefined {
  const firstSet = (names: readonly string[]): string | undefined =>
    names.find((name) => valueOf(env, name) !== undefined);
  const variable = firstSet(PROXIES);
  if (isLocal || variable === undefined || !/^http:/i.test(env[variable] ?? '')) return undefined;
  const exceptions = firstSet(EXCEPTIONS);
  if (exceptions === undefined) return { variable, exceptions: 'no_proxy' };
  const listed = (env[exceptions] ?? '').split(',');
  return listed.some((one) => isExcepted(host, one)) ? undefined : { variable, exceptions };
}

/** Whether an exception names the host: by the end of its name, or by a range of addresses such as `10.0.0.0/8`. */
function isExcepted(host: string, exception: string): boolean {
  const [, network = '', bits] = /^([\d.]+)\/(\d+)$/.exec(exception) ?? [];
  if (!isIPv4(host) || !isIPv4(network) || Number(bits) > 32) return host.endsWith(exception);
  const range = new BlockList();
  range.addSubnet(network, Number(bits));
  return range.check(host);
}
