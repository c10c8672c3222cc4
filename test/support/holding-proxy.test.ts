import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base, describe, expect } from 'vitest';
import { type HoldingProxy, startHoldingProxy } from './holding-proxy.js';
import { until } from './until.js';

interface Fixture {
  readonly proxy: HoldingProxy;
  /** What the service behind the proxy has received. */
  readonly received: readonly string[];
}

const it = base.extend<{ wire: Fixture }>({
  wire: async ({}, use) => {
    const received: string[] = [];
    const service = createServer((request, response) => {
      void (async () => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        received.push(`${request.method ?? ''} ${request.url ?? ''} ${body}`.trim());
        response.end('answer');
      })();
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const { port } = service.address() as AddressInfo;
    const proxy = await startHoldingProxy(`http://127.0.0.1:${String(port)}`);
    await use({ proxy, received });
    await proxy.close();
    service.closeAllConnections();
    service.close();
  },
});

const post = (proxy: HoldingProxy, path: string, signal?: AbortSignal): Promise<string> =>
  fetch(proxy.url + path, { method: 'POST', body: 'x'.repeat(3), ...(signal && { signal }) }).then(
    (answer) => answer.text(),
  );

describe('startHoldingProxy', () => {
  it('passes requests and answers', async ({ wire: { proxy, received } }) => {
    expect(await post(proxy, '/a')).toBe('answer');
    expect(await (await fetch(`${proxy.url}/b`)).text()).toBe('answer');
    expect(received).toEqual(['POST /a xxx', 'GET /b']);
  });

  it('keeps the bytes of requests that match until they are let go, and their senders then hear the answer', async ({
    wire: { proxy, received },
  }) => {
    proxy.hold(/^POST \/slow /);
    const slow = post(proxy, '/slow');
    expect(await post(proxy, '/quick')).toBe('answer');
    await until(() => proxy.held().length === 1);
    expect(proxy.held()).toEqual([{ requestLine: 'POST /slow HTTP/1.1', senderWaits: true }]);
    expect(received).toEqual(['POST /quick xxx']);
    expect(await proxy.letGo()).toEqual([200]);
    expect(await slow).toBe('answer');
    expect(received).toEqual(['POST /quick xxx', 'POST /slow xxx']);
    expect(proxy.held()).toEqual([]);
    expect(await post(proxy, '/slow')).toBe('answer');
  });

  it('delivers also what a sender left behind that has gone', async ({
    wire: { proxy, received },
  }) => {
    proxy.hold(/^POST /);
    const sender = new AbortController();
    const given = post(proxy, '/left', sender.signal).catch(() => 'gone');
    await until(() => proxy.held().length === 1);
    sender.abort();
    expect(await given).toBe('gone');
    await until(() => proxy.held()[0]?.senderWaits === false);
    expect(await proxy.letGo()).toEqual([200]);
    expect(received).toEqual(['POST /left xxx']);
  });

  it('breaks all connections and refuses new ones until it is restored', async ({
    wire: { proxy, received },
  }) => {
    expect(await post(proxy, '/a')).toBe('answer');
    proxy.breakOff();
    await expect(post(proxy, '/b')).rejects.toThrow();
    proxy.restore();
    expect(await post(proxy, '/c')).toBe('answer');
    expect(received).toEqual(['POST /a xxx', 'POST /c xxx']);
  });
});
