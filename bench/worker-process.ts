import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { requestsIn } from './sdk-counters.js';
import { SETTINGS_VARIABLE, type WorkerSettings } from './worker-settings.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** A worker process that polls. */
export interface WorkerProcess {
  /** Requests of one kind that its SDK has sent to the Temporal server, e.g. `RecordActivityTaskHeartbeat`. */
  requestsSent(operation: string): Promise<number>;
  /** Its resident memory, bytes. */
  rss(): Promise<number>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Starts one; resolves once it polls. */
export async function startWorkerProcess(
  settings: Omit<WorkerSettings, 'metricsPort'>,
): Promise<WorkerProcess> {
  const metricsPort = await freePort();
  const child = fork(WORKER, {
    env: {
      PATH: process.env['PATH'],
      [SETTINGS_VARIABLE]: JSON.stringify({ ...settings, metricsPort }),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await untilItPolls(child);
  return {
    requestsSent: async (operation) => {
      const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      return requestsIn(await response.text(), operation);
    },
    rss: async () => {
      const answer = once(child, 'message');
      child.send('rss');
      const [bytes] = (await answer) as [number];
      return bytes;
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function untilItPolls(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a worker process ended with ${String(code)} before it polled`);
  });
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined); // from here on its end is expected
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free TCP port');
  return address.port;
}
