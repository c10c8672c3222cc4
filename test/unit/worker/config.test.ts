import { describe, expect, it } from 'vitest';
import { DataFlowInvalidInputError } from '../../../client/errors.js';
import { readWorkerConfig } from '../../../worker/config.js';
import { DataFlowPlugin } from '../../../worker/plugin.js';

const KEYS = {
  NCLOUD_ACCESS_KEY_ID: 'AKEY0123456789',
  NCLOUD_SECRET_ACCESS_KEY: 'secret-0123456789',
};

describe('readWorkerConfig', () => {
  it('needs no more than the key pair', () => {
    expect(readWorkerConfig(KEYS)).toMatchObject({
      temporal: { namespace: 'default', address: 'localhost:7233', isLocal: true, tls: 'none' },
      taskQueue: 'dataflow',
      maxActivities: 1_000,
    });
  });

  it('listens nowhere unless it is given a port, 0 among them', () => {
    expect(readWorkerConfig(KEYS).health).toBeUndefined();
    const { health } = readWorkerConfig({ ...KEYS, DATAFLOW_HEALTH_PORT: '0' });
    expect(health).toEqual({ port: 0, readyWithinMs: 60_000 });
  });

  it("reads Temporal's own variables", () => {
    const config = readWorkerConfig({
      ...KEYS,
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_NAMESPACE: 'etl',
    });
    expect(config).toMatchObject({
      temporal: { namespace: 'etl', connectionOptions: { address: 'temporal:7233' } },
    });
  });

  it('names all problems together, each with its remedy', () => {
    const env = {
      NCLOUD_ACCESS_KEY_ID: 'AKEY0123456789',
      DATAFLOW_TASK_QUEUE: ' ',
      DATAFLOW_MAX_ACTIVITIES: 'many',
      DATAFLOW_MAX_CACHED_WORKFLOWS: '1',
      DATAFLOW_HEALTH_PORT: '70000',
      DATAFLOW_HEALTH_HOST: ' ',
      DATAFLOW_READY_WITHIN_MS: 'soon',
      DATAFLOW_LOG_LEVEL: 'loud',
      DATAFLOW_CALLS_PER_SECOND: '0',
      DATAFLOW_TIMINGS: '[]',
    };
    const read = (): unknown => readWorkerConfig(env);
    expect(read).toThrow(DataFlowInvalidInputError);
    for (const name of Object.keys(env)) expect(read).toThrow(name);
    expect(read).not.toThrow('0123456789');
  });
});

describe('DataFlowPlugin', () => {
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
