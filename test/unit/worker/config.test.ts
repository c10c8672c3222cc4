import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DataFlowInvalidInputError } from '../../../client/errors.js';
import { readWorkerConfig } from '../../../worker/config.js';
import { DataFlowPlugin } from '../../../worker/plugin.js';
import { readProfile } from '../../../worker/profile-options.js';

const KEYS = {
  NCLOUD_ACCESS_KEY_ID: 'AKEY0123456789',
  NCLOUD_SECRET_ACCESS_KEY: 'secret-0123456789',
};

describe('readWorkerConfig', () => {
  it('needs no more than the key pair', () => {
    expect(readWorkerConfig(KEYS)).toMatchObject({
      namespace: 'default',
      taskQueue: 'dataflow',
      maxActivities: 1_000,
    });
  });

  it("reads Temporal's own variables", () => {
    const config = readWorkerConfig({
      ...KEYS,
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_NAMESPACE: 'etl',
    });
    expect(config).toMatchObject({
      namespace: 'etl',
      connectionOptions: { address: 'temporal:7233' },
    });
  });

  it('names all problems together, each with its remedy', () => {
    const env = {
      DATAFLOW_TASK_QUEUE: ' ',
      DATAFLOW_MAX_ACTIVITIES: 'many',
      DATAFLOW_CALLS_PER_SECOND: '0',
      DATAFLOW_TIMINGS: '[]',
    };
    const read = (): unknown => readWorkerConfig(env);
    expect(read).toThrow(DataFlowInvalidInputError);
    for (const name of ['NCLOUD_ACCESS_KEY_ID', ...Object.keys(env)]) expect(read).toThrow(name);
  });
});

describe('readProfile', () => {
  it('takes keys of the environment under either name', () => {
    const env = { NCLOUD_ACCESS_KEY: 'a', NCLOUD_SECRET_KEY: 'b' };
    expect(readProfile('default', {}, env).settings?.credentials).toEqual({
      accessKey: 'a',
      secretKey: 'b',
    });
  });

  it('takes timings from the environment, and lets options win', () => {
    const env = { ...KEYS, DATAFLOW_TIMINGS: '{"permitMs":5000,"postMs":6000}' };
    const { settings } = readProfile('default', { timings: { postMs: 7_000 } }, env);
    expect(settings?.timings).toMatchObject({
      permitMs: 5_000,
      postMs: 7_000,
      visibleWithinMs: 30_000,
    });
  });

  it('refuses timings that it does not know', () => {
    const { problems } = readProfile('etl', { timings: { premitMs: 5_000 } as never }, KEYS);
    expect(problems).toEqual([expect.stringContaining('profile etl: timings.premitMs is unknown')]);
  });
});

describe('DataFlowPlugin', () => {
  it('shows no key when it is printed', () => {
    const credentials = { accessKey: 'AKEY0123456789', secretKey: 'secret-0123456789' };
    const plugin = new DataFlowPlugin({ profiles: { default: { credentials } } });
    plugin.configureWorker({ taskQueue: 'q' });
    for (const text of [inspect(plugin, { depth: 10, showHidden: true }), JSON.stringify(plugin)]) {
      expect(text).not.toContain('0123456789');
    }
  });

  it('names every problem of every profile', () => {
    const plugin = new DataFlowPlugin({
      profiles: {
        a: { callsPerSecond: -1, credentials: { accessKey: 'k', secretKey: 's' } },
        b: { baseUrl: 'ftp://x', credentials: { accessKey: '', secretKey: 's' } },
      },
    });
    const configure = (): unknown => plugin.configureWorker({ taskQueue: 'q' });
    for (const words of ['profile a: callsPerSecond', 'profile b: ', 'credentials'])
      expect(configure).toThrow(words);
  });
});
