import { createServer } from 'node:net';

/** Which TCP port a server is to listen on. `from`: that one, or the next one that is free. */
export type PortWish = 'any' | { readonly exactly: number } | { readonly from: number };

/** Ports of a Temporal server; without `ui` it serves no web interface. */
export interface PortWishes {
  readonly grpc: PortWish;
  readonly ui?: PortWish;
}

export interface Ports {
  readonly grpc: number;
  readonly ui: number | undefined;
}

/** Ports that `from` tries before it gives up. */
const MAX_TRIES = 100;
const MAX_PORT = 65_535;

/**
 * The ports for these wishes. A port is asked for only where a wish leaves a choice.
 * @throws Error when a hundred ports from the wished one on are taken
 */
export async function choosePorts(
  { grpc, ui }: PortWishes,
  isFree: (port: number) => Promise<boolean> = isPortFree,
): Promise<Ports> {
  const chosen = await choosePort(grpc, isFree);
  const isFreeToo = async (port: number): Promise<boolean> =>
    port !== chosen && (await isFree(port));
  return { grpc: chosen, ui: ui === undefined ? undefined : await choosePort(ui, isFreeToo) };
}

async function choosePort(
  wish: PortWish,
  isFree: (port: number) => Promise<boolean>,
): Promise<number> {
  if (wish === 'any') return freePort();
  if ('exactly' in wish) return wish.exactly;
  const last = Math.min(wish.from + MAX_TRIES - 1, MAX_PORT);
  for (let port = wish.from; port <= last; port += 1) if (await isFree(port)) return port;
  throw new Error(`the ports ${wish.from} to ${last} of this machine are all taken`);
}

/** Servers that we start listen here: other machines cannot reach them. */
export const LOOPBACK = '127.0.0.1';

/** URL of the web interface; undefined where there is none. */
export const uiUrlOf = ({ ui }: Ports): string | undefined =>
  ui === undefined ? undefined : `http://${LOOPBACK}:${ui}`;

/** Whether nobody listens on that port of this machine now. */
export async function isPortFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

/** A TCP port of this machine that nobody listens on now. */
export const freePort = (): Promise<number> => listenOnce(0);

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, LOOPBACK, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free TCP port');
  return address.port;
}
