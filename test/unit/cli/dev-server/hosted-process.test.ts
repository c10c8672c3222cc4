import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startHosted } from '../../../../cli/dev-server/hosted-process.js';

const SOURCE = new URL('../../../../cli/dev-server/hosted-process.ts', import.meta.url).href;
const UNTIL_THE_PIPE_CLOSES = `
console.log('pid ' + process.pid);
process.stdin.on('close', () => process.exit(0)).resume();
`;

/** A process that starts a hosted one, prints its id and then waits for ever. */
const PARENT = `
import { startHosted } from '${SOURCE}';
startHosted(${JSON.stringify(UNTIL_THE_PIPE_CLOSES)}, [], process.env)
  .onLine((line) => console.log(line));
setInterval(() => {}, 1_000);
`;

async function isGone(pid: number): Promise<true> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const pidOf = (line: string): number => Number(/pid (\d+)/.exec(line)?.[1]);

describe('startHosted', () => {
  it('ends the process and tells so, and keeps the last that it wrote', async () => {
    const hosted = startHosted(UNTIL_THE_PIPE_CLOSES, [], process.env);
    const line = await new Promise<string>((resolve) => {
      hosted.onLine(resolve);
    });
    await hosted.end();
    expect(await isGone(pidOf(line))).toBe(true);
    expect(hosted.isEnded()).toBe(true);
    expect(hosted.tail()).toBe(line);
  });

  it('hands over the arguments, and the exit code of a process that ends by itself', async () => {
    const hosted = startHosted('process.exit(Number(process.argv[1]))', ['7'], process.env);
    expect(await hosted.ended).toBe(7);
    await hosted.end();
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'leaves nothing running when its parent gets %s',
    async (signal) => {
      const parent = spawn(process.execPath, [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        PARENT,
      ]);
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      parent.kill(signal);
      expect(await isGone(pidOf(String(line)))).toBe(true);
    },
  );

  it('does not keep its parent alive once released', async () => {
    const parent = PARENT.replace('setInterval(() => {}, 1_000);', '').replace(
      /\s+\.onLine.*/,
      '.release(); console.log("done");',
    );
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--import', 'tsx', '--input-type=module', '-e', parent],
    ]);
    expect(stdout).toBe('done\n');
  });
});
