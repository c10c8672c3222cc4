import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { FAST_DEV_SERVER } from '../../cli/dev-server/fast-dev-server.js';
import { waitUntilReady } from '../../cli/dev-server/ready.js';
import { freePort } from '../../cli/dev-server/ports.js';
import { startDevArguments } from '../../cli/dev-server/start-dev.js';

const NAMESPACE = 'default';
const START_LIMIT_MS = 60_000;

/** A Temporal server whose database is a file. */
export interface OwnTemporal {
  readonly address: string;
  readonly namespace: string;
  /** `kill -9`: no code of the server runs any more. */
  kill(): void;
  /** Starts it at the same address with the same database, and waits until it answers. */
  restart(): Promise<void>;
}

/** Starts the server for `body` and kills it afterwards. */
export async function withOwnTemporal(
  body: (temporal: OwnTemporal) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dataflow-temporal-'));
  const port = await freePort();
  const address = `127.0.0.1:${String(port)}`;
  const start = async (): Promise<ChildProcess> => {
    const server = spawnServer(port, join(folder, 'temporal.db'));
    try {
      await waitUntilReady({
        ...{ address, namespace: NAMESPACE, limitMs: START_LIMIT_MS },
        giveUp: () => (server.exitCode === null ? undefined : 'the Temporal server ended at once'),
      });
    } catch (error) {
      await kill(server);
      throw error;
    }
    return server;
  };
  let server = await start();
  try {
    await body({
      ...{ address, namespace: NAMESPACE },
      kill: () => server.kill('SIGKILL'),
      restart: async () => {
        await kill(server);
        server = await start();
      },
    });
  } finally {
    await kill(server);
    await rm(folder, { recursive: true, force: true });
  }
}

function spawnServer(port: number, database: string): ChildProcess {
  const settings = {
    namespace: NAMESPACE,
    extraArgs: [...FAST_DEV_SERVER, '--db-filename', database],
  };
  const args = startDevArguments(settings, { grpc: port, ui: undefined });
  return spawn(inject('temporalExecutable') || 'temporal', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Resolves once the process has ended. */
async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
}
