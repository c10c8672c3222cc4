import { describe, expect, it } from 'vitest';
import {
  Refused,
  firstAvailable,
  TemporalServerUnavailable,
  type Provider,
} from '../../../../cli/dev-server/first-available.js';

const leads = (to: string): Provider<string> => ({ name: to, attempt: () => Promise.resolve(to) });
const refuses = (name: string, why: string): Provider<string> => ({
  name,
  attempt: () => Promise.reject(new Refused(why)),
});

describe('takeFirstWay', () => {
  it('takes the first way that leads somewhere, and does not try the ones behind it', async () => {
    const tried: string[] = [];
    const watched = (way: Provider<string>): Provider<string> => ({
      name: way.name,
      attempt: () => {
        tried.push(way.name);
        return way.attempt();
      },
    });
    const ways = [refuses('path', 'none'), leads('cache'), leads('go')].map(watched);
    expect(await firstAvailable(ways)).toBe('cache');
    expect(tried).toEqual(['path', 'cache']);
  });

  it('names every way and its reason when none leads anywhere', async () => {
    const search = firstAvailable([refuses('path', 'there is none'), refuses('go', 'no Go')]);
    await expect(search).rejects.toThrow(TemporalServerUnavailable);
    await expect(search).rejects.toThrow(/1\. path: there is none\n {2}2\. go: no Go/);
  });

  it('ends with an error that is no refusal, because the user asked for that very way', async () => {
    const remote = { name: 'address', attempt: () => Promise.reject(new Error('not loopback')) };
    await expect(firstAvailable([remote, leads('cache')])).rejects.toThrow('not loopback');
  });
});
