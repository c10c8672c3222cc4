import { describe, expect, it } from 'vitest';
import { keysOfSection, readConfigure } from '../../../../client/credentials/configure-file.js';

const PLAIN = 'ncloud_access_key_id = AKEY1\nncloud_secret_access_key = SKEY1\n';
const SECTIONS = `[DEFAULT]
ncloud_access_key_id = AKEY1
ncloud_secret_access_key = SKEY1
ncloud_api_url = https://ncloud.apigw.ntruss.com

[prod]
ncloud_access_key_id = AKEY2
ncloud_secret_access_key = SKEY2
`;
const FIRST = { accessKey: 'AKEY1', secretKey: 'SKEY1' };

const found = (text: string, section?: string) => keysOfSection(readConfigure(text), section);

describe('the configure file', () => {
  it.each([
    ['has no section line at all', PLAIN],
    ['has a default section', SECTIONS],
    ['writes the default section small', SECTIONS.replace('DEFAULT', ' default ')],
    ['comes from Windows', SECTIONS.replaceAll('\n', '\r\n')],
    ['begins with a byte order mark', `\uFEFF${PLAIN}`],
    ['has no spaces', PLAIN.replaceAll(' ', '')],
    ['is indented and has tabs', PLAIN.replaceAll(' ', '\t').replace(/^/gm, '   ')],
    ['has comments', `# ours\n; theirs\n\n${PLAIN.replaceAll('\n', ' # old\n')}`],
    ['quotes its values', PLAIN.replace('AKEY1', '"AKEY1"').replace('SKEY1', "'SKEY1'")],
    ['writes its names in capitals', PLAIN.replaceAll('ncloud', 'NCLOUD')],
    ['has lines that say nothing', `hello\n${PLAIN}world\n`],
  ])('that %s is read', (_, text) => {
    expect(found(text)).toEqual({ kind: 'keys', keys: FIRST, section: 'DEFAULT' });
  });

  it('gives the keys of the section that is named', () => {
    expect(found(SECTIONS, 'prod')).toEqual({
      kind: 'keys',
      keys: { accessKey: 'AKEY2', secretKey: 'SKEY2' },
      section: 'prod',
    });
  });

  it.each([
    ['has no such section', SECTIONS, 'Prod', 'none', 'no section [Prod]'],
    ['has no default section', '[a]\nx = y', undefined, 'none', 'no section [DEFAULT]'],
    ['is empty', '', undefined, 'none', 'no section [DEFAULT]'],
    ['has other members only', 'region = KR', undefined, 'none', 'no keys in section [DEFAULT]'],
    ['has empty values (C13)', PLAIN.replace(/= .*/g, '='), undefined, 'wrong', 'lacks ncloud_acc'],
    ['lacks a half', PLAIN.split('\n')[0] ?? '', undefined, 'wrong', 'lacks ncloud_secret_access'],
    ['lacks the other', PLAIN.split('\n')[1] ?? '', undefined, 'wrong', 'lacks ncloud_access_key'],
    ['has a key twice', PLAIN + PLAIN, undefined, 'wrong', 'ncloud_access_key_id occurs twice'],
    ['has a section twice', SECTIONS + SECTIONS, 'prod', 'wrong', '[prod] occurs twice'],
    ['has a space in a key', PLAIN.replace('AK', 'A K'), undefined, 'wrong', 'without spaces'],
    [
      'is something else (C13)',
      '{"accessKey":\n "AKEY1"',
      undefined,
      'wrong',
      'unreadable lines: 2',
    ],
    [
      'has a misspelt name',
      PLAIN.replaceAll('_id', ''),
      undefined,
      'wrong',
      'it has ncloud_access_key',
    ],
    [
      'has two of them',
      PLAIN.replaceAll('ncloud_', 'ncoud_'),
      undefined,
      'wrong',
      'it has ncoud_access',
    ],
    [
      'has a section line that is cut',
      `[DEFAULT\n${SECTIONS}`.replace('[DEFAULT]', '[x]'),
      undefined,
      'wrong',
      'unreadable lines: 1',
    ],
  ] as const)('that %s gives no keys and says why', (_, text, section, kind, words) => {
    const problem = found(text, section);
    expect(problem).toMatchObject({ kind, finding: expect.stringContaining(words) as string });
    expect(JSON.stringify(problem)).not.toMatch(/[AS]KEY\d/);
  });

  it.each([
    ['a section line', `[${' '.repeat(500_000)}x`],
    ['a value', `a=b${' '.repeat(500_000)}c`],
    ['a name', `${'a'.repeat(500_000)} b`],
    ['a comment', `${' '.repeat(500_000)}x#`],
    ['quotes', `a="${'"'.repeat(500_000)}x`],
  ])('is read in one go, however long %s is (C14)', (_, line) => {
    expect(found(`[x]\n${line}\n[DEFAULT]\n${PLAIN}`)).toMatchObject({ kind: 'keys' });
  });

  it('lends no half of a pair from its default section to another', () => {
    const text = `${SECTIONS}[half]\nncloud_access_key_id = AKEY3\n`;
    expect(found(text, 'half')).toMatchObject({ kind: 'wrong' });
  });
});
