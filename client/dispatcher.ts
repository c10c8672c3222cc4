import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { DataFlowInvalidInputError } from './errors.js';
import { isLoopback } from './origin.js';

/** Sockets to the service at once. More calls wait; the budget of a profile keeps far below. */
const CONNECTIONS = 32;

const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

const isProxySet = (): boolean => PROXY_VARIABLES.some((name) => (process.env[name] ?? '') !== '');

/**
 * Sockets that send each request once: no retries, no redirects, no second request on a socket before the first is
 * answered. The usual proxy variables are obeyed, but never for this machine itself.
 * @throws DataFlowInvalidInputError when a proxy variable is no URL
 */
export function createDispatcher(origin: string, connectTimeoutMs: number): Dispatcher {
  const timeout = { timeout: connectTimeoutMs };
  const options = { connections: CONNECTIONS, pipelining: 1, connect: timeout };
  if (isLoopback(new URL(origin).hostname) || !isProxySet()) return new Agent(options);
  try {
    return new EnvHttpProxyAgent({ ...options, requestTls: timeout, proxyTls: timeout });
  } catch {
    // The error of the URL parser shows the whole value, which may hold the proxy's password.
    throw new DataFlowInvalidInputError('createDataFlowClient', [
      `one of ${PROXY_VARIABLES.join(', ')} is no URL; write it as http://host:port`,
    ]);
  }
}
