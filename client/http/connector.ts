import type { Duplex } from 'node:stream';
import { buildConnector, Pool } from 'undici';
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
export function carefulPool(origin: string | URL, options: object): Pool {
  const { connect } = options as Pick<Pool.Options, 'connect'>;
  const connector = typeof connect === 'function' ? connect : buildConnector(connect ?? {});
  return new Pool(origin, { ...options, connect: carefulConnector(connector) });
}
