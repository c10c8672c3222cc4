import { connect } from 'node:net';
import { Connection } from '@temporalio/client';
import { describe, expect, inject, it, vi } from 'vitest';
import { provideTemporalServer } from '../../cli/dev-server/provide.js';

const nobodyListens = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = address.split(':');
    const socket = connect({ host: host!, port: Number(port) });
    socket.once('error', () => {
      resolve(true);
    });
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });

const silent = { log: () => undefined };

describe('provideTemporalServer', { concurrent: false }, () => {
  it('uses a loopback TEMPORAL_ADDRESS and leaves that server running on close', async () => {
    const TEMPORAL_ADDRESS = inject('temporalAddress');
    const server = await provideTemporalServer({ ...silent, env: { TEMPORAL_ADDRESS } });
    expect(server).toMatchObject({ address: TEMPORAL_ADDRESS, source: 'address' });
    await server.close();
    const connection = await Connection.connect({ address: TEMPORAL_ADDRESS });
    await connection.close();
  });

  it('reaches it past a proxy that is set (L5)', async () => {
    vi.stubEnv('https_proxy', 'http://127.0.0.1:1');
    try {
      const env = { TEMPORAL_ADDRESS: inject('temporalAddress') };
      await (await provideTemporalServer({ ...silent, env })).close();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('says what is wrong when TEMPORAL_ADDRESS does not know the namespace', async () => {
    const env = { TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_NAMESPACE: 'nowhere' };
    await expect(provideTemporalServer({ ...silent, env })).rejects.toThrow(/namespace nowhere/);
  });

  it('starts a server of its own with a namespace and a web interface, and ends it on close', async () => {
    const env = { ...process.env, TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: 'elsewhere' };
    const server = await provideTemporalServer({ ...silent, env, ui: true });
    expect(server.namespace).toBe('elsewhere');
    expect(server.address).not.toBe(inject('temporalAddress'));
    expect((await fetch(server.uiUrl!)).status).toBe(200);
    await server.close();
    expect(await nobodyListens(server.address)).toBe(true);
  });
});
