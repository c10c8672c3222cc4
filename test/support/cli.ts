import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject, vi } from 'vitest';
import { runCli } from '../../cli/program.js';
import type { Simulator } from '../../simulator/index.js';
import { inUserEnvironment } from './user-environment.js';

const MAIN = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));

/** An address at which nothing listens. */
const NOWHERE = '127.0.0.1:1';

/** Environment of a user without keys and Temporal, so that no real service is called. */
export const WITHOUT_ANYTHING: Readonly<Record<string, string>> = {
  NCLOUD_METADATA_API_ENDPOINT: `http://${NOWHERE}`,
  TEMPORAL_ADDRESS: NOWHERE,
};

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Called with all that was printed so far; may send signals. */
  readonly onOutput?: (so: Omit<Ended, 'code'>, child: ChildProcess) => void;
}

/** Runs `dataflow` as a process to its end, as a user without keys, Temporal or home would. */
export async function dataflow(
  args: readonly string[],
  { env = {}, stdin = '', onOutput = () => undefined }: CliOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      PATH: process.env['PATH'],
      ...WITHOUT_ANYTHING,
      ...env,
    },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    onOutput({ stdout, stderr }, child);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    onOutput({ stdout, stderr }, child);
  });
  child.stdin.on('error', () => undefined); // the process may end before it has read stdin
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/**
 * Runs `dataflow` in this process, which takes a tenth of the time. For tests that are not concurrent and need no
 * signals, stdin or terminal.
 */
export async function dataflowHere(
  args: readonly string[],
  { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  inUserEnvironment({ ...WITHOUT_ANYTHING, ...env });
  if (env['HOME'] === undefined) vi.stubEnv('HOME', undefined);
  const [stdout, stderr] = [kept(process.stdout), kept(process.stderr)];
  try {
    return { code: await runCli(args), stdout: stdout(), stderr: stderr() };
  } finally {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
}

/** Captures the output of a stream. */
function kept(stream: NodeJS.WriteStream): () => string {
  const spy = vi.spyOn(stream, 'write').mockImplementation((_text, ...rest) => {
    const written = rest.find((one) => typeof one === 'function');
    written?.();
    return true;
  });
  return () => spy.mock.calls.map(([text]) => String(text)).join('');
}

/** Environment of a user of the Temporal server of this test run and a simulator. */
export const localEnv = (
  { url, accessKey, secretKey }: Simulator,
  taskQueue: string,
): Readonly<Record<string, string>> => ({
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  TEMPORAL_NAMESPACE: inject('temporalNamespace'),
  DATAFLOW_TASK_QUEUE: taskQueue,
  DATAFLOW_URL: url,
  NCLOUD_ACCESS_KEY_ID: accessKey,
  NCLOUD_SECRET_ACCESS_KEY: secretKey,
});

/** Presses Ctrl-C once, when this has been printed on stderr. */
export function pressAt(pattern: RegExp) {
  let pressed = false;
  return ({ stderr }: { readonly stderr: string }, child: ChildProcess): void => {
    if (pressed || !pattern.test(stderr)) return;
    pressed = true;
    child.kill('SIGINT');
  };
}
