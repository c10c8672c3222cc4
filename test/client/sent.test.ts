import type { Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { describe, expect, it } from 'vitest';
import {
  aClient,
  aClosedPort,
  aService,
  aSignal,
  aSocketServer,
  errorOf,
} from './local-service.js';

/** Long enough for a loaded machine to have written the request; only tests that wait for it take so long. */
const TIME_LIMIT_MS = 2_000;

async function execute(baseUrl: string, timeoutMs?: number) {
  let left = 0;
  const client = aClient(baseUrl);
  const call = client.call(
    'executeJob',
    { jobId: 'j1', jobCondition: { timeout: 60 } },
    {
      onSent: () => {
        left += 1;
      },
      ...(timeoutMs !== undefined && { timeoutMs }),
    },
  );
  const error = await errorOf(call);
  return { error, left };
}

describe("sent: 'no'", () => {
  it('is said when nobody listens', async () => {
    const { error, left } = await execute(await aClosedPort());
    expect(error).toMatchObject({ sent: 'no', complete: false, failure: 'DataFlowUnavailable' });
    expect(error.message).toContain('ECONNREFUSED');
    expect(left).toBe(0);
  });

  it('is said at once when the call is aborted while connecting, and stays true afterwards', async () => {
    const service = await aService((_, response) => response.end('{}'));
    const [connecting, resumeFrom, connected] = [aSignal(), aSignal(), aSignal()];
    const connector = buildConnector({});
    const dispatcher = new Agent({
      connect: (options, callback) => {
        connecting.give();
        void resumeFrom.given.then(() => {
          connector(options, (...result) => {
            callback(...result);
            connected.give();
          });
        });
      },
    });
    const client = aClient(service.baseUrl, { dispatcher });
    const controller = new AbortController();
    const call = client.call('executeJob', { jobId: 'j1' }, { signal: controller.signal });
    await connecting.given;
    controller.abort();
    expect(await errorOf(call)).toMatchObject({ sent: 'no', aborted: true });
    resumeFrom.give();
    await connected.given;
    await dispatcher.close();
    expect(service.seen).toEqual([]);
  });
});

describe("sent: 'maybe'", () => {
  it('is said exactly when bytes left, of a socket reset right after it was accepted', async () => {
    const baseUrl = await aSocketServer(
      () => undefined,
      (socket) => socket.resetAndDestroy(),
    );
    const { error, left } = await execute(baseUrl);
    expect(error).toMatchObject({ sent: left === 0 ? 'no' : 'maybe', complete: false });
  });

  it.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.end()],
    [
      'closed within the headers',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nDate: Sat, 2'),
    ],
    [
      'closed after early hints',
      (socket: Socket) => socket.end('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
    ],
  ])('is said when the socket is %s after the whole request', async (_, end) => {
    const { error, left } = await execute(await aSocketServer((socket) => void end(socket)));
    expect(error).toMatchObject({ sent: 'maybe', complete: false, failure: 'DataFlowUnavailable' });
    expect(left).toBe(1);
  });

  it('is said when no answer comes within the time limit', async () => {
    const { error } = await execute(await aSocketServer(() => undefined), TIME_LIMIT_MS);
    expect(error).toMatchObject({ sent: 'maybe', failure: 'DataFlowUnavailable' });
    expect(error.message).toContain(`no complete answer within ${TIME_LIMIT_MS} ms`);
  });

  it('is said when what comes is no HTTP', async () => {
    const { error } = await execute(
      await aSocketServer((socket) => void socket.end('SSH-2.0\r\n')),
    );
    expect(error).toMatchObject({ sent: 'maybe', failure: 'DataFlowProtocolError' });
  });
});

describe("sent: 'yes'", () => {
  it.each([
    ['with a length', 'content-length: 100\r\n\r\n{"jobExecutionId":'],
    ['in chunks', 'transfer-encoding: chunked\r\n\r\n5\r\n{"job\r\n'],
    [
      'in chunks, to be closed',
      'connection: close\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n',
    ],
  ])('is said of an answer whose body, sent %s, is cut', async (_, rest) => {
    const answer = `HTTP/1.1 400 Bad Request\r\n${rest}`;
    const { error } = await execute(await aSocketServer((socket) => void socket.end(answer)));
    expect(error).toMatchObject({ sent: 'yes', complete: false, status: 400 });
    expect(error.message).toContain('Look in the service before you repeat it');
  });

  it('is said of an answer whose body does not end within the time limit', async () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{';
    const baseUrl = await aSocketServer((socket) => void socket.write(answer));
    const { error } = await execute(baseUrl, TIME_LIMIT_MS);
    expect(error).toMatchObject({ sent: 'yes', complete: false, status: 200 });
  });
});
