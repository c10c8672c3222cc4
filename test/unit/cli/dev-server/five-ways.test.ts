import { describe, expect, it } from 'vitest';
import { Refused, firstAvailable } from '../../../../cli/dev-server/first-available.js';
import { providers, type Attempts } from '../../../../cli/dev-server/provide.js';
import type { ServerSource } from '../../../../cli/dev-server/server.js';

const ORDER = ['address', 'path', 'cache', 'sdk', 'go'] as const satisfies ServerSource[];

/** Ways that lead somewhere from `first` on, and note who was tried. */
function leadingFrom(
  first: ServerSource | undefined,
  tried: ServerSource[],
): Attempts<ServerSource> {
  const attempt = (source: ServerSource) => (): Promise<ServerSource> => {
    tried.push(source);
    const leads = first !== undefined && ORDER.indexOf(source) >= ORDER.indexOf(first);
    return leads ? Promise.resolve(source) : Promise.reject(new Refused(`no ${source}`));
  };
  return {
    go: attempt('go'),
    sdk: attempt('sdk'),
    cache: attempt('cache'),
    path: attempt('path'),
    address: attempt('address'),
  };
}

describe('fiveWays', () => {
  it.each(ORDER)('leads to %s once every earlier way has failed', async (source) => {
    const tried: ServerSource[] = [];
    expect(await firstAvailable(providers(leadingFrom(source, tried)))).toBe(source);
    expect(tried).toEqual(ORDER.slice(0, ORDER.indexOf(source) + 1));
  });

  it('names all five, in their order, when none leads to a server', async () => {
    const search = firstAvailable(providers(leadingFrom(undefined, [])));
    await expect(search).rejects.toThrow(
      /1\. TEMPORAL_ADDRESS: no address\n.*2\. `temporal` on PATH: no path\n.*3\. our own cache: no cache\n.*4\. the Temporal SDK's cached download: no sdk\n.*5\. go install of the Temporal CLI v1\.5\.1: no go/,
    );
  });
});
