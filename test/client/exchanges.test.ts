import { describe, expect, it } from 'vitest';
import type { SeenRequest } from '../../client/index.js';
import {
  aClient,
  aScript,
  aService,
  errorOf,
  JOB,
  REFUSED_SIGNATURE,
  rotatedKeys,
} from './local-service.js';

const watched = (baseUrl: string) => {
  const seen: SeenRequest[] = [];
  return {
    client: aClient(baseUrl, { credentials: rotatedKeys, onRequest: (one) => seen.push(one) }),
    seen,
  };
};
const INPUT = { jobId: 'j1' };

describe('onRequest of a client', () => {
  it('is told of a request that was answered as it should be', async () => {
    const { client, seen } = watched((await aScript([200, JOB])).baseUrl);
    await client.call('getJobById', INPUT);
    expect(seen).toMatchObject([
      { call: 'getJobById', sent: 'yes', failure: undefined, status: 200, aborted: false },
    ]);
    expect(seen[0]!.tookMs).toBeGreaterThan(0);
  });

  it('is told of both requests of a call whose signature was refused once', async () => {
    const { client, seen } = watched((await aScript([401, REFUSED_SIGNATURE], [200, JOB])).baseUrl);
    await client.call('getJobById', INPUT);
    expect(seen.map(({ failure, status }) => [failure, status])).toEqual([
      ['DataFlowUnauthenticated', 401],
      [undefined, 200],
    ]);
  });

  it('is told of both paths that a call was tried on', async () => {
    const unknown = {
      error: { errorCode: '300', message: 'Not Found', details: 'URL not found.' },
    };
    const service = await aScript([404, unknown], [200, { result: [] }]);
    const { client, seen } = watched(service.baseUrl);
    const range = { startDate: '2026-11-01T00:00:00', endDate: '2026-11-07T23:59:59' };
    await client.call('getExecutionTimes', range).catch(() => undefined);
    expect(seen).toHaveLength(service.seen.length);
    expect(seen.map(({ status }) => status)).toEqual([404, 200]);
  });

  it('costs no answer when it throws, and is not told twice', async () => {
    let told = 0;
    const client = aClient((await aScript([200, JOB])).baseUrl, {
      onRequest: () => {
        told += 1;
        throw new Error('the meter is broken');
      },
    });
    const { output } = await client.call('getJobById', INPUT);
    expect(output).toMatchObject(JOB);
    expect(told).toBe(1);
  });

  it('is told of an answer that cannot be read', async () => {
    const { client, seen } = watched((await aScript([200, 'no job'])).baseUrl);
    await errorOf(client.call('getJobById', INPUT));
    expect(seen).toMatchObject([{ sent: 'yes', failure: 'DataFlowProtocolError', status: 200 }]);
  });

  it('is told of a request without an answer', async () => {
    const service = await aService((request) => request.socket.destroy());
    const { client, seen } = watched(service.baseUrl);
    await errorOf(client.call('getJobById', INPUT));
    expect(seen).toMatchObject([{ sent: 'maybe', failure: 'DataFlowUnavailable' }]);
  });

  it('is told of a request that its caller gave up', async () => {
    const giveUp = new AbortController();
    const service = await aService(() => {
      giveUp.abort();
    });
    const { client, seen } = watched(service.baseUrl);
    await errorOf(client.call('getJobById', INPUT, { signal: giveUp.signal }));
    expect(seen).toMatchObject([{ sent: 'maybe', aborted: true }]);
  });
});
