import { afterEach, describe, expect, it, vi } from 'vitest';
import { DataFlowInvalidInputError } from '../../client/index.js';
import { aProxy } from './local-proxy.js';
import { aClient, aScript, errorOf, EXECUTION } from './local-service.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

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

  it.each(['NO_PROXY', 'no_proxy'])('goes straight to a host that %s names', async (name) => {
    const service = await aScript([200, EXECUTION]);
    const { tunnels } = await aProxy(service.baseUrl, 403);
    // This machine under a name that is not known to mean it.
    const baseUrl = service.baseUrl.replace('127.0.0.1', '0.0.0.0');
    vi.stubEnv(name, 'example.com, 0.0.0.0');
    vi.stubEnv(name === 'NO_PROXY' ? 'no_proxy' : 'NO_PROXY', undefined);
    await aClient(baseUrl, elsewhere).call('executeJob', { jobId: 'j1' });
    expect(tunnels).toEqual([]);
    expect(service.seen).toHaveLength(1);
  });

  it.each(['other.test', 'flow.test', 'dataflow.test:443'])(
    'goes through the proxy to a host that no_proxy=%s does not name',
    async (others) => {
      const service = await aScript([200, EXECUTION]);
      const { tunnels } = await aProxy(service.baseUrl);
      vi.stubEnv('no_proxy', others);
      await aClient('http://dataflow.test', elsewhere).call('executeJob', { jobId: 'j1' });
      expect(tunnels).toEqual(['dataflow.test:80']);
    },
  );

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
