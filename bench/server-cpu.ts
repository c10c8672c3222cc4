import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OF_A_SERVER = /^\s*(\d+)\s+\S*temporal\S*\s+server start-dev .*--port (\d+)/;

/** CPU seconds so far of the Temporal server at an address; NaN where it is not ours or `ps` does not tell. */
export async function serverCpuS(address: string): Promise<number> {
  try {
    const { stdout } = await run('ps', ['-A', '-o', 'cputimes=,args=']);
    const found = stdout
      .split('\n')
      .map((line) => OF_A_SERVER.exec(line))
      .find((match) => match !== null && address.endsWith(`:${match[2] ?? ''}`));
    return Number(found?.[1] ?? NaN);
  } catch {
    return NaN;
  }
}
