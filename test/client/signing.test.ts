import { createHmac } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import { openProfile } from '../../worker/open-profile.js';
import {
  aClient,
  aScript,
  aService,
  errorOf,
  EXECUTION,
  JOB,
  KEYS,
  REFUSED_SIGNATURE,
  rotatedKeys,
  type SeenRequest,
} from './local-service.js';

const HOUR_MS = 3_600_000;
const INPUT = { jobId: 'j1' };

function isSigned({ method, url, headers }: SeenRequest): boolean {
  const timestamp = String(headers['x-ncp-apigw-timestamp']);
  const text = `${method} ${url}\n${timestamp}\n${KEYS.accessKey}`;
  const expected = createHmac('sha256', KEYS.secretKey).update(text).digest('base64');
  return (
    headers['x-ncp-iam-access-key'] === KEYS.accessKey &&
    headers['x-ncp-apigw-signature-v2'] === expected
  );
}

describe('a call', () => {
  it('is signed over method, path and query as the service receives them', async () => {
    const service = await aScript([200, { list: [], count: 0, page: 0, limit: 5 }]);
    await aClient(`${service.baseUrl}/api/v1`).call('getJobs', { name: 'a b/é', limit: 5 });
    expect(service.seen.map(isSigned)).toEqual([true]);
  });

  it.each(['일일 매출', 'a+b', '100%', 'a b/é&c=d', '~!*()'])(
    'is signed as the service receives it with the name %j',
    async (name) => {
      const service = await aScript([200, { list: [], count: 0, page: 0, limit: 5 }]);
      await aClient(service.baseUrl).call('getJobs', { name });
      expect(service.seen.map(isSigned)).toEqual([true]);
      const url = new URL(service.seen[0]?.url ?? '', service.baseUrl);
      expect(url.searchParams.get('name')).toBe(name);
    },
  );

  it('is signed without its body', async () => {
    const service = await aScript([200, EXECUTION]);
    const input = { jobId: 'j1', jobCondition: { timeout: 60 } };
    await aClient(service.baseUrl).call('executeJob', input);
    expect(service.seen.map(isSigned)).toEqual([true]);
  });

  it.each([
    ['gateway code 200', REFUSED_SIGNATURE],
    ['no code', undefined],
    ['a body that is not JSON', 'plain'],
  ])('is signed anew once, with keys asked for anew, after a 401 with %s', async (_, body) => {
    const service = await aScript([401, body], [200, JOB]);
    const asked: boolean[] = [];
    const client = aClient(service.baseUrl, {
      credentials: ({ refused }) => {
        asked.push(refused);
        return rotatedKeys({ refused });
      },
    });
    expect((await client.call('getJobById', INPUT)).output).toEqual(JOB);
    expect(asked).toEqual([false, true]);
  });

  it('is signed anew also when it cancels', async () => {
    const service = await aScript([401, REFUSED_SIGNATURE], [200, true]);
    const input = { jobId: 'j1', executionId: 'e1' };
    const client = aClient(service.baseUrl, { credentials: rotatedKeys });
    expect((await client.call('cancelJobExecution', input)).output).toBe(true);
  });

  it('fails after the second refusal', async () => {
    const service = await aScript([401, REFUSED_SIGNATURE]);
    const client = aClient(service.baseUrl, { credentials: rotatedKeys });
    const error = await errorOf(client.call('getJobById', INPUT));
    expect(error).toMatchObject({ failure: 'DataFlowUnauthenticated', errorCode: '200' });
    expect(service.seen).toHaveLength(2);
  });

  it('is not made a second time with the same keys by the same clock (C16)', async () => {
    const service = await aScript([401, REFUSED_SIGNATURE]);
    const client = aClient(service.baseUrl);
    for (let call = 1; call <= 3; call += 1) {
      const error = await errorOf(client.call('getJobById', INPUT));
      expect(error.failure).toBe('DataFlowUnauthenticated');
      expect(service.seen).toHaveLength(call);
    }
  });

  it('is not signed anew when it lacks a right', async () => {
    const body = { error: { errorCode: 210, message: 'Permission Denied' } };
    const service = await aScript([401, body]);
    const error = await errorOf(aClient(service.baseUrl).call('getJobById', INPUT));
    expect(error).toMatchObject({ failure: 'DataFlowForbidden', errorCode: '210' });
    expect(service.seen).toHaveLength(1);
  });

  it('is not signed anew when it was given its date', async () => {
    const service = await aScript([401, REFUSED_SIGNATURE]);
    const call = aClient(service.baseUrl).call('getJobById', INPUT, { signedAtMs: 1_000 });
    await errorOf(call);
    expect(service.seen).toHaveLength(1);
  });

  it('corrects a clock that is hours off by the Date header, at the cost of one refusal', async () => {
    const serviceMs = () => Date.now() + 3 * HOUR_MS;
    const service = await aService((request, response) => {
      const offMs = Math.abs(Number(request.headers['x-ncp-apigw-timestamp']) - serviceMs());
      response.setHeader('date', new Date(serviceMs()).toUTCString());
      response.statusCode = offMs > 300_000 ? 401 : 200;
      response.end(JSON.stringify(offMs > 300_000 ? REFUSED_SIGNATURE : JOB));
    });
    const client = aClient(service.baseUrl);
    await client.call('getJobById', INPUT);
    await client.call('getJobById', INPUT);
    expect(service.seen).toHaveLength(3);
    expect(client.serviceClock.earliestMs()).toBeLessThanOrEqual(serviceMs());
    expect(client.serviceClock.latestMs()).toBeGreaterThan(serviceMs() - 1_000);
  });

  it.each([-9, 1, 9])(
    'is signed by the own clock where the Date header is %i hours off, and the gateway is not (C17)',
    async (hours) => {
      const service = await aService((request, response) => {
        const offMs = Math.abs(Number(request.headers['x-ncp-apigw-timestamp']) - Date.now());
        response.setHeader('date', new Date(Date.now() + hours * HOUR_MS).toUTCString());
        response.statusCode = offMs > 300_000 ? 401 : 200;
        const answer = request.method === 'POST' ? EXECUTION : JOB;
        response.end(JSON.stringify(offMs > 300_000 ? REFUSED_SIGNATURE : answer));
      });
      const client = aClient(service.baseUrl);
      for (let call = 0; call < 3; call += 1) await client.call('getJobById', INPUT);
      await client.call('executeJob', INPUT);
      expect(service.seen).toHaveLength(4);
      // An expiring POST: four minutes old by the clock that the client shows.
      const signedAtMs = client.serviceClock.earliestMs() - 240_000;
      await client.call('executeJob', INPUT, { signedAtMs });
      const ageMs = Date.now() - Number(service.seen.at(-1)?.headers['x-ncp-apigw-timestamp']);
      expect(ageMs).toBeGreaterThan(200_000);
    },
  );

  it('tries the other clock where the Date header turns wrong, and goes on with it (C17)', async () => {
    let dateOffMs = 0;
    const service = await aService((request, response) => {
      const offMs = Math.abs(Number(request.headers['x-ncp-apigw-timestamp']) - Date.now());
      response.setHeader('date', new Date(Date.now() + dateOffMs).toUTCString());
      response.statusCode = offMs > 300_000 ? 401 : 200;
      response.end(JSON.stringify(offMs > 300_000 ? REFUSED_SIGNATURE : JOB));
    });
    const client = aClient(service.baseUrl);
    await client.call('getJobById', INPUT);
    dateOffMs = HOUR_MS;
    for (let call = 0; call < 20; call += 1) await client.call('getJobById', INPUT);
    expect(service.seen.length).toBeLessThanOrEqual(22);
  });

  it('learns nothing from the date of an answer out of a cache', async () => {
    const headers = { date: 'Sat, 21 Nov 2020 12:00:00 GMT', age: '30' };
    const service = await aScript([200, JOB, headers]);
    const client = aClient(service.baseUrl, { clock: { wallMs: () => 7, monotonicMs: () => 7 } });
    await client.call('getJobById', INPUT);
    expect(client.serviceClock.latestMs()).toBe(7);
  });
});

