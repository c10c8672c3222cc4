import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from '@temporalio/worker';
import type { Simulator } from '../../simulator/index.js';
import { QUICK } from './world.js';

const MAIN = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));
const RUN_WORKER = new URL('../../lib/worker/run-worker.js', import.meta.url).href;

/** A `dataflow worker` process. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** All its output. */
  output(): string;
  /** Sends a signal and waits for the end of the process. Returns its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * Program of `dataflow worker` with these options. With a workflow bundle it starts in a third of the time, because
 * the command bundles the workflows each time.
 */
export const workerProgram = (worker: Partial<WorkerOptions>): readonly string[] => [
  '--input-type=module',
  '--eval',
  `import { runWorker } from '${RUN_WORKER}';
await runWorker({ worker: ${JSON.stringify(worker)} });
process.exit();`,
];

/**
 * Starts a worker process against a simulator, and waits until it polls. @param program arguments of Node.js; it must
 * print the same line when it polls
 */
export async function startWorkerProcess(
  simulator: Simulator,
  env: Readonly<Record<string, string>>,
  program: readonly string[] = [MAIN, 'worker'],
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, program, {
    env: {
      PATH: process.env['PATH'],
      DATAFLOW_URL: simulator.url,
      NCLOUD_ACCESS_KEY: simulator.accessKey,
      NCLOUD_SECRET_KEY: simulator.secretKey,
      DATAFLOW_STATUS_CALLS_PER_MINUTE: '600',
      DATAFLOW_TIMINGS: JSON.stringify(QUICK),
      DATAFLOW_CALLS_PER_SECOND: '50',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const started = new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('polls task queue')) resolve();
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('exit', (code) => {
      reject(new Error(`the worker ended with ${String(code)}: ${output}`));
    });
  });
  await started;
  return {
    child,
    output: () => output,
    end: async (signal) => {
      const { exitCode, signalCode } = child;
      if (exitCode !== null || signalCode !== null)
        throw new Error(
          `the worker had ended already (${String(exitCode ?? signalCode)}): ${output}`,
        );
      const gone = once(child, 'exit');
      child.kill(signal);
      const [code] = (await gone) as [number | null];
      return code;
    },
  };
}
