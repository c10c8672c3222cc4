import { describe, expect } from 'vitest';
import { gatewayErrorBody, problemBody, type FaultEffect } from '../../simulator/index.js';
import { it, until } from './signed-call.js';

const EXECUTIONS = '/api/v1/jobs/j1/executions';

describe('faults', () => {
  it.for([
    { status: 400, errorCode: '100' },
    { status: 401, errorCode: '200' },
    { status: 403, errorCode: '230' },
    { status: 404, errorCode: '300' },
    { status: 413, errorCode: '430' },
    { status: 429, errorCode: '410' },
    { status: 500, errorCode: '900' },
    { status: 503, errorCode: '500' },
    { status: 504, errorCode: '510' },
  ])('answer $status with gateway code $errorCode and start nothing', async (row, { start }) => {
    const { simulator, call } = await start({
      faults: [{ on: 'executeJob', calls: [1], then: { status: row.status } }],
    });
    const answer = await call('POST', EXECUTIONS);
    expect(answer.status).toBe(row.status);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { errorCode: row.errorCode } });
    expect(simulator.report()).toMatchObject({ posts: 1, accepted: 0 });
    expect((await call('POST', EXECUTIONS)).status).toBe(200);
  });

  it.for<{ then: FaultEffect; text: string }>([
    {
      then: { status: 429, body: gatewayErrorBody('400') },
      text: JSON.stringify(gatewayErrorBody('400')),
    },
    {
      then: { status: 400, body: problemBody('bad-state') },
      text: JSON.stringify(problemBody('bad-state')),
    },
    { then: { status: 502, body: '<html>' }, text: '<html>' },
    { then: { status: 204, handled: true }, text: '' },
  ])('send the body given: $then', async ({ then, text }, { start }) => {
    const { call } = await start({ faults: [{ on: '*', then }] });
    expect((await call('GET', '/api/v1/jobs')).text).toBe(text);
  });

  it('send the headers given', async ({ start }) => {
    const then = { status: 429, headers: { 'Retry-After': '7' } };
    const { call } = await start({ faults: [{ on: 'getJobs', then }] });
    expect((await call('GET', '/api/v1/jobs')).headers.get('retry-after')).toBe('7');
  });

  it.for<{ then: FaultEffect; accepted: number }>([
    { then: { drop: 'before' }, accepted: 0 },
    { then: { drop: 'after' }, accepted: 1 },
    { then: { cut: true }, accepted: 1 },
  ])(
    'break the connection: $then leaves $accepted accepted',
    async ({ then, accepted }, { start }) => {
      const { simulator, call } = await start({ faults: [{ on: 'executeJob', then }] });
      await expect(call('POST', EXECUTIONS)).rejects.toThrow();
      expect(simulator.report()).toMatchObject({ posts: 1, accepted });
    },
  );

  it.for<{ then: FaultEffect; status: number; accepted: number }>([
    { then: { garbage: true }, status: 200, accepted: 1 },
    { then: { status: 503, handled: true }, status: 503, accepted: 1 },
    { then: { status: 503 }, status: 503, accepted: 0 },
    { then: { status: 429 }, status: 429, accepted: 1 },
    { then: { status: 429, handled: false }, status: 429, accepted: 0 },
  ])('with $then, where a 429 lets executes through, accept $accepted', async (row, { start }) => {
    const { simulator, call } = await start({
      faults: [{ on: 'executeJob', then: row.then }],
      switches: { throttledExecuteStarts: true },
    });
    const { status, text } = await call('POST', EXECUTIONS);
    expect(status).toBe(row.status);
    expect(simulator.report().accepted).toBe(row.accepted);
    if ('garbage' in row.then) expect(() => JSON.parse(text) as unknown).toThrow();
  });

  it('carry nothing out that the gateway refuses', async ({ start }) => {
    const { simulator, call } = await start({
      faults: [{ on: 'executeJob', then: { status: 503, handled: true } }],
    });
    await call('POST', EXECUTIONS, undefined, 0);
    expect(simulator.report()).toMatchObject({ accepted: 0, refusedSignatures: 1 });
  });

  it('let a request arrive late, when its signature may be too old', async ({ start }) => {
    const { simulator, call } = await start({
      faults: [{ on: 'executeJob', then: { delayMs: 300_001 } }],
    });
    const late = call('POST', EXECUTIONS);
    await until(simulator, () => simulator.report().posts === 1);
    simulator.advance(300_001);
    expect((await late).status).toBe(401);
    expect(simulator.report().accepted).toBe(0);
  });

  it('carry a late request out although its sender has gone', async ({ start }) => {
    const { simulator, call } = await start({
      faults: [{ on: 'executeJob', then: { delayMs: 20_000, then: { drop: 'after' } } }],
    });
    const lost = call('POST', EXECUTIONS);
    await until(simulator, () => simulator.report().posts === 1);
    expect(simulator.report().accepted).toBe(0);
    simulator.advance(20_000);
    await expect(lost).rejects.toThrow();
    expect(simulator.report().accepted).toBe(1);
  });

  it('tell late what was done at once', async ({ start }) => {
    const { simulator, call } = await start({
      faults: [{ on: 'executeJob', then: { delayMs: 20_000, at: 'answer' } }],
    });
    const slow = call('POST', EXECUTIONS);
    await until(simulator, () => simulator.report().accepted === 1);
    simulator.advance(20_000);
    expect((await slow).status).toBe(200);
  });

  it('name themselves in the log, and strike no more once cleared', async ({ start }) => {
    const { simulator, call } = await start();
    simulator.addFaults({ on: '*', then: { status: 500 } });
    await call('GET', '/api/v1/jobs');
    simulator.clearFaults();
    expect((await call('GET', '/api/v1/jobs')).status).toBe(200);
    expect(simulator.log().map(({ fault }) => fault)).toEqual(['status 500', undefined]);
  });

  it('are given up when the simulator closes', async ({ start }) => {
    const { simulator, call } = await start({ faults: [{ on: '*', then: { delayMs: 1e9 } }] });
    const pending = expect(call('POST', EXECUTIONS)).rejects.toThrow();
    await until(simulator, () => simulator.report().posts === 1);
    await simulator.close();
    await pending;
    expect(simulator.report().accepted).toBe(0);
  });
});
