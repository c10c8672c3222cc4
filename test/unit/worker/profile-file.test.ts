import { describe, expect, it } from 'vitest';
import { profilesOfFile } from '../../../worker/profile-file.js';
import type { CredentialsSource } from '../../../client/index.js';

const PATH = '/etc/dataflow/profiles.yaml';
const YAML = `# the company's
payroll:
  baseUrl: https://payroll.example.com
  callsPerSecond: 2
  timings: { maxListingDelayMs: 60000 }
  credentials: { accessKey: AKEY-1, secretKey: SKEY-1 }
reporting:
  ncloudProfile: reporting
plain:
`;

/** A file of profiles that the test can change. */
function aFile(first: string, isOpenToOthers = false) {
  const state = { text: first, nowMs: 0 };
  const warnings: string[] = [];
  const { profiles, problems } = profilesOfFile({
    path: PATH,
    files: {
      stamp: () => ({ version: state.text, isOpenToOthers }),
      read: () => state.text,
      monotonicMs: () => state.nowMs,
    },
    warn: (message) => void warnings.push(message),
  });
  return { profiles, problems: problems.map(({ text }) => text), state, warnings };
}

const keysOf = (file: ReturnType<typeof aFile>, refused = false) =>
  (file.profiles.get('payroll')?.['credentials']?.value as CredentialsSource)({ refused });

describe('a file of profiles', () => {
  it('gives the options of each by its name, with their place', () => {
    const { profiles, problems } = aFile(YAML);
    expect(problems).toEqual([]);
    expect([...profiles.keys()]).toEqual(['payroll', 'reporting', 'plain']);
    expect(profiles.get('payroll')).toMatchObject({
      baseUrl: { value: 'https://payroll.example.com', name: 'baseUrl', file: PATH },
      callsPerSecond: { value: 2 },
      timings: { value: { maxListingDelayMs: 60_000 } },
    });
    expect(profiles.get('plain')).toEqual({});
  });

  it('may be JSON', () => {
    const { profiles, problems } = aFile('{ "payroll": { "callsPerSecond": 2 } }');
    expect(problems).toEqual([]);
    expect(profiles.get('payroll')).toMatchObject({ callsPerSecond: { value: 2 } });
  });

  it('gives new keys when it changes, without a restart', async () => {
    const file = aFile(YAML);
    expect(await keysOf(file)).toEqual({ accessKey: 'AKEY-1', secretKey: 'SKEY-1' });
    file.state.text = YAML.replaceAll('KEY-1', 'KEY-2');
    expect(await keysOf(file, true)).toEqual({ accessKey: 'AKEY-2', secretKey: 'SKEY-2' });
    file.state.text = 'payroll: [';
    expect(await keysOf(file, true)).toEqual({ accessKey: 'AKEY-2', secretKey: 'SKEY-2' });
    expect(file.warnings).toEqual([
      expect.stringContaining('the keys that were read last are used'),
    ]);
  });

  it('that holds keys and is open to others is warned about', async () => {
    const file = aFile(YAML, true);
    await keysOf(file);
    expect(file.warnings).toEqual([expect.stringContaining(`chmod 600 ${PATH}`)]);
  });

  it.each([
    ['an unknown option', 'payroll: { callPerSecond: 2 }', 'did you mean callsPerSecond?'],
    ['an option of code only', 'payroll: { clock: 2 }', `clock (in ${PATH}): unknown property`],
    ['a list', '- payroll', 'must be a map of names'],
    ['a text', 'AKEY-0123', 'must be a map of names'],
    ['nothing', '', 'must be a map of names'],
    ['an open bracket', 'payroll: {secretKey: SKEY-0123', 'no YAML or JSON ('],
    ['a name twice', 'payroll:\npayroll:\n', 'no YAML or JSON (DUPLICATE_KEY, line 1, column 9)'],
    ['a bad escape', 'payroll: "\\SKEY-0123"', 'no YAML or JSON (BAD_DQ_ESCAPE, line 1'],
    ['a key where a name belongs', 'AKEY0123456789: SKEY-0123', 'the name of profile 1 must be'],
    ['a key in place of options', 'payroll: SKEY-0123', `options (in ${PATH}): must be an object`],
    ['a key in place of an option', 'payroll: { AKEY-0123: SKEY-0123 }', '(name not shown)'],
    ['an unknown tag', 'payroll: !SKEY-0123 x', `options (in ${PATH}): must be an object`],
  ])('with %s is refused without being quoted', (_, text, words) => {
    const { problems } = aFile(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(words);
    expect(problems[0]).toContain(PATH);
    expect(problems[0]).not.toContain('0123');
  });

  it('that is not there is refused', () => {
    const failing = (): never => {
      throw Object.assign(new Error('x'), { code: 'ENOENT' });
    };
    const files = { stamp: failing, read: failing, monotonicMs: () => 0 };
    const { problems } = profilesOfFile({ path: PATH, files, warn: failing });
    expect(problems).toEqual([
      { text: `DATAFLOW_PROFILES_FILE ${PATH}: no such file; correct the path, or unset it` },
    ]);
  });
});
