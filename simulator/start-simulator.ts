import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { answerAdmin, isAdminPath } from './admin-api.js';
import { answerCall, type Delivery, type ReceivedRequest } from './call-flow.js';
import { createCommands, type Commands } from './commands.js';
import { createCore, type Core, type SimulatorOptions } from './core.js';
import { listen } from './http-server.js';
import { checkScript } from './input-check.js';

/** A running simulated Data Flow service. */
export interface Simulator extends Commands {
  /** Base address, without /api/v1 and without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
  /**
   * Calls `listener` after each request that is received, carried out, answered or dropped, and after each command.
   * Returns a function that ends this.
   */
  onChange(listener: () => void): () => void;
  /** Closes connections, drops delayed calls and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts a Data Flow service on 127.0.0.1 that behaves as documented, with a switch for each fact that the
 * documentation leaves open, and with faults on demand. @throws an error naming all problems of the options
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const script = checkScript(options);
  const core = createCore({ ...options, ...script });
  const commands = createCommands(core, script);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // each delayed call adds a listener
  const answer = (request: ReceivedRequest, from: IncomingMessage): Promise<Delivery> =>
    isAdminPath(request.url)
      ? Promise.resolve(answerAdmin(commands, request, from.socket.remoteAddress))
      : answerCall(core, request, closing.signal);
  const server = await listen({ now: () => core.clock.now(), answer }, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    ...core.keys,
    ...commands,
    onChange: (listener) => subscribe(core, listener),
    close: () => {
      closing.abort();
      return server.close();
    },
  };
}

function subscribe({ listeners }: Core, listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
