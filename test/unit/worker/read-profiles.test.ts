import { describe, expect, it } from 'vitest';
import type { ProfileOptions } from '../../../worker/profile-options.js';
import { readProfiles } from '../../../worker/read-profiles.js';
import { reportCredentials } from '../../../client/index.js';

const KEYS = { NCLOUD_ACCESS_KEY_ID: 'AKEY0123456789', NCLOUD_SECRET_ACCESS_KEY: 'SKEY0123456789' };
const PAIR = { accessKey: 'AKEY0123456789', secretKey: 'SKEY0123456789' };

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

  it('has all profiles that variables describe', async () => {
    const { settings, problems } = read(undefined, {
      DATAFLOW_PROFILE_PAYROLL_EU_URL: 'https://payroll.example.com',
      DATAFLOW_PROFILE_PAYROLL_EU_ACCESS_KEY_ID: 'AKEY-payroll',
      DATAFLOW_PROFILE_PAYROLL_EU_SECRET_ACCESS_KEY: 'SKEY-payroll',
      DATAFLOW_PROFILE_PAYROLL_EU_TIMINGS: '{"maxListingDelayMs":60000}',
      DATAFLOW_PROFILE_PAYROLL_EU_CALL_TIMEOUT_MS: '5000',
      DATAFLOW_PROFILE_LOCAL_ALLOW_PLAIN_HTTP: 'true',
      DATAFLOW_PROFILE_LOCAL_URL: 'http://simulator:8080',
    });
    expect(problems).toEqual([]);
    expect([...settings.keys()].sort()).toEqual(['local', 'payroll-eu']);
    const payroll = settings.get('payroll-eu');
    expect(payroll).toMatchObject({
      baseUrl: 'https://payroll.example.com',
      callTimeoutMs: 5_000,
      timings: { maxListingDelayMs: 60_000, permitTtlMs: 15_000 },
    });
    expect(await payroll?.credentials({ refused: false })).toEqual({
      accessKey: 'AKEY-payroll',
      secretKey: 'SKEY-payroll',
    });
  });

  it('has default beside them when anything describes it', () => {
    const payroll = { DATAFLOW_PROFILE_PAYROLL_URL: 'https://payroll.example.com' };
    for (const more of [KEYS, { DATAFLOW_CALLS_PER_SECOND: '2' }])
      expect([...read(undefined, { ...payroll, ...more }).settings.keys()].sort()).toEqual([
        'default',
        'payroll',
      ]);
  });

  it('lets unqualified variables describe default only', () => {
    const { settings } = read(undefined, {
      ...KEYS,
      DATAFLOW_URL: 'https://dataflow.example.com',
      DATAFLOW_PROFILE_PAYROLL_CALLS_PER_SECOND: '1',
    });
    expect(settings.get('payroll')?.baseUrl).toBeUndefined();
  });
});