describe('a source of credentials', () => {
  const failing = async (credentials: () => never) => {
    const service = await aScript([200, JOB]);
    const error = await errorOf(
      aClient(service.baseUrl, { credentials }).call('getJobById', INPUT),
    );
    expect(service.seen).toEqual([]);
    expect(error.sent).toBe('no');
    return error;
  };

  it('that fails makes the call unavailable, with its reason', async () => {
    const error = await failing(() => {
      throw new Error('metadata server is away');
    });
    expect(error.failure).toBe('DataFlowUnavailable');
    expect(error.message).toContain('no credentials: metadata server is away');
  });

  it('may name the failure itself', async () => {
    const error = await failing(() => {
      throw Object.assign(new Error('no key set'), { failure: 'DataFlowUnauthenticated' });
    });
    expect(error.failure).toBe('DataFlowUnauthenticated');
  });

  it('that cannot read JSON is not quoted, because the quote may hold the keys', async () => {
    const error = await failing(() => JSON.parse('SECRET-KEY-1') as never);
    expect(error.message).not.toContain('SECRET');
  });

  it('that gives no key pair makes the call unauthenticated', async () => {
    const error = await failing(() => ({ accessKey: 'ACCESS KEY' }) as never);
    expect(error.failure).toBe('DataFlowUnauthenticated');
    expect(error.message).not.toContain('ACCESS KEY');
  });

  it('that never answers is bounded by the signal of the call', async () => {
    const service = await aScript([200, JOB]);
    const client = aClient(service.baseUrl, { credentials: () => new Promise(() => undefined) });
    const controller = new AbortController();
    const call = client.call('getJobById', INPUT, { signal: controller.signal });
    controller.abort();
    expect(await errorOf(call)).toMatchObject({ sent: 'no', aborted: true });
  });
});

