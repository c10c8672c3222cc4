import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDataFlowClient } from '../../client/index.js';
import { selfSigned } from '../support/self-signed.js';
import { aProxy } from './local-proxy.js';
import { aClient, errorOf, JOB, KEYS } from './local-service.js';

const INPUT = { jobId: 'j1' };
const ours = selfSigned('localhost');

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A service behind TLS, with this certificate. Counts the requests that came through. */
async function aTlsService({ cert, key } = ours) {
  const seen: string[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    seen.push(request.url ?? '');
    response.end(JSON.stringify(JOB));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, seen, baseUrl: `https://localhost:${port}` };
}

async function aFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'own-ca-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'ca.pem'), text);
  return join(folder, 'ca.pem');
}

describe('a service with a certificate of a company', () => {
  it('is not trusted by itself, nothing is sent to it, and the remedy is named (C19)', async () => {
    const service = await aTlsService();
    const error = await errorOf(aClient(service.baseUrl).call('executeJob', INPUT));
    expect(error).toMatchObject({ sent: 'no', failure: 'DataFlowCertificateRejected' });
    expect(error.message).toContain('SELF_SIGNED_CERT');
    expect(error.message).toContain('caFile (DATAFLOW_CA_FILE)');
    expect(error.message).not.toContain('Nothing to do');
    expect(service.seen).toEqual([]);
  });

  it('is trusted with its authority as PEM text', async () => {
    const { baseUrl } = await aTlsService();
    const client = aClient(baseUrl, { ca: `# Example Inc.\n${selfSigned('x').cert}${ours.cert}` });
    expect((await client.call('getJobById', INPUT)).output).toEqual(JOB);
  });

  it('is trusted with its authority in a file', async () => {
    const { baseUrl } = await aTlsService();
    const client = aClient(baseUrl, { caFile: await aFile(ours.cert) });
    expect((await client.call('getJobById', INPUT)).output).toEqual(JOB);
  });

  it('is not trusted under the name of another host', async () => {
    const other = selfSigned('example.com');
    const { baseUrl, seen } = await aTlsService(other);
    const call = aClient(baseUrl, { ca: other.cert }).call('executeJob', INPUT);
    expect(await errorOf(call)).toMatchObject({
      sent: 'no',
      failure: 'DataFlowCertificateRejected',
    });
    expect(seen).toEqual([]);
  });

  it('is trusted through a proxy too, which sees no key', async () => {
    const theirs = selfSigned('dataflow.test');
    const service = await aTlsService(theirs);
    const { tunnels, heads } = await aProxy(`http://localhost:${service.port}`);
    const client = aClient('https://dataflow.test', { ca: theirs.cert });
    expect((await client.call('getJobById', INPUT)).output).toEqual(JOB);
    expect(tunnels).toEqual(['dataflow.test:443']);
    expect(heads.join()).not.toContain(KEYS.accessKey);
  });
});

describe('the option ca', () => {
  const refusal = (options: object) => () =>
    createDataFlowClient({ credentials: KEYS, ...options });

  it.each([
    ['no PEM', 'SECRET-TEXT'],
    ['a cut certificate', ours.cert.replace(/\n.{64}\n/, '\n')],
    ['a private key', ours.key],
    ['nothing', ''],
  ])('refuses %s without showing it', async (_, text) => {
    const caFile = await aFile(text);
    expect(refusal({ ca: text })).toThrow('ca: must be PEM text with a certificate');
    expect(refusal({ caFile })).toThrow('caFile: must be a file with PEM certificates');
    expect(refusal({ ca: text })).not.toThrow(/SECRET|PRIVATE/);
  });

  it('refuses a file that cannot be read', () => {
    expect(refusal({ caFile: '/nowhere/ca.pem' })).toThrow(
      'caFile: must be a readable file with PEM certificates; /nowhere/ca.pem cannot be read (ENOENT)',
    );
  });

  it('does not go together with caFile', () => {
    expect(refusal({ ca: ours.cert, caFile: '/x' })).toThrow('leave one out');
  });
});
