import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createDataFlowClient, reportCredentials } from '../../../client/index.js';
import { readWorkerConfig } from '../../../worker/config.js';
import { openProfile } from '../../../worker/open-profile.js';
import { DataFlowPlugin } from '../../../worker/plugin.js';
import { readProfiles } from '../../../worker/read-profiles.js';

const PAIR = { accessKey: 'AKEY0123456789', secretKey: 'SKEY0123456789' };
const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const profilesFile = join(folder, 'profiles.yaml');
writeFileSync(profilesFile, JSON.stringify({ etl: { credentials: PAIR } }), { mode: 0o600 });
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ENV = {
  DATAFLOW_PROFILES_FILE: profilesFile,
  NCLOUD_ACCESS_KEY_ID: PAIR.accessKey,
  NCLOUD_SECRET_ACCESS_KEY: PAIR.secretKey,
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  TEMPORAL_API_KEY: 'TEMPORAL0123456789',
};
const silent = (): void => undefined;

/** A thing as the most curious printer shows it. */
const shownOf = (thing: unknown): string =>
  [
    inspect(thing, { depth: Infinity, showHidden: true }),
    inspect(thing, { depth: Infinity, getters: false, showProxy: true }),
    JSON.stringify(thing),
    JSON.stringify({ ...(thing as object) }),
    String(thing),
  ].join('\n');

const settings = () => readProfiles({ etl: { credentials: PAIR }, env: {} }, ENV, silent).settings;

const THINGS: readonly (readonly [string, () => unknown])[] = [
  ['a client', () => createDataFlowClient({ credentials: PAIR })],
  ['the settings of profiles', settings],
  ['settings from environment and file', () => readProfiles(undefined, ENV, silent)],
  ['an open profile', () => openProfile('etl', settings().get('etl')!, silent)],
  ['a plugin', () => new DataFlowPlugin({ profiles: { etl: { credentials: PAIR } } })],
  [
    'a plugin at work, with its activities',
    () => {
      const plugin = new DataFlowPlugin({ profiles: { etl: { credentials: PAIR } } });
      return [plugin, plugin.configureWorker({ taskQueue: 'q' })];
    },
  ],
  ['the configuration of a worker', () => readWorkerConfig(ENV)],
];

describe('no key is shown', () => {
  it.each(THINGS)('by %s when it is printed', (_, make) => {
    expect(shownOf(make())).not.toContain('0123456789');
  });

  it('by the configuration of a worker, which has Temporal’s key all the same', () => {
    const { temporal } = readWorkerConfig(ENV);
    expect(temporal.connectionOptions).toMatchObject({ apiKey: ENV.TEMPORAL_API_KEY });
  });

  it('by the report of where keys are', async () => {
    for (const { credentials } of readProfiles(undefined, ENV, silent).settings.values())
      expect(shownOf(await reportCredentials(credentials))).not.toContain('0123456789');
  });

  it('by the error about a Temporal configuration that cannot be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'temporal-config-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'temporal.toml');
    await writeFile(file, '[profile.default]\napi_key = "TEMPORAL0123456789\n');
    const act = () => readWorkerConfig({ ...ENV, TEMPORAL_CONFIG_FILE: file });
    expect(act).toThrow('TEMPORAL_*');
    expect(act).not.toThrow('0123456789');
  });

  const SECRET = 'Zk0123456789abcdefSECRET';
  const damage = fc.constantFrom(
    ...[
      '',
      ':',
      ': ',
      '=',
      ' = ',
      '\n',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      '- ',
      '&',
      '*',
      '!',
      '|',
      '\t',
    ],
  );
  const part = fc.oneof(
    damage,
    fc.constantFrom('payroll', 'credentials', 'accessKey', 'secretKey', 'baseUrl', '\n  ', SECRET),
  );

  test.prop([fc.array(part, { maxLength: 12 })])(
    'by any problem with a file of profiles, however it is damaged',
    async (parts) => {
      const folder = await mkdtemp(join(tmpdir(), 'profiles-'));
      const file = join(folder, 'profiles.yaml');
      const warnings: string[] = [];
      const warn = (message: string): void => void warnings.push(message);
      try {
        await writeFile(file, parts.join(''));
        const { settings: read, problems } = readProfiles(
          undefined,
          { DATAFLOW_PROFILES_FILE: file },
          warn,
        );
        expect(
          problems.map(({ text }) => text).join() + warnings.join() + shownOf(read),
        ).not.toContain('0123456789');
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );
});
