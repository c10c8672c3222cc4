import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  chainOf,
  createChain,
  type LookupResult,
  type CredentialsProvider,
} from '../../../../client/credentials/chain.js';
import { lookInVariables } from '../../../../client/credentials/environment-keys.js';
import { ncloudCredentials, reportCredentials } from '../../../../client/index.js';

const PAIR = { accessKey: 'AKEY0123456789', secretKey: 'SKEY0123456789' };
const FILE = `[DEFAULT]
ncloud_access_key_id = AKEY-of-file
ncloud_secret_access_key = SKEY-of-file
[prod]
ncloud_access_key_id = AKEY-of-prod
ncloud_secret_access_key = SKEY-of-prod
`;
const usual = { refused: false };

/** A home folder of the test's own, with this configure file. */
async function aHome(text: string, mode = 0o600): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'ncloud-home-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const file = join(home, '.ncloud', 'configure');
  await mkdir(join(home, '.ncloud'));
  await writeFile(file, text);
  await chmod(file, mode);
  return home;
}

const place = (look: LookupResult, isRemote = false): CredentialsProvider => ({
  isRemote,
  look: () => look,
});
const none = (name: string): LookupResult => ({
  kind: 'none',
  place: name,
  finding: 'nothing there',
});
const found: LookupResult = { kind: 'keys', place: 'a drawer', keys: PAIR };

describe('keys in the environment', () => {
  it.each([
    ['NCLOUD_ACCESS_KEY_ID', 'NCLOUD_SECRET_ACCESS_KEY'],
    ['NCLOUD_ACCESS_KEY', 'NCLOUD_SECRET_KEY'],
    ['NCLOUD_ACCESS_KEY_ID', 'NCLOUD_SECRET_KEY'],
  ])('are found as %s and %s', (access, secret) => {
    const env = { [access]: PAIR.accessKey, [secret]: PAIR.secretKey };
    const look = lookInVariables(env);
    expect(look).toEqual({ kind: 'keys', place: `environment ${access}`, keys: PAIR });
  });

  it('may stand under both names of a half, if they are one key', () => {
    const env = { NCLOUD_ACCESS_KEY_ID: 'a', NCLOUD_ACCESS_KEY: 'a', NCLOUD_SECRET_KEY: 's' };
    expect(lookInVariables(env)).toMatchObject({ keys: { accessKey: 'a' } });
  });

  it.each([
    ['a half', { NCLOUD_ACCESS_KEY: 'AKEY-0123' }, 'is set without NCLOUD_SECRET_ACCESS_KEY'],
    ['the other half', { NCLOUD_SECRET_KEY: 'SKEY-0123' }, 'is set without NCLOUD_ACCESS_KEY_ID'],
    [
      'a line break, as a badly made secret has',
      { NCLOUD_ACCESS_KEY: 'AKEY-0123\n', NCLOUD_SECRET_KEY: 's' },
      'NCLOUD_ACCESS_KEY must be one string without spaces',
    ],
    [
      'two keys for one half (L13): the pair could be of two accounts',
      {
        NCLOUD_ACCESS_KEY_ID: 'AKEY-0123',
        NCLOUD_ACCESS_KEY: 'BKEY-0123',
        NCLOUD_SECRET_KEY: 'SKEY-0123',
      },
      'NCLOUD_ACCESS_KEY_ID and NCLOUD_ACCESS_KEY hold different keys: unset one',
    ],
  ])('that have %s are refused, not passed over', (_, env, words) => {
    const look = lookInVariables(env);
    expect(look).toMatchObject({
      kind: 'wrong',
      finding: expect.stringContaining(words) as string,
    });
    expect(JSON.stringify(look)).not.toContain('0123');
  });

  it('that are empty are not set', () => {
    const env = { NCLOUD_ACCESS_KEY_ID: '', NCLOUD_SECRET_ACCESS_KEY: '' };
    expect(lookInVariables(env)).toMatchObject({ kind: 'none', finding: 'not set' });
  });
});

