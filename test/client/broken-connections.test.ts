import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { aClient, errorOf } from './local-service.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A listener that does this with each connection. Counts them. */
async function aListener(onConnection: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => sockets.length };
}

const END = (socket: Socket): void => void socket.end();
const RESET = (socket: Socket): void => void socket.resetAndDestroy();
const onRequest = (then: (socket: Socket) => void) => (socket: Socket) => {
  socket.once('data', () => {
    then(socket);
  });
};
const TUNNEL_ENDS = onRequest((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
const MALFORMED = onRequest((socket) => socket.end('SSH-2.0\r\n'));

const asProxy = (port: number): void => {
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'])
    vi.stubEnv(name, `http://127.0.0.1:${port}`);
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
};

/** Two calls, one after the other: connections that each made. */
async function twoCalls(baseUrl: string, connections: () => number) {
  const client = aClient(baseUrl, { allowPlainHttp: true, connectTimeoutMs: 1_000 });
  const call = () => errorOf(client.call('executeJob', { jobId: 'j1' }));
  const first = await call();
  const afterFirst = connections();
  const second = await call();
  await client.close();
  return { errors: [first, second], afterFirst, afterSecond: connections() };
}

describe('a connection that breaks', () => {
  it.each([
    ['a proxy that accepts and closes', 'http://dataflow.test', END],
    ['a proxy that accepts and closes, TLS asked for', 'https://dataflow.test', END],
    ['a proxy that accepts and resets', 'https://dataflow.test', RESET],
    ['a proxy that closes at the request for a tunnel', 'https://dataflow.test', onRequest(END)],
    ['a proxy that answers no HTTP', 'https://dataflow.test', MALFORMED],
    ['a proxy whose tunnels end at once', 'https://dataflow.test', TUNNEL_ENDS],
    ['a proxy that accepts and is silent', 'https://dataflow.test', () => undefined],
  ])('at %s fails the call, and no other connection is tried (C15)', async (_, url, act) => {
    const { port, connections } = await aListener(act);
    asProxy(port);
    const { errors, afterFirst, afterSecond } = await twoCalls(url, connections);
    for (const error of errors) {
      expect(error).toMatchObject({ sent: 'no', failure: 'DataFlowUnavailable' });
      expect(error.message).not.toContain('no complete answer within');
    }
    expect([afterFirst, afterSecond]).toEqual([1, 2]);
  });

  it.each([
    ['accepts and closes', 'http', END],
    ['accepts and closes, TLS asked for', 'https', END],
    ['accepts and resets, TLS asked for', 'https', RESET],
    ['is silent, TLS asked for', 'https', () => undefined],
  ])('at a service that %s fails the call, and no other is tried', async (_, scheme, act) => {
    const { port, connections } = await aListener(act);
    const { errors, afterSecond } = await twoCalls(`${scheme}://127.0.0.1:${port}`, connections);
    for (const error of errors) {
      expect(error.failure).toBe('DataFlowUnavailable');
      expect(error.message).not.toContain('no complete answer within');
    }
    expect(afterSecond).toBe(2);
  });
});