describe('a further request of a call (C16)', () => {
  it('is made after it was asked for, and asked for once', async () => {
    const service = await aScript([401, REFUSED_SIGNATURE], [200, JOB]);
    const asked: number[] = [];
    const client = aClient(service.baseUrl, {
      credentials: rotatedKeys,
      beforeRepeat: () => {
        asked.push(service.seen.length);
        return Promise.resolve();
      },
    });
    expect((await client.call('getJobById', INPUT)).output).toMatchObject({ jobId: 'j1' });
    expect(asked).toEqual([1]);
  });

  it('is not made where that is refused: the answer stands', async () => {
    const service = await aScript([401, REFUSED_SIGNATURE], [200, JOB]);
    const client = aClient(service.baseUrl, {
      credentials: rotatedKeys,
      beforeRepeat: () => Promise.reject(new Error('none left')),
    });
    const error = await errorOf(client.call('getJobById', INPUT));
    expect(error).toMatchObject({ failure: 'DataFlowUnauthenticated', status: 401 });
    expect(service.seen).toHaveLength(1);
  });

  it('counts in the budget of a profile', async () => {
    const service = await aScript([401, REFUSED_SIGNATURE]);
    const settings = {
      baseUrl: service.baseUrl,
      credentials: rotatedKeys,
      timings: DEFAULT_TIMINGS,
    };
    const profile = openProfile('default', { ...settings, callsPerSecond: 4 }, () => undefined);
    onTestFinished(() => profile.close());
    const beganMs = performance.now();
    const calls = Array.from({ length: 5 }, () => profile.client.call('getJobById', INPUT));
    await Promise.allSettled(calls);
    expect(service.seen).toHaveLength(10);
    // Four at once, four a second later, and two after another second.
    expect(performance.now() - beganMs).toBeGreaterThan(1_990);
  });
});
