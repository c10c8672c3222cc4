import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Delivery, ReceivedRequest } from './call-flow.js';
import { dateHeader, gatewayReply, type Reply } from './reply.js';

/** Largest request body. The limit of the service is unknown. */
const MAX_BODY_BYTES = 1_048_576;

export interface ListeningServer {
  readonly port: number;
  /** Closes open connections, and resolves when all are closed. */
  close(): Promise<void>;
}

export interface Listener {
  readonly now: () => number;
  /** If it rejects, the connection is closed. */
  readonly answer: (request: ReceivedRequest, from: IncomingMessage) => Promise<Delivery>;
}

/** Serves on the loopback address. */
export function listen(listener: Listener, port: number): Promise<ListeningServer> {
  const server = createServer((request, response) => {
    response.on('error', () => request.socket.destroy());
    serve(listener, request, response).catch(() => request.socket.destroy());
  });
  // By default Node.js closes idle connections after 5 s, perhaps just when a client reuses one.
  server.keepAliveTimeout = 600_000;
  server.on('clientError', (_error, socket) => {
    if (!socket.writable) return;
    const { text } = gatewayReply('100', 'The request is not well-formed HTTP.');
    const date = new Date(listener.now()).toUTCString();
    socket.end(`HTTP/1.1 400 Bad Request\r\ndate: ${date}\r\nconnection: close\r\n\r\n${text}`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve({ port: portOf(server), close: () => closeServer(server) });
    });
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

async function serve(
  listener: Listener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.sendDate = false; // the reply has its own header
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    write(response, gatewayReply('430', `The body exceeds ${MAX_BODY_BYTES} bytes.`), listener);
    return;
  }
  const { method = '', url = '', headers } = request;
  const delivery = await listener.answer({ method, url, headers, body }, request);
  if (delivery.kind === 'dropped') request.socket.destroy();
  else if (delivery.kind === 'cut') cutShort(response, delivery.reply, listener);
  else write(response, delivery.reply, listener);
}

/** Undefined if it is too large. The rest is still read, because otherwise the client does not get the answer. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

function write(response: ServerResponse, reply: Reply, { now }: Listener): void {
  response.writeHead(reply.status, headersOf(reply, now()));
  response.end(reply.text);
}

function cutShort(response: ServerResponse, reply: Reply, { now }: Listener): void {
  const half = reply.text.slice(0, Math.ceil(reply.text.length / 2));
  response.writeHead(reply.status, headersOf(reply, now()));
  response.write(half, () => response.socket?.destroy());
}

function headersOf(reply: Reply, now: number): Readonly<Record<string, string>> {
  const { status, headers, text } = reply;
  const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text)) };
  return { ...dateHeader(reply, now), ...length, ...headers };
}
