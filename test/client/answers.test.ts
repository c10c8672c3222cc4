import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  aClient,
  aScript,
  aService,
  aSignal,
  aSocketServer,
  errorOf,
  JOB,
  KEYS,
} from './local-service.js';

const INPUT = { jobId: 'j1' };
const CANCEL = { jobId: 'j1', executionId: 'e1' };

describe('an answer', () => {
  it('is read whatever its content type says', async () => {
    const service = await aScript([200, JOB, { 'content-type': 'text/plain' }]);
    expect((await aClient(service.baseUrl).call('getJobById', INPUT)).output).toEqual(JOB);
  });

  it.each([
    [200, true],
    [202, true],
    [200, undefined],
    [204, undefined],
  ])('of %i with body %j means that the cancel was taken', async (status, body) => {
    const service = await aScript([status, body]);
    const answer = await aClient(service.baseUrl).call('cancelJobExecution', CANCEL);
    expect(answer.output).toBe(true);
  });

  it('of a bare false means that the cancel was not understood', async () => {
    const service = await aScript([200, false]);
    const error = await errorOf(aClient(service.baseUrl).call('cancelJobExecution', CANCEL));
    expect(error.failure).toBe('DataFlowProtocolError');
  });

  it('that is HTML names the call and the beginning of what came', async () => {
    const service = await aService((_, response) => response.end('<html>\n<title>Login</title>'));
    const error = await errorOf(aClient(service.baseUrl).call('getJobById', INPUT));
    expect(error.message).toContain(
      'getJobById (GET /api/v1/jobs/j1): answer 200 is unreadable: expected JSON, came <html> <title>Login',
    );
  });

  it.each([301, 302, 303, 307, 308])(
    'of %i that points elsewhere is not followed, and no key goes there',
    async (status) => {
      const target = await aScript([200, JOB]);
      const location = `${target.baseUrl}/x?token=SECRET-TOKEN`;
      const service = await aScript([status, undefined, { location }]);
      for (const name of ['executeJob', 'getJobById'] as const) {
        const error = await errorOf(aClient(service.baseUrl).call(name, INPUT));
        expect(error).toMatchObject({ failure: 'DataFlowUnavailable', sent: 'yes', status });
        expect(error.message).not.toContain('SECRET-TOKEN');
      }
      expect(service.seen).toHaveLength(2);
      expect(target.seen).toEqual([]);
    },
  );

  it('may be announced by early hints', async () => {
    const service = await aService((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' }, () => {
        response.end(JSON.stringify(JOB));
      });
    });
    expect((await aClient(service.baseUrl).call('getJobById', INPUT)).output).toEqual(JOB);
  });

  it.each([
    ['lists', '['.repeat(100_000)],
    [
      'objects in a member',
      `${JSON.stringify(JOB).slice(0, -1)},"nodes":${'{"a":'.repeat(100_000)}`,
    ],
  ])('of 100,000 levels of %s is an unreadable answer (C5)', async (_, open) => {
    const levels = open.replace(/"[^"]*"/g, '').match(/[[{]/g)!;
    const close = levels.map((one) => (one === '[' ? ']' : '}')).join('');
    const body = open.endsWith(':') ? `${open}1${close}` : `${open}${close}`;
    const service = await aService((_request, response) => response.end(body));
    const error = await errorOf(aClient(service.baseUrl).call('getJobById', INPUT));
    expect(error).toMatchObject({ failure: 'DataFlowProtocolError', status: 200 });
    expect(error.message).toContain('more than 100 levels');
  });

  it('keeps brackets in texts out of the count of its levels', async () => {
    const description = `${'['.repeat(500)}"\\`;
    const service = await aScript([200, { ...JOB, description }]);
    const { output } = await aClient(service.baseUrl).call('getJobById', INPUT);
    expect(output).toMatchObject({ description });
  });

  it('may be preceded by 100 Continue, on a kept socket and behind a slow one too (C5)', async () => {
    const answer = `HTTP/1.1 200 OK\r\ncontent-length: 64\r\n\r\n${JSON.stringify(JOB)}`;
    const baseUrl = await aSocketServer((socket) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 1');
      setImmediate(() => socket.write(`00 Continue\r\n\r\n${answer}`));
    });
    const client = aClient(baseUrl);
    for (let call = 0; call < 3; call += 1)
      expect((await client.call('getJobById', INPUT)).output).toEqual(JOB);
  });

  it.each(['announces', 'only turns out'])(
    'that %s to be longer than the limit is not taken',
    async (how) => {
      const service = await aService((_, response) => {
        const body = JSON.stringify({ ...JOB, description: 'x'.repeat(10_000) });
        if (how === 'announces') response.setHeader('content-length', Buffer.byteLength(body));
        response.write(body.slice(0, 5_000));
        response.end(body.slice(5_000));
      });
      const client = aClient(service.baseUrl, { maxAnswerBytes: 4_000 });
      const error = await errorOf(client.call('getJobById', INPUT));
      expect(error).toMatchObject({
        failure: 'DataFlowProtocolError',
        complete: false,
        status: 200,
      });
      expect(error.message).toContain('longer than maxAnswerBytes');
    },
  );

  it('that repeats all that was sent to it brings no key and no signature into the error', async () => {
    const service = await aService((request, response) => {
      const echo = JSON.stringify(request.headers);
      response.writeHead(400, { 'x-request-id': String(request.headers['x-ncp-iam-access-key']) });
      response.end(JSON.stringify({ errorType: 'bad-parameter', title: echo, detail: echo }));
    });
    const error = await errorOf(aClient(service.baseUrl).call('getJobById', INPUT));
    const signature = String(service.seen[0]?.headers['x-ncp-apigw-signature-v2']);
    for (const shown of [
      inspect(error, { showHidden: true }),
      JSON.stringify(error),
      error.message,
    ])
      for (const secret of [...Object.values(KEYS), signature]) expect(shown).not.toContain(secret);
  });

  it('that is no HTTP and repeats the request brings no key into the error', async () => {
    const echo = `${KEYS.accessKey}: no such thing\r\n`;
    const baseUrl = await aSocketServer((socket) => void socket.end(echo));
    const error = await errorOf(aClient(baseUrl).call('getJobById', INPUT));
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain(KEYS.accessKey);
  });
});

describe('a call under way', () => {
  const hanging = async () => {
    const [arrived, hungUp] = [aSignal(), aSignal()];
    const service = await aService((_, response) => {
      response.on('close', hungUp.give);
      arrived.give();
    });
    return { arrived: arrived.given, hungUp: hungUp.given, client: aClient(service.baseUrl) };
  };

  it('that only reads ends with its signal, and gives its socket up', async () => {
    const { arrived, hungUp, client } = await hanging();
    const controller = new AbortController();
    const call = client.call('getJobById', INPUT, { signal: controller.signal });
    await arrived;
    controller.abort();
    expect(await errorOf(call)).toMatchObject({ sent: 'maybe', aborted: true });
    await hungUp;
  });

  it('fails when the client is closed, and so does every later one', async () => {
    const { arrived, client } = await hanging();
    const call = errorOf(client.call('executeJob', INPUT));
    await arrived;
    await client.close();
    expect(await call).toMatchObject({ sent: 'maybe', failure: 'DataFlowUnavailable' });
    expect(await errorOf(client.call('executeJob', INPUT))).toMatchObject({ sent: 'no' });
  });
});
