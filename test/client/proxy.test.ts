import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DataFlowInvalidInputError } from '../../client/index.js';
import { aClient, aScript, errorOf, EXECUTION } from './local-service.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A proxy that leads every tunnel to `target`, or answers with `status` instead. Set as the proxy of this process. */
async function aProxy(target: string, status = 200): Promise<{ readonly tunnels: string[] }> {
  const tunnels: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const onward = connect(Number(new URL(target).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'])
    vi.stubEnv(name, proxy);
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
  return { tunnels };
}

const elsewhere = { allowPlainHttp: true } as const;

describe('a client behind a proxy', () => {
  it('sends through the proxy that the environment names', async () => {
    const service = await aScript([200, EXECUTION]);
    const { tunnels } = await aProxy(service.baseUrl);
    const client = aClient('http://dataflow.test', elsewhere);
    expect((await client.call('executeJob', { jobId: 'j1' })).output).toEqual(EXECUTION);
    expect(tunnels).toEqual(['dataflow.test:80']);
    await client.close();
  });

  it('reaches a service on this machine without it', async () => {
    const service = await aScript([200, EXECUTION]);
    const { tunnels } = await aProxy(service.baseUrl, 403);
    await aClient(service.baseUrl).call('executeJob', { jobId: 'j1' });
    expect(tunnels).toEqual([]);
  });

  it('knows that nothing was sent when the proxy refuses', async () => {
    const service = await aScript([200, EXECUTION]);
    await aProxy(service.baseUrl, 407);
    const client = aClient('http://dataflow.test', elsewhere);
    const error = await errorOf(client.call('executeJob', { jobId: 'j1' }));
    expect(error).toMatchObject({ sent: 'no', failure: 'DataFlowUnavailable' });
    expect(error.message).toContain('407');
    expect(service.seen).toEqual([]);
  });

  it('names a proxy variable that is no URL without showing it', () => {
    vi.stubEnv('HTTPS_PROXY', 'user:PASSWORD@');
    vi.stubEnv('https_proxy', 'user:PASSWORD@');
    const act = () => aClient('https://dataflow.test');
    expect(act).toThrow(DataFlowInvalidInputError);
    expect(act).not.toThrow(/PASSWORD/);
  });
});
