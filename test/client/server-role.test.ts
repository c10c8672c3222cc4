import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ncloudCredentials, reportCredentials } from '../../client/index.js';
import {
  aClient,
  aClosedPort,
  aScript,
  aService,
  errorOf,
  JOB,
  REFUSED_SIGNATURE,
} from './local-service.js';

const PATH = '/latest/meta-data/iam/security-credentials/';
const usual = { refused: false };
const EXPIRATION = '2099-01-01T00:00:00Z';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The keys that the metadata service gives at its n-th asking. */
const keysOf = (n: number) => ({ accessKey: `ROLE-AKEY-${n}`, secretKey: `ROLE-SKEY-${n}` });

/** A metadata service as NOTES §7 describes it, or one that answers in another way. */
async function aMetadataService(answer?: RequestListener) {
  let given = 0;
  const service = await aService(
    answer ??
      ((request, response) => {
        if (request.url === PATH) response.end('etl-role\nother-role\n');
        else {
          given += 1;
          const { accessKey: AccessKeyId, secretKey: SecretAccessKey } = keysOf(given);
          const all = { AccessKeyId, SecretAccessKey, Expiration: EXPIRATION, Code: 'Success' };
          response.end(JSON.stringify(all));
        }
      }),
  );
  const env = { HOME: '/nowhere', NCLOUD_METADATA_API_ENDPOINT: service.baseUrl };
  return { ...service, env };
}

describe('the role of a server', () => {
  it('is asked for the keys of its first role, and says where they are from', async () => {
    const { env, seen } = await aMetadataService();
    const source = ncloudCredentials({ env });
    expect(await source(usual)).toEqual(keysOf(1));
    expect(seen.map(({ url }) => url)).toEqual([PATH, `${PATH}etl-role`]);
    expect(await reportCredentials(source)).toMatchObject({
      text: 'keys from server role etl-role, valid until 2099-01-01T00:00:00.000Z',
      lookedAt: [
        { place: 'environment NCLOUD_ACCESS_KEY_ID', finding: 'not set' },
        { place: 'file ~/.ncloud/configure', finding: 'no such file' },
      ],
    });
    expect(seen).toHaveLength(2);
  });

  it('is not asked when the environment has keys', async () => {
    const { env, seen } = await aMetadataService();
    const keys = { NCLOUD_ACCESS_KEY: 'a', NCLOUD_SECRET_KEY: 's' };
    await ncloudCredentials({ env: { ...env, ...keys } })(usual);
    expect(seen).toEqual([]);
  });

  it('is never asked through a proxy', async () => {
    const proxy = await aScript([502, undefined]);
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'])
      vi.stubEnv(name, proxy.baseUrl);
    const { env } = await aMetadataService();
    expect(await ncloudCredentials({ env })(usual)).toEqual(keysOf(1));
    expect(proxy.seen).toEqual([]);
  });

  it('signs the calls of a client, with new keys once after the old ones were refused', async () => {
    const { env, seen } = await aMetadataService();
    const accessKeys: unknown[] = [];
    const service = await aService((request, response) => {
      accessKeys.push(request.headers['x-ncp-iam-access-key']);
      const isOld = accessKeys.at(-1) === keysOf(1).accessKey;
      response.statusCode = isOld ? 401 : 200;
      response.end(JSON.stringify(isOld ? REFUSED_SIGNATURE : JOB));
    });
    let nowMs = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => (nowMs += 5_000));
    const client = aClient(service.baseUrl, { credentials: ncloudCredentials({ env }) });
    expect((await client.call('getJobById', { jobId: 'j1' })).output).toEqual(JOB);
    vi.restoreAllMocks();
    expect(accessKeys).toEqual([keysOf(1).accessKey, keysOf(2).accessKey]);
    expect(seen).toHaveLength(4);
  });

  it.each<[string, RequestListener, string]>([
    ['knows no roles', (_, to) => to.writeHead(404).end(), 'this server has no role (answer 404)'],
    ['has an empty list', (_, to) => to.end(), 'this server has no role'],
    ['is a login page', (_, to) => to.end('<html>SKEY-0123</html>'), 'this server has no role'],
    ['fails', (_, to) => to.writeHead(500).end('SKEY-0123'), 'the metadata service answered 500'],
    [
      'points elsewhere',
      (_, to) => to.writeHead(302, { location: 'http://127.0.0.1:9/SKEY-0123' }).end(),
      'answer 302',
    ],
    [
      'gives no keys',
      ({ url }, to) => to.end(url === PATH ? 'etl' : 'SKEY-0123'),
      'the keys of role etl could not be read',
    ],
    ['hangs up', (_, to) => to.destroy(), 'gave no answer (network)'],
  ])('whose metadata service %s has no keys, and that is said', async (_, answer, words) => {
    const { env } = await aMetadataService(answer);
    const credentials = ncloudCredentials({ env });
    const service = await aScript([200, JOB]);
    const call = aClient(service.baseUrl, { credentials }).call('getJobById', { jobId: 'j1' });
    const error = await errorOf(call);
    expect(service.seen).toEqual([]);
    const places = [
      'environment NCLOUD_ACCESS_KEY_ID: not set',
      '~/.ncloud/configure',
      'server role',
    ];
    for (const part of [...places, words]) expect(error.message).toContain(part);
    const shown = inspect(error, { depth: null, showHidden: true });
    expect(shown + JSON.stringify(error)).not.toContain('0123');
  });

  it('that cannot be reached leaves it open whether there are keys', async () => {
    const env = { HOME: '/nowhere', NCLOUD_METADATA_API_ENDPOINT: await aClosedPort() };
    await expect(ncloudCredentials({ env })(usual)).rejects.toMatchObject({
      failure: 'DataFlowUnavailable',
    });
  });

  it('is not looked for at an address that is no URL, which is not shown either', async () => {
    const env = { HOME: '/nowhere', NCLOUD_METADATA_API_ENDPOINT: 'user:PASSWORD@' };
    const source = ncloudCredentials({ env });
    await expect(source(usual)).rejects.toThrow('NCLOUD_METADATA_API_ENDPOINT must be a URL');
    await expect(source(usual)).rejects.not.toThrow('PASSWORD');
  });
});
