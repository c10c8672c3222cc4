import { createHmac } from 'node:crypto';
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { admit, handle } from '../../../simulator/gateway.js';
import { toReply } from '../../../simulator/reply.js';
import { findRoute } from '../../../simulator/route.js';
import { START, aService } from './a-service.js';

const keys = { accessKey: 'access', secretKey: 'secret' };

function aRequest(method: string, url: string, body = '') {
  const signature = createHmac('sha256', keys.secretKey)
    .update(`${method} ${url}\n${START}\n${keys.accessKey}`)
    .digest('base64');
  const headers = {
    'x-ncp-apigw-timestamp': String(START),
    'x-ncp-iam-access-key': keys.accessKey,
    'x-ncp-apigw-signature-v2': signature,
  };
  return { method, url, headers, body, route: findRoute(method, url) };
}

describe('admit', () => {
  it.each([
    { title: 'an unknown path, signed or not', request: aRequest('GET', '/api/v1/x'), code: '300' },
    {
      title: 'no signature',
      request: { ...aRequest('GET', '/api/v1/jobs'), headers: {} },
      code: '200',
    },
    {
      title: 'ill-formed JSON',
      request: aRequest('POST', '/api/v1/jobs/j1/executions', '{'),
      code: '100',
    },
  ])('refuses $title with gateway code $code', ({ request, code }) => {
    expect(admit(request, keys, aService().state, START)).toMatchObject({ outcome: { code } });
  });

  it('lets a good request through with its JSON', () => {
    const request = aRequest('POST', '/api/v1/jobs/j1/executions', '{"jobCondition":{}}');
    expect(admit(request, keys, aService().state, START)).toMatchObject({
      admitted: true,
      body: { jobCondition: {} },
    });
  });
});

describe('handle', () => {
  const route = fc.constantFrom(
    'GET /api/v1/jobs',
    'GET /api/v1/jobs/j1',
    'POST /api/v1/jobs/j1/executions',
    'GET /api/v1/jobs/j1/executions',
  );

  property.prop([route, fc.string(), fc.jsonValue()])(
    'comes to an answer for whatever query and body a call brings',
    (line, query, body) => {
      const [method = '', path = ''] = line.split(' ');
      const url = `${path}?${new URLSearchParams({ name: query, limit: query }).toString()}`;
      const service = aService();
      const admission = admit(
        aRequest(method, url, JSON.stringify(body)),
        keys,
        service.state,
        START,
      );
      if (!admission.admitted) throw new Error(`refused: ${JSON.stringify(admission.outcome)}`);
      const outcome = handle(service.state, admission, url, START);
      expect([200, 400]).toContain(toReply(outcome, 'both', path).status);
    },
  );
});
