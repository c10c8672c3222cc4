import { Agent, buildConnector } from 'undici';
import { describe, expect, it } from 'vitest';
import { aClient, aScript, errorOf, EXECUTION } from './local-service.js';

describe('the permit of a submit', () => {
  it('is checked where the bytes leave: one that ends while the socket is being opened keeps them all back', async () => {
    const service = await aScript([200, EXECUTION]);
    let nowMs = 1_000;
    const connector = buildConnector({});
    const dispatcher = new Agent({
      connect: (options, callback) => {
        nowMs = 2_000; // the permit was good until here
        connector(options, callback);
      },
    });
    const client = aClient(service.baseUrl, {
      dispatcher,
      clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
    });
    const error = await errorOf(client.call('executeJob', { jobId: 'j1' }, { notAfterMs: 2_000 }));
    expect(error).toMatchObject({ sent: 'no', expired: true });
    await dispatcher.close();
    expect(service.seen).toEqual([]);
  });
});
