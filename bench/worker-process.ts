import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requestsIn } from './sdk-counters.js';
import { type Question, SETTINGS_VARIABLE, type WorkerSettings } from './worker-settings.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** A worker process that polls. */
export interface WorkerProcess {
  /** Requests of one kind that its SDK has sent to the Temporal server, e.g. `RecordActivityTaskHeartbeat`. */
  requestsSent(operation: string): Promise<number>;
  /** Its resident memory, bytes, and the CPU time of all its threads so far. */
  usage(): Promise<{ readonly rss: number; readonly cpuS: number }>;
  /** The JavaScript that a collection leaves, bytes. */
  heap(): Promise<number>;
  /** The longest time for which its event loop was held up since this was last asked, ms. */
  longestStretchMs(): Promise<number>;
  /** Writes a heap snapshot of its main thread, named so and by its process, into the folder BENCH_HEAP_SNAPSHOTS, if there is one. */
  snapshot(name: string): Promise<void>;
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
      BENCH_DEBUG_MODE: process.env['BENCH_DEBUG_MODE'],
      [SETTINGS_VARIABLE]: JSON.stringify({ ...settings, metricsPort }),
    },
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await untilItPolls(child);
  return {
    requestsSent: async (operation) => {
      const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      return requestsIn(await response.text(), operation);
    },
    usage: () => ask(child, { about: 'usage' }),
    heap: () => ask(child, { about: 'heap' }),
    longestStretchMs: () => ask(child, { about: 'stretch' }),
    snapshot: async (name) => {
      const folder = process.env['BENCH_HEAP_SNAPSHOTS'];
      if (folder === undefined) return;
      await ask(child, {
        about: 'snapshot',
        path: join(resolve(folder), `${name}-${child.pid ?? 0}.heapsnapshot`),
      });
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function ask<Answer>(child: ChildProcess, question: Question): Promise<Answer> {
  const answered = once(child, 'message');
  child.send(question);
  const [answer] = (await answered) as [Answer];
  return answer;
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
