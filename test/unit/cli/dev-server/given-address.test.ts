import { describe, expect, it } from 'vitest';
import { Refused } from '../../../../cli/dev-server/first-available.js';
import { readGivenAddress } from '../../../../cli/dev-server/given-address.js';

describe('readGivenAddress', () => {
  it.each([
    ['127.0.0.1:7233', '127.0.0.1:7233'],
    ['127.8.9.1:80', '127.8.9.1:80'],
    ['LOCALHOST', 'localhost:7233'],
    ['[::1]:7000', '[::1]:7000'],
    ['::1', '[::1]:7233'],
    [' 127.0.0.1:7233 ', '127.0.0.1:7233'],
  ])('takes the loopback address %s as %s', (given, address) => {
    expect(readGivenAddress({ TEMPORAL_ADDRESS: given })).toBe(address);
  });

  it.each(['temporal.example:7233', '10.0.0.1:7233', '0.0.0.0:7233', '127.0.0.1.example:7233'])(
    'refuses %s and names the variable that allows it',
    (given) => {
      const read = (): string => readGivenAddress({ TEMPORAL_ADDRESS: given });
      expect(read).toThrow(/not on this machine.*DATAFLOW_ALLOW_REMOTE_TEMPORAL=1/);
      expect(read).not.toThrow(Refused);
    },
  );

  it('takes a remote address when DATAFLOW_ALLOW_REMOTE_TEMPORAL is exactly 1', () => {
    const TEMPORAL_ADDRESS = 'temporal.example:7233';
    const read = (allow: string): string =>
      readGivenAddress({ TEMPORAL_ADDRESS, DATAFLOW_ALLOW_REMOTE_TEMPORAL: allow });
    expect(read('1')).toBe(TEMPORAL_ADDRESS);
    expect(() => read('true')).toThrow(/not on this machine/);
  });

  it.each(['http://127.0.0.1:7233', '127.0.0.1:', 'a b:1'])(
    'refuses %s as no host:port',
    (given) => {
      expect(() => readGivenAddress({ TEMPORAL_ADDRESS: given })).toThrow(/must be host:port/);
    },
  );

  it.each([undefined, '', '  '])('leaves the search to the next way when it is %j', (given) => {
    expect(() => readGivenAddress({ TEMPORAL_ADDRESS: given })).toThrow(Refused);
  });
});
