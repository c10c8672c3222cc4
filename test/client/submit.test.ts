import { describe, expect, it } from 'vitest';
import {
  aClient,
  aScript,
  aService,
  aSignal,
  errorOf,
  EXECUTION,
  REFUSED_SIGNATURE,
} from './local-service.js';

const INPUT = { jobId: 'j1', jobCondition: { timeout: 60 } };

describe('executeJob', () => {
  it('sends one POST and gives the execution with the date of the answer', async () => {
    const date = 'Sat, 21 Nov 2026 12:00:00 GMT';
    const service = await aScript([200, EXECUTION, { date }]);
    const answer = await aClient(service.baseUrl).call('executeJob', INPUT);
    expect(answer).toEqual({ output: EXECUTION, dateMs: Date.UTC(2026, 10, 21, 12) });
    expect(service.seen).toMatchObject([{ method: 'POST', url: '/api/v1/jobs/j1/executions' }]);
  });

  it('leaves not one byte when its permit ends before they leave', async () => {
    const service = await aScript([200, EXECUTION]);
    let nowMs = 1_000;
    let left = 0;
    const client = aClient(service.baseUrl, {
      clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
      credentials: () => {
        nowMs = 2_000; // the permit was good when the call began
        return { accessKey: 'ACCESS-KEY-1', secretKey: 'SECRET-KEY-1' };
      },
    });
    const onSent = () => {
      left += 1;
    };
    const error = await errorOf(client.call('executeJob', INPUT, { notAfterMs: 2_000, onSent }));
    expect(error).toMatchObject({ sent: 'no', expired: true, failure: 'DataFlowNotSent' });
    expect(left).toBe(0);
    await client.call('executeJob', INPUT, { notAfterMs: 2_001, onSent });
    expect(left).toBe(1);
    expect(service.seen).toHaveLength(1);
  });

  it('measures its permit by the latest that the clock of the service may show', async () => {
    const date = 'Sat, 21 Nov 2026 12:00:00 GMT';
    const dateMs = Date.UTC(2026, 10, 21, 12);
    const service = await aScript([200, EXECUTION, { date }]);
    const client = aClient(service.baseUrl, { clock: { wallMs: () => 5, monotonicMs: () => 5 } });
    await client.call('executeJob', INPUT);
    const late = client.call('executeJob', INPUT, { notAfterMs: dateMs + 1_000 });
    expect(await errorOf(late)).toMatchObject({ expired: true });
    await client.call('executeJob', INPUT, { notAfterMs: dateMs + 1_001 });
    expect(service.seen).toHaveLength(2);
  });

  it('is signed with the date it is given', async () => {
    const service = await aScript([200, EXECUTION]);
    await aClient(service.baseUrl).call('executeJob', INPUT, { signedAtMs: 1_763_690_400_123 });
    expect(service.seen[0]?.headers['x-ncp-apigw-timestamp']).toBe('1763690400123');
  });

  it('keeps its bytes back when onSent throws', async () => {
    const service = await aScript([200, EXECUTION]);
    const call = aClient(service.baseUrl).call('executeJob', INPUT, {
      onSent: () => {
        throw new Error('disk full');
      },
    });
    const error = await errorOf(call);
    expect(error.sent).toBe('no');
    expect(error.message).toContain('disk full');
    expect(service.seen).toEqual([]);
  });

  it('is not sent when its signal was aborted before', async () => {
    const service = await aScript([200, EXECUTION]);
    const call = aClient(service.baseUrl).call('executeJob', INPUT, {
      signal: AbortSignal.abort(),
    });
    expect(await errorOf(call)).toMatchObject({ sent: 'no', aborted: true });
    expect(service.seen).toEqual([]);
  });

  it.each(['as its bytes leave', 'while it waits'])(
    'waits for its answer although its signal is aborted %s',
    async (when) => {
      const [arrived, resumeFrom] = [aSignal(), aSignal()];
      const service = await aService((_, response) => {
        arrived.give();
        void resumeFrom.given.then(() => response.end(JSON.stringify(EXECUTION)));
      });
      const controller = new AbortController();
      const call = aClient(service.baseUrl).call('executeJob', INPUT, {
        signal: controller.signal,
        onSent: () => {
          if (when === 'as its bytes leave') controller.abort();
        },
      });
      await arrived.given;
      controller.abort();
      resumeFrom.give();
      expect((await call).output).toEqual(EXECUTION);
    },
  );

  it.each([
    ['gateway code 200', REFUSED_SIGNATURE, 'DataFlowUnauthenticated'],
    ['no code', undefined, 'DataFlowUnavailable'],
  ])('is never signed anew after a 401 with %s', async (_, body, failure) => {
    const service = await aScript([401, body], [200, EXECUTION]);
    const error = await errorOf(aClient(service.baseUrl).call('executeJob', INPUT));
    expect(error).toMatchObject({ failure, sent: 'yes', complete: true });
    expect(service.seen).toHaveLength(1);
  });

  it('is never signed anew after a 401 when it starts a workflow either', async () => {
    const started = { workflowId: 'w1', triggerId: 't1', status: 'ACCEPTED' };
    const service = await aScript([401, REFUSED_SIGNATURE], [202, started]);
    const start = aClient(service.baseUrl).call('executeWorkflow', { workflowId: 'w1' });
    expect(await errorOf(start)).toMatchObject({ failure: 'DataFlowUnauthenticated' });
    expect(service.seen).toHaveLength(1);
  });

  it.each([
    ['empty', undefined],
    ['without an id', { status: 'READY' }],
    ['a bare true', true],
    ['about another job', { ...EXECUTION, jobId: 'j2' }],
  ])('takes a 2xx that is %s for a protocol error after a sent request', async (_, body) => {
    const service = await aScript([200, body]);
    const error = await errorOf(aClient(service.baseUrl).call('executeJob', INPUT));
    expect(error).toMatchObject({ failure: 'DataFlowProtocolError', sent: 'yes', status: 200 });
  });

  it('is not sent a second time when a kept socket breaks under it', async () => {
    let asked = 0;
    const service = await aService((request, response) => {
      asked += 1;
      if (asked === 1) response.end(JSON.stringify(EXECUTION));
      else request.socket.resetAndDestroy();
    });
    const client = aClient(service.baseUrl);
    await client.call('executeJob', INPUT);
    expect(await errorOf(client.call('executeJob', INPUT))).toMatchObject({ sent: 'maybe' });
    expect(service.seen).toHaveLength(2);
  });
});
