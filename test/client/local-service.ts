import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  createDataFlowClient,
  type DataFlowCallError,
  type DataFlowClient,
  type DataFlowClientOptions,
} from '../../client/index.js';

export const KEYS = { accessKey: 'ACCESS-KEY-0123456789', secretKey: 'SECRET-KEY-0123456789' };
/** A source that has other keys once the first ones were refused. */
export const rotatedKeys = ({ refused }: { readonly refused: boolean }) =>
  refused ? { accessKey: 'ACCESS-KEY-987654321', secretKey: 'SECRET-KEY-987654321' } : KEYS;
export const EXECUTION = { jobExecutionId: 'e1', jobId: 'j1', status: 'READY' };
export const JOB = { jobId: 'j1', name: 'nightly', type: 'VISUAL', status: 'READY' };
export const REFUSED_SIGNATURE = {
  error: { errorCode: '200', message: 'Authentication Failed', details: 'Invalid signature.' },
};

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A service that answers with `answer`, and remembers what it was asked. Ends with the test. */
export async function aService(answer: RequestListener) {
  const seen: SeenRequest[] = [];
  const server = createHttpServer((request, response) => {
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
    });
    answer(request, response);
  });
  const baseUrl = await listen(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { baseUrl, seen };
}

/** A service that answers each request with the next of these, and the last one again. */
export const aScript = (
  ...answers: readonly (readonly [
    status: number,
    body: unknown,
    headers?: Record<string, string>,
  ])[]
) => {
  let asked = 0;
  return aService((_request, response) => {
    const [status, body, headers] = answers[Math.min(asked, answers.length - 1)]!;
    asked += 1;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? '' : JSON.stringify(body));
  });
};

/** A bare socket server; `onRequest` runs when the whole head of a request has come. */
export async function aSocketServer(
  onRequest: (socket: Socket) => void,
  onAccept: (socket: Socket) => void = () => undefined,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let head = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      head += chunk.toString('latin1');
      if (head.includes('\r\n\r\n')) onRequest(socket);
    });
    onAccept(socket);
  });
  const baseUrl = await listen(server);
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return baseUrl;
}

/** An address at which nobody listens. */
export async function aClosedPort(): Promise<string> {
  const server = createServer();
  const baseUrl = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return baseUrl;
}

/** A client with test keys that is closed with the test. */
export function aClient(
  baseUrl: string,
  options: Partial<DataFlowClientOptions> = {},
): DataFlowClient {
  const client = createDataFlowClient({ baseUrl, credentials: KEYS, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** The error that a call ends with. */
export const errorOf = (call: Promise<unknown>): Promise<DataFlowCallError> =>
  call.then(
    (answer) => {
      throw new Error(`answered ${JSON.stringify(answer)} instead of failing`);
    },
    (error: unknown) => error as DataFlowCallError,
  );

/** A promise that the test resolves itself. */
export function aSignal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
