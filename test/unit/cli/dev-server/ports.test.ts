import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { choosePorts, freePort, isPortFree } from '../../../../cli/dev-server/ports.js';

const taken =
  (...ports: readonly number[]) =>
  (port: number): Promise<boolean> =>
    Promise.resolve(!ports.includes(port));

const USUAL = { grpc: { from: 7233 }, ui: { from: 8233 } } as const;

describe('choosePorts', () => {
  it.each([
    { says: 'takes the usual ports where they are free', busy: [], grpc: 7233, ui: 8233 },
    { says: 'takes the next one that is free', busy: [7233, 7234, 8233], grpc: 7235, ui: 8234 },
  ])('$says', async ({ busy, grpc, ui }) => {
    expect(await choosePorts(USUAL, taken(...busy))).toEqual({ grpc, ui });
  });

  it('never gives both the same port', async () => {
    const wishes = { grpc: { exactly: 8233 }, ui: { from: 8233 } };
    expect(await choosePorts(wishes, taken())).toEqual({ grpc: 8233, ui: 8234 });
  });

  it('gives no port for an interface that nobody asked for, and any free one where any will do', async () => {
    const { grpc, ui } = await choosePorts({ grpc: 'any' });
    expect(ui).toBeUndefined();
    expect(await isPortFree(grpc)).toBe(true);
  });

  it('ends when a hundred ports are taken, and at the last port there is', async () => {
    const none = (): Promise<boolean> => Promise.resolve(false);
    await expect(choosePorts(USUAL, none)).rejects.toThrow('7233 to 7332');
    await expect(choosePorts({ grpc: { from: 65_530 } }, none)).rejects.toThrow('65530 to 65535');
  });
});

describe('isPortFree', () => {
  it('is false while somebody listens', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await isPortFree(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
  });
});
