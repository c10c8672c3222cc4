import { Agent, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { carefulPool } from './connector.js';
import { DataFlowInvalidInputError } from '../errors.js';
import { isLoopback } from './origin.js';
import { trustContext } from './own-ca.js';

/** Sockets to the service at once. Further calls wait for one. The rate limiter of a profile allows fewer calls. */
const CONNECTIONS = 32;

const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

const isProxySet = (): boolean => PROXY_VARIABLES.some((name) => (process.env[name] ?? '') !== '');

interface DispatcherOptions {
  readonly origin: string;
  readonly connectTimeoutMs: number;
  /** PEM. Trusted besides the public certificates, for service and proxy. */
  readonly ca: string | undefined;
}

/**
 * * Creates a dispatcher that sends each request once: no retries, no redirects, one request at a time on a socket.
 * The * proxy variables (`https_proxy`, `http_proxy`, `no_proxy`, upper case too) apply, except to this machine
 * itself. * @throws DataFlowInvalidInputError if a proxy variable is not a URL
 */
export function createDispatcher({ origin, connectTimeoutMs, ca }: DispatcherOptions): Dispatcher {
  const trust = ca !== undefined && { secureContext: trustContext(ca) };
  const connect = { timeout: connectTimeoutMs, ...trust };
  const options = { connections: CONNECTIONS, pipelining: 1, connect, factory: carefulPool };
  if (isLoopback(new URL(origin).hostname) || !isProxySet()) return new Agent(options);
  try {
    return new EnvHttpProxyAgent({
      ...options,
      requestTls: connect,
      proxyTls: connect,
      // Otherwise a proxy that accepts and does not answer keeps the socket open for five minutes, long after the
      // call has ended.
      clientFactory: (origin, own) =>
        new Pool(origin, { ...own, headersTimeout: connectTimeoutMs }),
    });
  } catch {
    // The error of the URL parser is not quoted: it shows the value, which may hold the password of the proxy.
    throw new DataFlowInvalidInputError('createDataFlowClient', [
      `one of ${PROXY_VARIABLES.join(', ')} must be a URL such as http://host:port`,
    ]);
  }
}
