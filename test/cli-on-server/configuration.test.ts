import { describe, expect, inject, it } from 'vitest';
import { dataflow } from '../support/cli.js';
import { expectNoSecrets } from '../support/secrets.js';

const KEYS = { NCLOUD_ACCESS_KEY_ID: 'AKEY0123456789', NCLOUD_SECRET_ACCESS_KEY: 'SKEY0123456789' };
/** Nothing listens there. */
const DEAD_PROXY = 'http://127.0.0.1:1';

const here = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...KEYS,
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  TEMPORAL_NAMESPACE: inject('temporalNamespace'),
  ...more,
});

describe('dataflow worker that cannot start', () => {
  it('for a namespace that does not exist says so in our words and ends with 2 (L4)', async () => {
    const { code, stdout, stderr } = await dataflow(['worker'], {
      env: here({ TEMPORAL_NAMESPACE: 'nope' }),
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `dataflow: Temporal at ${inject('temporalAddress')} has no namespace nope: set TEMPORAL_NAMESPACE, ` +
        'or create it (temporal operator namespace create --namespace nope)\n',
    );
  });

  it('for an API key on a server without TLS says so and ends with 3 (L5)', async () => {
    const env = here({ TEMPORAL_API_KEY: 'TKEY0123456789' });
    const { code, stderr } = await dataflow(['worker'], { env });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /it has no TLS, and TEMPORAL_API_KEY turns TLS on: unset TEMPORAL_API_KEY/,
    );
    expectNoSecrets(stderr, ['TKEY0123456789', KEYS.NCLOUD_SECRET_ACCESS_KEY], 'the output');
  });
});

describe('a command', () => {
  it('says the same of both (L4, L5)', async () => {
    const namespace = await dataflow(['pipeline', 'list'], {
      env: here({ TEMPORAL_NAMESPACE: 'nope' }),
    });
    expect(namespace.code).toBe(2);
    expect(namespace.stderr).toContain('has no namespace nope: set TEMPORAL_NAMESPACE');
    const key = await dataflow(['watch', 'some-workflow'], {
      env: here({ TEMPORAL_API_KEY: 'TKEY0123456789' }),
    });
    expect(key.code).toBe(3);
    expect(key.stderr).toContain('TEMPORAL_API_KEY turns TLS on');
  });

  it('reaches Temporal on this machine past a proxy that is set (L5)', async () => {
    const env = here({ https_proxy: DEAD_PROXY, http_proxy: DEAD_PROXY });
    // Other tests have runs on the same server: none of this name.
    const list = ['pipeline', 'list', '--pipeline', 'past-a-proxy'];
    const { code, stderr } = await dataflow(list, { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'no run matches\n' });
  });
});
