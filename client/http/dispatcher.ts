import { Agent, EnvHttpProxyAgent, Pool, type Dispatcher, buildConnector } from 'undici';
import { DataFlowInvalidInputError } from '../errors.js';
import { isLoopback } from './origin.js';
import { trustContext } from './own-ca.js';
import type { Duplex } from 'node:stream';
import { skipInterimAnswers } from './interim-answers.js';

type Connect = buildConnector.connector;

/**
 * After a connect error with one of these codes undici connects again for ever, without a pause, also for a call that
 * has ended (`onError` in its client.js). A proxy that accepts and closes causes such an error.
 */
const RECONNECTS_FOR_EVER = ['UND_ERR_SOCKET', 'UND_ERR_INFO'];

/** Removes such a code. undici then fails the calls that wait for the socket, and stops. */
function finalError(error: Error): Error {
  const { code } = error as NodeJS.ErrnoException;
  return RECONNECTS_FOR_EVER.includes(code ?? '')
    ? new Error(`no connection: ${error.message}`)
    : error;
}

const carefulConnector =
  (connect: Connect): Connect =>
  (options, callback) => {
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error !== null) {
        callback(finalError(error), null);
        return;
      }
      skipInterimAnswers(socket satisfies Duplex);
      callback(null, socket);
    });
  };

/**
 * `factory` of undici's agents: a pool whose connect errors are final, and whose sockets skip interim answers. Their
 * option `connect` is a connector or the options of one.
 */
function carefulPool(origin: string | URL, options: object): Pool {
  const { connect } = options as Pick<Pool.Options, 'connect'>;
  const connector = typeof connect === 'function' ? connect : buildConnector(connect ?? {});
  return new Pool(origin, { ...options, connect: carefulConnector(connector) });
}

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
