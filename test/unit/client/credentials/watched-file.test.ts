import { describe, expect, it } from 'vitest';
import type { LookupResult } from '../../../../client/credentials/chain.js';
import { createWatchedFile } from '../../../../client/credentials/watched-file.js';

const refusedNow = { refused: true };
const usual = { refused: false };

/** A file whose text is the access key; empty means that it has none. */
function aFile(first: string | NodeJS.ErrnoException, isOpenToOthers = false) {
  const state = { content: first, version: 1, nowMs: 0, reads: 0 };
  const warnings: string[] = [];
  const fail = (): string => {
    if (typeof state.content !== 'string') throw state.content;
    return state.content;
  };
  const place = createWatchedFile({
    path: '/home/me/keys',
    place: 'file keys',
    lookIn: (text): LookupResult =>
      text === ''
        ? { kind: 'wrong', place: 'file keys', finding: 'holds nothing' }
        : {
            kind: 'keys',
            place: 'file keys',
            keys: { accessKey: text, secretKey: `${text}-secret` },
          },
    files: {
      stamp: () => ({ version: `${fail() && ''}${state.version}`, isOpenToOthers }),
      read: () => {
        state.reads += 1;
        return fail();
      },
      monotonicMs: () => state.nowMs,
    },
    warn: (message) => void warnings.push(message),
  });
  const look = (request = usual): LookupResult => place.look(request) as LookupResult;
  return {
    state,
    warnings,
    look,
    keyNow: (request = usual) => {
      const found = look(request);
      return found.kind === 'keys' ? found.keys.accessKey : found.finding;
    },
    write: (content: string | NodeJS.ErrnoException) => {
      state.content = content;
      state.version += 1;
    },
    pass: (ms: number) => {
      state.nowMs += ms;
    },
  };
}

const missing = Object.assign(new Error('no such file /home/me/keys'), { code: 'ENOENT' });

describe('a watched file of keys', () => {
  it('is read once while it does not change', () => {
    const file = aFile('one');
    for (let call = 0; call < 10; call += 1) {
      expect(file.keyNow()).toBe('one');
      file.pass(10_000);
    }
    expect(file.state.reads).toBe(1);
  });

  it('is asked for changes every five seconds, and gives the new pair then', () => {
    const file = aFile('one');
    file.look();
    file.write('two');
    file.pass(4_999);
    expect(file.keyNow()).toBe('one');
    file.pass(1);
    expect(file.look()).toMatchObject({ keys: { accessKey: 'two', secretKey: 'two-secret' } });
  });

  it('is asked at once after a refused signature', () => {
    const file = aFile('one');
    file.look();
    file.write('two');
    expect(file.keyNow(refusedNow)).toBe('two');
  });

  it.each([
    ['gone', missing],
    ['emptied', ''],
  ])(
    'goes on with its last keys while it is %s, says so once, and takes the new ones',
    (_, content) => {
      const file = aFile('one');
      file.look();
      file.write(content);
      for (let call = 0; call < 3; call += 1) {
        file.pass(5_000);
        expect(file.keyNow()).toBe('one');
      }
      expect(file.warnings).toHaveLength(1);
      expect(file.warnings[0]).toContain('the keys that were read last are used');
      file.write('two');
      file.pass(5_000);
      expect(file.keyNow()).toBe('two');
    },
  );

  it('that appears later is found', () => {
    const file = aFile(missing);
    expect(file.look()).toEqual({ kind: 'none', place: 'file keys', finding: 'no such file' });
    file.write('one');
    file.pass(5_000);
    expect(file.keyNow()).toBe('one');
    expect(file.warnings).toEqual([]);
  });

  it.each([
    ['EACCES', 'may not be read by this process'],
    ['EISDIR', 'is a folder'],
    ['ENOTREG', 'is not a regular file'],
    ['EIO', 'cannot be read (EIO)'],
  ])('that fails with %s %s: its keys are not looked for elsewhere (C13)', (code, finding) => {
    const file = aFile(Object.assign(new Error('SECRET-TEXT'), { code }));
    const remedy = `${finding}: make it readable, or remove it`;
    expect(file.look()).toEqual({ kind: 'wrong', place: 'file keys', finding: remedy });
  });

  it('is warned about once when others may read it, and works', () => {
    const file = aFile('one', true);
    for (const version of ['one', 'two']) {
      file.write(version);
      file.pass(5_000);
      expect(file.keyNow()).toBe(version);
    }
    expect(file.warnings).toEqual([expect.stringContaining('chmod 600 /home/me/keys')]);
  });

  it('without keys may be read by anybody', () => {
    const file = aFile('', true);
    file.look();
    expect(file.warnings).toEqual([]);
  });
});