describe('a worker with profiles in code', () => {
  it('has these and no others', () => {
    const env = { ...KEYS, DATAFLOW_PROFILE_PAYROLL_URL: 'https://payroll.example.com' };
    expect([...read({ etl: {} }, env).settings.keys()]).toEqual(['etl']);
  });

  it('fills in from the environment what they leave out', () => {
    const env = {
      ...KEYS,
      DATAFLOW_PROFILE_ETL_URL: 'https://etl.example.com',
      DATAFLOW_PROFILE_ETL_CALLS_PER_SECOND: '9',
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
    const env = {
      DATAFLOW_PROFILE_ETL_ACCESS_KEY_ID: 'AKEY-env',
      DATAFLOW_PROFILE_ETL_SECRET_ACCESS_KEY: 'SKEY-env',
    };
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
      'unknown option callPerSecond; did you mean callsPerSecond?',
    ],
    [
      'an unknown timing',
      { timings: { permitTlMs: 5_000 } },
      'timings: unknown option permitTlMs; did you mean permitTtlMs?',
    ],
    [
      'a wrong timing',
      { timings: { permitTtlMs: 1 } },
      'timings: permitTtlMs must be an integer of at least 2000 (ms); got 1',
    ],
    ['no options', 'fast', 'its options must be an object'],
    [
      'a number as a text',
      { callsPerSecond: '2' },
      'callsPerSecond must be a number greater than 0',
    ],
    ['a base URL that is none', { baseUrl: 7 }, 'baseUrl must be a string'],
    ['a switch as a text', { allowPlainHttp: 'yes' }, 'allowPlainHttp must be true or false'],
    [
      'a certificate file that is not there',
      { caFile: '/nowhere/x' },
      'caFile /nowhere/x cannot be read',
    ],
    ['a time limit of nothing', { callTimeoutMs: 0 }, 'callTimeoutMs must be an integer'],
    [
      'half a pair',
      { credentials: { accessKey: 'AKEY0123456789' } },
      'credentials must have accessKey',
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
    const env = {
      ...KEYS,
      DATAFLOW_PROFILE_B_URL: 'ftp://x',
      DATAFLOW_PROFILE_A_TIMINGS: '[]',
      DATAFLOW_PROFILE_A_ALLOW_PLAIN_HTTP: 'perhaps',
    };
    const { problems } = read(profiles, env);
    const starts = problems.map((problem) => problem.split(' ').slice(0, 3).join(' ')).sort();
    expect(starts).toEqual([
      'profile a: DATAFLOW_PROFILE_A_ALLOW_PLAIN_HTTP',
      'profile a: DATAFLOW_PROFILE_A_TIMINGS',
      'profile a: baseUrl',
      'profile a: callsPerSecond',
      'profile b: DATAFLOW_PROFILE_B_URL',
      'profile b: callTimeoutMs',
    ]);
  });

  it('must be there: an empty list of profiles is a mistake', () => {
    expect(read({}).problems).toEqual([
      expect.stringContaining('profiles must be an object with at least one profile'),
    ]);
  });
});

describe('a variable of a profile', () => {
  it.each([
    ['DATAFLOW_PROFILE_PAYROLL_URI', 'did you mean DATAFLOW_PROFILE_PAYROLL_URL?'],
    [
      'DATAFLOW_PROFILE_PAYROLL_CALL_PER_SECOND',
      'did you mean DATAFLOW_PROFILE_PAYROLL_CALLS_PER_SECOND?',
    ],
    ['DATAFLOW_PROFILE_A_B_CAFILE', 'did you mean DATAFLOW_PROFILE_A_B_CA_FILE?'],
    ['DATAFLOW_PROFILE_payroll_URL', 'in capitals'],
    ['DATAFLOW_PROFILE__URL', 'write DATAFLOW_PROFILE_<NAME>_'],
    ['DATAFLOW_PROFILE_URL', 'write DATAFLOW_PROFILE_<NAME>_'],
    ['DATAFLOW_PROFILE_PAYROLL_COLOUR', 'one of URL, NCLOUD_PROFILE'],
  ])('named %s is refused', (name, words) => {
    const { problems } = read({ etl: {} }, { ...KEYS, [name]: 'VALUE-0123' });
    expect(problems).toEqual([expect.stringContaining(words)]);
    expect(problems[0]).toContain(`unknown profile variable ${name}`);
    expect(problems[0]).not.toContain('0123');
  });

  it('that says what an unqualified one says too is refused', () => {
    const env = {
      DATAFLOW_URL: 'https://a.example',
      DATAFLOW_PROFILE_DEFAULT_URL: 'https://b.example',
    };
    expect(read(undefined, { ...KEYS, ...env }).problems).toEqual([
      'DATAFLOW_URL and DATAFLOW_PROFILE_DEFAULT_URL say the same: leave one out',
    ]);
  });

  it('that holds half a pair is refused', () => {
    const env = { DATAFLOW_PROFILE_ETL_ACCESS_KEY_ID: 'AKEY0123456789' };
    expect(read(undefined, env).problems).toEqual([
      'profile etl: DATAFLOW_PROFILE_ETL_ACCESS_KEY_ID is set without DATAFLOW_PROFILE_ETL_SECRET_ACCESS_KEY: set both or neither',
    ]);
  });
});
