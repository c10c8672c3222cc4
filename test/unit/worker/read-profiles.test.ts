import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ProfileOptions } from '../../../worker/profile-options.js';
import { readProfiles } from '../../../worker/read-profiles.js';
import { reportCredentials } from '../../../client/index.js';

const KEYS = { NCLOUD_ACCESS_KEY_ID: 'AKEY0123456789', NCLOUD_SECRET_ACCESS_KEY: 'SKEY0123456789' };
const PAIR = { accessKey: 'AKEY0123456789', secretKey: 'SKEY0123456789' };

const PAYROLL = {
  'payroll-eu': {
    baseUrl: 'https://payroll.example.com',
    credentials: PAIR,
    timings: { maxListingDelayMs: 60_000 },
    callTimeoutMs: 5_000,
  },
  local: { allowPlainHttp: true, baseUrl: 'http://simulator:8080', credentials: PAIR },
};

const folder = mkdtempSync(join(tmpdir(), 'read-profiles-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A file of these profiles; its variable. */
function inFile(profiles: Readonly<Record<string, object>>): Env {
  const path = join(folder, `${readdirSync(folder).length}.json`);
  writeFileSync(path, JSON.stringify(profiles), { mode: 0o600 });
  return { DATAFLOW_PROFILES_FILE: path };
}

type Env = Readonly<Record<string, string>>;
const silent = (): void => undefined;

const read = (profiles: Readonly<Record<string, ProfileOptions>> | undefined, env: Env = {}) => {
  const { settings, problems } = readProfiles(profiles, env, silent);
  return { settings, problems: problems.map(({ text }) => text) };
};

/** What is wrong with one profile of these options. */
const problemsOf = (options: unknown, env: Env = KEYS): readonly string[] =>
  read({ etl: options as ProfileOptions }, env).problems;

describe('a worker without profiles in code', () => {
  it('has one named default, from the environment', () => {
    const env = {
      ...KEYS,
      DATAFLOW_URL: 'https://dataflow.example.com',
      DATAFLOW_CALLS_PER_SECOND: '2',
    };
    const { settings, problems } = read(undefined, env);
    expect(problems).toEqual([]);
    expect([...settings.keys()]).toEqual(['default']);
    expect(settings.get('default')).toMatchObject({
      baseUrl: 'https://dataflow.example.com',
      callsPerSecond: 2,
    });
  });

  it('has that one too when nothing is said at all: a server role may have the keys', () => {
    expect([...read(undefined).settings.keys()]).toEqual(['default']);
  });

  it('has all profiles that the file describes', async () => {
    const { settings, problems } = read(undefined, inFile(PAYROLL));
    expect(problems).toEqual([]);
    expect([...settings.keys()].sort()).toEqual(['local', 'payroll-eu']);
    const payroll = settings.get('payroll-eu');
    expect(payroll).toMatchObject({
      baseUrl: 'https://payroll.example.com',
      callTimeoutMs: 5_000,
      timings: { maxListingDelayMs: 60_000, permitTtlMs: 15_000 },
    });
    expect(await payroll?.credentials({ refused: false })).toEqual(PAIR);
  });

  it('has default beside them when variables describe it', () => {
    for (const more of [KEYS, { DATAFLOW_CALLS_PER_SECOND: '2' }])
      expect([...read(undefined, { ...inFile(PAYROLL), ...more }).settings.keys()].sort()).toEqual([
        'default',
        'local',
        'payroll-eu',
      ]);
  });

  it('lets variables describe default only', () => {
    const { settings } = read(undefined, {
      ...{ ...KEYS, ...inFile({ payroll: { callsPerSecond: 1 } }) },
      DATAFLOW_URL: 'https://dataflow.example.com',
    });
    expect(settings.get('default')?.baseUrl).toBe('https://dataflow.example.com');
    expect(settings.get('payroll')?.baseUrl).toBe('https://dataflow.apigw.ntruss.com');
  });

  it('reads every variable of default, and refuses what it cannot read by the name of the variable', () => {
    const good = {
      ...{ DATAFLOW_CALLS_PER_SECOND: '2', DATAFLOW_CALL_TIMEOUT_MS: '5000' },
      ...{ DATAFLOW_URL: 'http://simulator:8080', DATAFLOW_ALLOW_PLAIN_HTTP: 'true' },
      ...{ DATAFLOW_TIMINGS: '{"maxListingDelayMs":60000}' },
    };
    expect(read(undefined, { ...KEYS, ...good }).settings.get('default')).toMatchObject({
      ...{ callsPerSecond: 2, callTimeoutMs: 5_000, baseUrl: 'http://simulator:8080' },
      ...{ allowPlainHttp: true, timings: { maxListingDelayMs: 60_000 } },
    });
    for (const [name, text] of [
      ['DATAFLOW_URL', 'ftp://x'],
      ['DATAFLOW_CALLS_PER_SECOND', ' '],
      ['DATAFLOW_CALL_TIMEOUT_MS', 'soon'],
      ['DATAFLOW_ALLOW_PLAIN_HTTP', 'perhaps'],
      ['DATAFLOW_TIMINGS', '{'],
      ['DATAFLOW_CA_FILE', '/nowhere/x'],
      ['DATAFLOW_NCLOUD_PROFILE', ' '],
    ] as const)
      expect(read(undefined, { ...KEYS, [name]: text }).problems).toEqual([
        expect.stringMatching(new RegExp(`^profile default: ${name}: must `)),
      ]);
  });
});

describe('a worker with profiles in code', () => {
  it('has these and no others', () => {
    const env = { ...KEYS, ...inFile(PAYROLL) };
    expect([...read({ etl: {} }, env).settings.keys()]).toEqual(['etl']);
  });

  it('fills in from the file what they leave out', () => {
    const env = {
      ...KEYS,
      ...inFile({ etl: { baseUrl: 'https://etl.example.com', callsPerSecond: 9 } }),
    };
    expect(read({ etl: { callsPerSecond: 2 } }, env).settings.get('etl')).toMatchObject({
      baseUrl: 'https://etl.example.com',
      callsPerSecond: 2,
    });
  });

  it('takes timings one by one, and lets options win', () => {
    const env = { ...KEYS, DATAFLOW_TIMINGS: '{"permitTtlMs":5000,"submitTimeoutMs":6000}' };
    const { settings } = read({ default: { timings: { submitTimeoutMs: 7_000 } } }, env);
    expect(settings.get('default')?.timings).toMatchObject({
      permitTtlMs: 5_000,
      submitTimeoutMs: 7_000,
      maxListingDelayMs: 30_000,
    });
  });

  it('takes its keys from one place whole', async () => {
    const env = inFile({
      etl: { credentials: { accessKey: 'AKEY-file', secretKey: 'SKEY-file' } },
    });
    const { settings, problems } = read({ etl: { credentials: PAIR } }, env);
    expect(problems).toEqual([]);
    expect(await settings.get('etl')?.credentials({ refused: false })).toEqual(PAIR);
  });

  it('looks for keys that are not given where NAVER’s own tools do', async () => {
    const source = read({ etl: {} }, KEYS).settings.get('etl')?.credentials;
    expect((await reportCredentials(source ?? PAIR)).place).toBe(
      'environment NCLOUD_ACCESS_KEY_ID',
    );
  });
});

describe('a profile', () => {
  it.each([
    [
      'an unknown option',
      { callPerSecond: 2 },
      'callPerSecond: unknown property; did you mean callsPerSecond?',
    ],
    [
      'an unknown timing',
      { timings: { permitTlMs: 5_000 } },
      'timings.permitTlMs: unknown property; did you mean permitTtlMs?',
    ],
    [
      'a wrong timing',
      { timings: { permitTtlMs: 1 } },
      'timings.permitTtlMs: must be an integer of at least 2000 (ms); got 1',
    ],
    [
      'timings that do not fit together',
      { timings: { permitTtlMs: 300_000 } },
      'timings.permitTtlMs: must be shorter, or submitTimeoutMs',
    ],
    ['no options', 'fast', 'options: must be an object'],
    [
      'a number as a text',
      { callsPerSecond: '2' },
      'callsPerSecond: must be a number greater than 0',
    ],
    ['a base URL that is none', { baseUrl: 7 }, 'baseUrl: must be a URL'],
    ['a switch as a text', { allowPlainHttp: 'yes' }, 'allowPlainHttp: must be true or false'],
    [
      'a certificate file that is not there',
      { caFile: '/nowhere/x' },
      'caFile: must be a readable file with PEM certificates; /nowhere/x cannot be read',
    ],
    ['a time limit of nothing', { callTimeoutMs: 0 }, 'callTimeoutMs: must be an integer'],
    [
      'half a pair',
      { credentials: { accessKey: 'AKEY0123456789' } },
      'credentials: must be accessKey',
    ],
    ['two places for its keys', { credentials: PAIR, ncloudProfile: 'x' }, 'leave one out'],
    [
      'a section that is not there',
      { ncloudProfile: 'x' },
      'no credentials: file ~/.ncloud/configure',
    ],
  ])('with %s is refused, with its name', (_, options, words) => {
    const problems = problemsOf(options);
    expect(problems).toEqual([expect.stringMatching(/^profile etl: /)]);
    expect(problems[0]).toContain(words);
    expect(problems[0]).not.toContain('0123456789');
  });

  it('has all its problems told together with those of the others, each with its place', () => {
    const profiles = { a: { callsPerSecond: 0, baseUrl: 'x' }, b: { callTimeoutMs: 0 } };
    const variable = inFile({ a: { allowPlainHttp: 'perhaps', timings: [] } });
    const file = variable['DATAFLOW_PROFILES_FILE'] ?? '';
    const env = { ...KEYS, ...variable };
    const { problems } = read(profiles, env);
    const starts = problems.map((problem) => problem.split(':', 2).join(':')).sort();
    expect(starts).toEqual([
      `profile a: allowPlainHttp (in ${file})`,
      'profile a: baseUrl',
      'profile a: callsPerSecond',
      `profile a: timings (in ${file})`,
      'profile b: callTimeoutMs',
    ]);
  });

  it('must be there: an empty list of profiles is a mistake', () => {
    expect(read({}).problems).toEqual([
      expect.stringContaining('profiles must be an object with at least one profile'),
    ]);
  });
});
