import type { Duplex } from 'node:stream';
import { buildConnector, Pool } from 'undici';
import { skipInterimAnswers } from './interim-answers.js';

type Connect = buildConnector.connector;

/**
 * After a connect error with one of these codes undici connects again, without pause or end, also for a call that has
 * ended (`onError` in its client.js). A proxy that accepts and closes brings such an error.
 */
const RECONNECTS_FOR_EVER = ['UND_ERR_SOCKET', 'UND_ERR_INFO'];

/** The same error without its code: undici then fails the calls that wait for the socket, and stops. */
function finalError(error: Error): Error {
  const { code } = error as NodeJS.ErrnoException;
  return RECONNECTS_FOR_EVER.includes(code ?? '')
    ? new Error(`no connection: ${error.message}`)
    : error;
}

/** A connector whose errors are final, and whose sockets pass over interim answers. */
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

/** Makes the sockets to one origin, for undici's agents; their option `connect` is a connector or options of one. */
export function carefulPool(origin: string | URL, options: object): Pool {
  const { connect } = options as Pick<Pool.Options, 'connect'>;
  const connector = typeof connect === 'function' ? connect : buildConnector(connect ?? {});
  return new Pool(origin, { ...options, connect: carefulConnector(connector) });
}
