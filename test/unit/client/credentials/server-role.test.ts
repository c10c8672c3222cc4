import { describe, expect, it } from 'vitest';
import { readRole } from '../../../../client/credentials/metadata.js';
import type { LookupResult } from '../../../../client/credentials/chain.js';
import {
  roleStep,
  createServerRole,
  type RoleAnswer,
} from '../../../../client/credentials/server-role.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const keys = { accessKey: 'AKEY', secretKey: 'SKEY' };
const usual = { refused: false };

describe('roleStep', () => {
  const held = { role: 'r', keys, fetchedAtMs: 0, expiresAtMs: HOUR };
  it.each([
    ['fetches first when there are none', { held: undefined, nowMs: 0 }, 'first'],
    ['uses fresh ones', { nowMs: 1 }, 'use'],
    ['uses them until five minutes before their end', { nowMs: 55 * MINUTE - 1 }, 'use'],
    ['then refreshes beside', { nowMs: 55 * MINUTE }, 'beside'],
    ['pauses 30 s after a try', { nowMs: 57 * MINUTE, triedAtMs: 57 * MINUTE - 29_999 }, 'use'],
    ['tries again then', { nowMs: 57 * MINUTE, triedAtMs: 57 * MINUTE - 30_000 }, 'beside'],
    ['waits for new ones when they have ended', { nowMs: HOUR }, 'first'],
    ['waits also right after a failed try', { nowMs: HOUR + 1, triedAtMs: HOUR }, 'first'],
    ['fetches anew what was refused', { nowMs: 3_000, refused: true }, 'first'],
    ['does not repeat that for many calls at once', { nowMs: 1_999, refused: true }, 'use'],
    [
      'uses what was just fetched, although this clock takes it for ended',
      { held: { ...held, fetchedAtMs: 2 * HOUR }, nowMs: 2 * HOUR + 29_999 },
      'use',
    ],
    [
      'refreshes beside when the clock was set back',
      { held: { ...held, fetchedAtMs: 0 }, nowMs: 56 * MINUTE, triedAtMs: 2 * HOUR },
      'beside',
    ],
  ] as const)('%s', (_, given, step) => {
    expect(roleStep({ held, triedAtMs: 0, refused: false, ...given })).toBe(step);
  });
});

/** A role whose metadata service answers with what the test put there, and waits where it put nothing. */
function aRole() {
  const state = { nowMs: 0, fetches: 0 };
  const waiting: ((answer: RoleAnswer) => void)[] = [];
  const role = createServerRole({
    fetchRole: () => {
      state.fetches += 1;
      return new Promise((resolve) => void waiting.push(resolve));
    },
    nowMs: () => state.nowMs,
  });
  const look = (request = usual): Promise<LookupResult> => Promise.resolve(role.look(request));
  const give = (answer: RoleAnswer): void => waiting.shift()?.(answer);
  const keysUntil = (expiresAtMs: number, accessKey: string): RoleAnswer => ({
    kind: 'role',
    role: {
      role: 'etl',
      keys: { accessKey, secretKey: 's' },
      expiresAtMs,
      fetchedAtMs: state.nowMs,
    },
  });
  return {
    state,
    look,
    give,
    keysUntil,
    /** Looks, and answers the fetch that this needs. */
    fetched: (answer: RoleAnswer, request = usual): Promise<LookupResult> => {
      const looking = look(request);
      give(answer);
      return looking;
    },
  };
}

const keyOf = (look: LookupResult): string =>
  look.kind === 'keys' ? look.keys.accessKey : look.finding;
const down: RoleAnswer = { kind: 'away', finding: 'no answer' };

describe('a server role', () => {
  it('is fetched once for all who ask at the same time', async () => {
    const role = aRole();
    const looks = [role.look(), role.look(), role.look({ refused: true })];
    role.give(role.keysUntil(HOUR, 'one'));
    expect((await Promise.all(looks)).map(keyOf)).toEqual(['one', 'one', 'one']);
    expect(role.state.fetches).toBe(1);
  });

  it('is refreshed before its end without holding anybody up', async () => {
    const role = aRole();
    await role.fetched(role.keysUntil(HOUR, 'one'));
    role.state.nowMs = 56 * MINUTE;
    expect(keyOf(await role.look())).toBe('one');
    role.give(role.keysUntil(2 * HOUR, 'two'));
    await Promise.resolve();
    expect(keyOf(await role.look())).toBe('two');
    expect(role.state.fetches).toBe(2);
  });

  it('goes on with keys that still hold when a refresh fails, and tries again later', async () => {
    const role = aRole();
    await role.fetched(role.keysUntil(HOUR, 'one'));
    role.state.nowMs = 56 * MINUTE;
    await role.look();
    role.give(down);
    await Promise.resolve();
    expect(keyOf(await role.look())).toBe('one');
    expect(role.state.fetches).toBe(2);
    role.state.nowMs += 30_000;
    await role.look();
    expect(role.state.fetches).toBe(3);
  });

  it('has no keys once they have ended and new ones cannot be had', async () => {
    const role = aRole();
    await role.fetched(role.keysUntil(HOUR, 'one'));
    role.state.nowMs = HOUR;
    expect(await role.fetched(down)).toMatchObject({
      kind: 'away',
      finding: 'its keys have expired, and fetching new ones failed: no answer',
    });
    expect(keyOf(await role.fetched(role.keysUntil(2 * HOUR, 'two')))).toBe('two');
  });

  it('is fetched anew when its keys were refused, and keeps them when that fails', async () => {
    const role = aRole();
    await role.fetched(role.keysUntil(HOUR, 'one'));
    role.state.nowMs = MINUTE;
    const refused = { refused: true };
    expect(keyOf(await role.fetched(down, refused))).toBe('one');
    expect(keyOf(await role.fetched(role.keysUntil(HOUR, 'two'), refused))).toBe('two');
    expect(keyOf(await role.look(refused))).toBe('two');
    expect(role.state.fetches).toBe(3);
  });

  it('says until when its keys hold', async () => {
    const role = aRole();
    expect(await role.fetched(role.keysUntil(HOUR, 'one'))).toMatchObject({
      place: 'server role etl',
      validUntilMs: HOUR,
    });
  });
});

describe('readRole', () => {
  const answer = { AccessKeyId: 'AKEY', SecretAccessKey: 'SKEY', Code: 'Success', Message: 'x' };
  const read = (body: unknown) => readRole('etl', JSON.stringify(body), 1_000);

  it('reads keys and their end', () => {
    expect(read({ ...answer, Expiration: '2026-11-22T09:00:00+09:00' })).toEqual({
      kind: 'role',
      role: { role: 'etl', keys, expiresAtMs: Date.UTC(2026, 10, 22), fetchedAtMs: 1_000 },
    });
  });

  it.each([undefined, 'soon'])('gives keys whose end is %s ten minutes', (Expiration) => {
    expect(read({ ...answer, Expiration })).toMatchObject({ role: { expiresAtMs: 601_000 } });
  });

  it.each([
    ['no JSON', 'AKEY-0123 SKEY-0123'],
    ['no keys', { Code: 'Failed', Message: 'AKEY-0123' }],
    ['a key with a line break', { ...answer, AccessKeyId: 'AKEY-0123\n' }],
  ])('refuses %s without quoting it', (_, body) => {
    const refusal = typeof body === 'string' ? readRole('etl', body, 0) : read(body);
    expect(refusal).toEqual({ kind: 'away', finding: 'the keys of role etl could not be read' });
  });
});
