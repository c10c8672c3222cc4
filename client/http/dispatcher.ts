import { Agent, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { carefulPool } from './connector.js';
import { DataFlowInvalidInputError } from '../errors.js';
import { isLoopback } from './origin.js';
import { trustContext } from './own-ca.js';

/** Sockets to the service at once. More calls wait; the budget of a profile keeps far below. */
const CONNECTIONS = 32;

const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

const isProxySet = (): boolean => PROXY_VARIABLES.some((name) => (process.env[name] ?? '') !== '');

interface DispatcherOptions {
  readonly origin: string;
  readonly connectTimeoutMs: number;
  /** PEM of certificates trusted besides the public ones, by service and proxy. */
  readonly ca: string | undefined;
}

/**
 * Sockets that send each request once: no retries, no redirects, no second request on a socket before the first is
 * answered. The usual proxy variables (`https_proxy`, `http_proxy`, `no_proxy`, upper case too) are obeyed, but
 * never for this machine itself.
 * @throws DataFlowInvalidInputError when a proxy variable is no URL
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
      // A proxy that accepts and does not answer would keep the socket open for five minutes, long after the call has ended.
      clientFactory: (origin, own) =>
        new Pool(origin, { ...own, headersTimeout: connectTimeoutMs }),
    });
  } catch {
    // The error of the URL parser shows the whole value, which may hold the proxy's password.
    throw new DataFlowInvalidInputError('createDataFlowClient', [
      `one of ${PROXY_VARIABLES.join(', ')} must be a URL such as http://host:port`,
    ]);
  }
}
