import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));

/** Nothing listens there, and nothing ever will. */
const NOWHERE = '127.0.0.1:1';

/** Variables of a user who has neither keys nor Temporal: nobody is asked by accident. */
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
  child.stdin.on('error', () => undefined); // it may end before it has read
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
