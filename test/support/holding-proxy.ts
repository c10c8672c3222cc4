import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A request whose bytes the proxy keeps. */
export interface HeldRequest {
  /** `POST /api/v1/jobs/x/executions HTTP/1.1`. */
  readonly requestLine: string;
  /** False: its sender has closed the connection. */
  readonly senderWaits: boolean;
}

/** A proxy between a client and a service. It can keep the bytes of requests, and break connections. */
export interface HoldingProxy {
  /** Base address to use in place of the service's. */
  readonly url: string;
  /** From now on keeps the bytes of requests whose request line matches. */
  hold(requestLine: RegExp): void;
  /** The complete requests that are kept, in the order in which they came. */
  held(): readonly HeldRequest[];
  /**
   * Sends all kept requests one after the other, also those whose senders have gone, and keeps no further ones.
   * Resolves with the HTTP statuses of the answers.
   */
  letGo(): Promise<readonly number[]>;
  /** Breaks all connections and refuses new ones. Kept requests stay. */
  breakOff(): void;
  /** When connections were refused, ms since 1970. */
  refusedAtMs(): readonly number[];
  /** Ends {@link HoldingProxy.breakOff}. */
  restore(): void;
  close(): Promise<void>;
}

interface Wire {
  readonly client: Socket;
  upstream: Socket | undefined;
  /** Kept bytes; undefined: bytes are forwarded. */
  kept: Buffer[] | undefined;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

interface Exchange {
  readonly target: Target;
  readonly wires: Set<Wire>;
  /** Request lines to keep. */
  pattern: RegExp | undefined;
  isBroken: boolean;
  readonly refusedAtMs: number[];
}

/** Starts a proxy on 127.0.0.1. Plain HTTP, one request at a time. @param targetUrl base address of the service */
export async function startHoldingProxy(targetUrl: string): Promise<HoldingProxy> {
  const { hostname: host, port } = new URL(targetUrl);
  const exchange: Exchange = {
    target: { host, port: Number(port) },
    wires: new Set(),
    pattern: undefined,
    isBroken: false,
    refusedAtMs: [],
  };
  const server = createServer((client) => {
    if (exchange.isBroken) refuse(exchange, client);
    else accept(exchange, client);
  });
  const url = `http://127.0.0.1:${String(await listen(server))}`;
  return { url, ...controlsOf(exchange), close: () => close(server, exchange) };
}

function controlsOf(exchange: Exchange): Omit<HoldingProxy, 'url' | 'close'> {
  const { wires } = exchange;
  const keeping = (): Wire[] => [...wires].filter(isComplete);
  return {
    hold: (requestLine) => {
      exchange.pattern = requestLine;
    },
    held: () =>
      keeping().map(({ kept = [], client }) => ({
        requestLine: requestLineOf(Buffer.concat(kept)),
        senderWaits: !client.destroyed,
      })),
    letGo: async () => {
      exchange.pattern = undefined;
      const statuses: number[] = [];
      for (const wire of keeping()) statuses.push(await deliver(wire, exchange));
      return statuses;
    },
    breakOff: () => {
      exchange.isBroken = true;
      for (const { client } of wires) client.destroy();
    },
    refusedAtMs: () => [...exchange.refusedAtMs],
    restore: () => {
      exchange.isBroken = false;
    },
  };
}

function refuse({ refusedAtMs }: Exchange, client: Socket): void {
  refusedAtMs.push(Date.now());
  client.on('error', ignore);
  client.destroy();
}

function accept(exchange: Exchange, client: Socket): void {
  const wire: Wire = { client, upstream: undefined, kept: undefined };
  exchange.wires.add(wire);
  client.on('error', ignore);
  client.on('close', () => {
    wire.upstream?.destroy();
    if (wire.kept === undefined) exchange.wires.delete(wire);
  });
  client.on('data', (chunk: Buffer) => {
    const matches = exchange.pattern?.test(requestLineOf(chunk)) === true;
    if (wire.kept === undefined && matches) wire.kept = [];
    if (wire.kept === undefined) pass(wire, exchange.target, chunk);
    else wire.kept.push(chunk);
  });
}

function close(server: Server, { wires }: Exchange): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    for (const { client, upstream } of wires) {
      client.destroy();
      upstream?.destroy();
    }
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function pass(wire: Wire, target: Target, chunk: Buffer): void {
  wire.upstream ??= openUpstream(wire, target);
  wire.upstream.write(chunk);
}

function openUpstream({ client }: Wire, target: Target): Socket {
  const upstream = connect(target);
  upstream.on('error', ignore);
  upstream.on('close', () => client.destroy());
  upstream.on('data', (answer: Buffer) => {
    if (!client.destroyed) client.write(answer);
  });
  return upstream;
}

/** Sends kept bytes on a new connection. The sender gets the answer if it still waits. */
function deliver(wire: Wire, { wires, target }: Exchange): Promise<number> {
  const bytes = Buffer.concat(wire.kept ?? []);
  wire.kept = undefined;
  if (wire.client.destroyed) wires.delete(wire);
  return new Promise((resolve, reject) => {
    const upstream = connect(target, () => upstream.write(bytes));
    upstream.once('error', reject);
    upstream.on('close', () => {
      reject(new Error('the service broke the connection without an answer'));
    });
    upstream.on('data', (answer: Buffer) => {
      if (!wire.client.destroyed) wire.client.write(answer);
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1'))?.[1]));
      if (wire.client.destroyed) upstream.destroy();
      else wire.upstream = upstream;
    });
  });
}

const requestLineOf = (bytes: Buffer): string => bytes.toString('latin1').split('\r\n', 1)[0] ?? '';

/** Whether a complete request is kept: head, and body by its content-length. */
function isComplete({ kept }: Wire): boolean {
  if (kept === undefined) return false;
  const text = Buffer.concat(kept).toString('latin1');
  const headLength = text.indexOf('\r\n\r\n');
  if (headLength < 0) return false;
  const length = /^content-length: *(\d+)/im.exec(text.slice(0, headLength))?.[1] ?? '0';
  return text.length >= headLength + 4 + Number(length);
}

function ignore(): void {
  // broken connections are expected; 'close' follows
}