describe('a chain of places', () => {
  it('asks no place behind the one that has keys', async () => {
    const untouched: CredentialsProvider = {
      isRemote: true,
      look: () => {
        throw new Error('it was asked');
      },
    };
    const source = createChain([place(none('a shelf')), place(found), untouched], '');
    expect(await source(usual)).toEqual(PAIR);
  });

  it('names each place and what to do when none has keys', async () => {
    const source = createChain([place(none('a shelf')), place(none('a box'))], 'Buy keys');
    const message = 'a shelf: nothing there; a box: nothing there. Buy keys';
    await expect(source(usual)).rejects.toMatchObject({
      message,
      failure: 'DataFlowUnauthenticated',
    });
    expect(chainOf(source)?.problemNow()).toEqual({
      noKeys: true,
      what: 'no credentials: a shelf: nothing there; a box: nothing there',
      remedy: 'Buy keys',
    });
  });

  it('is worth another try while a place could not be asked', async () => {
    const away: LookupResult = { kind: 'away', place: 'the neighbour', finding: 'not at home' };
    const source = createChain([place(away, true)], 'Wait');
    await expect(source(usual)).rejects.toMatchObject({ failure: 'DataFlowUnavailable' });
    expect(chainOf(source)?.problemNow()).toBeUndefined();
  });

  it('does not go on to the keys of somebody else where a place is wrong', async () => {
    const wrong: LookupResult = { kind: 'wrong', place: 'a shelf', finding: 'half a key' };
    const source = createChain([place(wrong), place(found)], 'Buy keys');
    await expect(source(usual)).rejects.toThrow(/^a shelf: half a key$/);
    expect(chainOf(source)?.problemNow()).toMatchObject({ noKeys: false });
    expect(await reportCredentials(source)).toMatchObject({
      found: false,
      problem: { noKeys: false },
    });
  });

  it('reports where its keys are and until when, and where it looked before', async () => {
    const validUntilMs = Date.UTC(2026, 10, 22);
    const source = createChain([place(none('a shelf')), place({ ...found, validUntilMs })], '');
    const report = await reportCredentials(source);
    expect(report).toEqual({
      found: true,
      place: 'a drawer',
      keyId: 'AKEY…6789',
      validUntil: '2026-11-22T00:00:00.000Z',
      lookedAt: [{ place: 'a shelf', finding: 'nothing there' }],
      text: 'keys from a drawer, valid until 2026-11-22T00:00:00.000Z',
    });
  });

  it('shows no key when it is printed', () => {
    const source = createChain([place(found)], '');
    const shown = inspect(source, { depth: null, showHidden: true }) + JSON.stringify({ source });
    expect(shown + String(source)).not.toContain('0123456789');
  });
});

describe('ncloudCredentials', () => {
  it('takes the environment before the file', async () => {
    const env = { HOME: await aHome(FILE), NCLOUD_ACCESS_KEY: 'a', NCLOUD_SECRET_KEY: 's' };
    const source = ncloudCredentials({ env });
    expect(await source(usual)).toEqual({ accessKey: 'a', secretKey: 's' });
    expect((await reportCredentials(source)).text).toBe('keys from environment NCLOUD_ACCESS_KEY');
  });

  it('takes the default section of the file next', async () => {
    const source = ncloudCredentials({ env: { HOME: await aHome(FILE) } });
    expect(await source(usual)).toMatchObject({ accessKey: 'AKEY-of-file' });
    const { text } = await reportCredentials(source);
    expect(text).toBe('keys from file ~/.ncloud/configure, section [DEFAULT]');
  });

  it('takes a named section of the file and nothing else, whatever the environment holds', async () => {
    const env = { HOME: await aHome(FILE), NCLOUD_ACCESS_KEY: 'a', NCLOUD_SECRET_KEY: 's' };
    const source = ncloudCredentials({ ncloudProfile: 'prod', env });
    expect(await source(usual)).toMatchObject({ accessKey: 'AKEY-of-prod' });
    await expect(ncloudCredentials({ ncloudProfile: 'test', env })(usual)).rejects.toThrow(
      'file ~/.ncloud/configure: no section [test]. Write both keys into section [test] of that file',
    );
  });

  it.skipIf(process.platform === 'win32')('warns once of a file that others can read', async () => {
    const warnings: string[] = [];
    const env = { HOME: await aHome(FILE, 0o644) };
    const source = ncloudCredentials({ env, warn: (message) => void warnings.push(message) });
    await source(usual);
    await source({ refused: true });
    expect(warnings).toEqual([expect.stringContaining('chmod 600')]);
  });

  it('takes the new pair of a file that was replaced when the old one is refused', async () => {
    const home = await aHome(FILE);
    const source = ncloudCredentials({ env: { HOME: home } });
    await source(usual);
    await writeFile(join(home, '.ncloud', 'configure'), FILE.replaceAll('-of-file', '-new-one'));
    expect(await source({ refused: true })).toEqual({
      accessKey: 'AKEY-new-one',
      secretKey: 'SKEY-new-one',
    });
  });
});

describe('reportCredentials', () => {
  it.each([
    ['a pair', PAIR, true, 'keys from the options'],
    ['half a pair', { accessKey: 'AKEY0123456789' }, false, 'credentials must be accessKey'],
    ['a function', () => PAIR, 'unknown', 'a function of your own, which is not called'],
  ])('tells of %s without showing it', async (_, credentials, isFound, words) => {
    const report = await reportCredentials(credentials as never);
    expect(report.found).toBe(isFound);
    expect(report.text).toContain(words);
    expect(JSON.stringify(report)).not.toContain('0123456789');
  });
});
