import { describe, expect } from 'vitest';
import { it } from './signed-call.js';

const EXECUTIONS = '/api/v1/jobs/j1/executions';

describe('the gateway', () => {
  it.for([
    { type: 'text/plain', status: 400 },
    { type: 'application/x-www-form-urlencoded', status: 400 },
    { type: 'application/json; charset=utf-8', status: 200 },
    { type: 'Application/JSON', status: 200 },
  ])('answers a body of type $type with $status', async ({ type, status }, { start }) => {
    const { simulator, call } = await start();
    const answer = await call('POST', EXECUTIONS, {}, undefined, { 'content-type': type });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.text).toContain('"errorCode":"100"');
    expect(simulator.report().accepted).toBe(status === 200 ? 1 : 0);
  });

  it.for([
    { header: 'x-ncp-iam-access-key', value: 'SOMEBODY' },
    { header: 'x-ncp-apigw-signature-v2', value: 'bm9uc2Vuc2U=' },
    { header: 'x-ncp-apigw-signature-v2', value: '' },
    { header: 'x-ncp-apigw-timestamp', value: 'soon' },
  ])('refuses $header "$value" with 401', async ({ header, value }, { start }) => {
    const { simulator, call } = await start();
    const answer = await call('POST', EXECUTIONS, {}, undefined, { [header]: value });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('"errorCode":"200"');
    expect(simulator.report()).toMatchObject({ accepted: 0, refusedSignatures: 1 });
  });

  it('throttles what is beyond its calls per second, and starts nothing then', async ({
    start,
  }) => {
    const { simulator, call } = await start({ switches: { callsPerSecond: 2 } });
    await call('GET', '/api/v1/jobs');
    await call('GET', '/api/v1/jobs', undefined, 0);
    simulator.advance(500);
    await call('GET', '/api/v1/jobs');
    const throttled = await call('POST', EXECUTIONS);
    expect(throttled.status).toBe(429);
    expect(throttled.text).toContain('"errorCode":"410"');
    expect(simulator.report().accepted).toBe(0);
    simulator.advance(500);
    expect((await call('POST', EXECUTIONS)).status).toBe(200);
    expect((await call('GET', '/api/v1/jobs')).status).toBe(429);
  });

  it.for([
    { gateway: '210', status: 401 },
    { gateway: '230', status: 403 },
    { gateway: '400', status: 429 },
    { gateway: '420', status: 429 },
  ] as const)('refuses with code $gateway where a fault says so', async (row, { start }) => {
    const { gateway, status } = row;
    const { simulator, call } = await start({
      faults: [{ on: 'executeJob', times: 1, then: { gateway } }],
    });
    const answer = await call('POST', EXECUTIONS);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { errorCode: gateway } });
    expect(simulator.log()[0]?.fault).toBe(`gateway ${gateway}`);
    expect((await call('POST', EXECUTIONS)).status).toBe(200);
  });
});
