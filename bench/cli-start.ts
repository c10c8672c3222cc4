// Cost of a short command, compared with a Node.js process that does nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Topic } from './stand.js';
import { percentile, rowOf } from './table.js';

const TIMES = 15;
const PEER = 'node -e 0';
const DATAFLOW = join('bin', 'dataflow.js');
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  [PEER]: ['-e', '0'],
  'dataflow --help': [DATAFLOW, '--help'],
  'dataflow api --help': [DATAFLOW, 'api', '--help'],
  'dataflow pipeline validate': [
    ...[DATAFLOW, 'pipeline', 'validate', join('examples', 'pipelines', 'nightly-sales.yaml')],
  ],
};
/** Loaded into each process. At its exit it writes its resource usage to file descriptor 3. */
const USAGE = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));",
)}`;

export const CLI_START: Topic = {
  measure: async (bench) => {
    const times = bench.size(TIMES, 2);
    const used = new Map<string, Usage[]>(Object.keys(COMMANDS).map((name) => [name, []]));
    // One after the other, so that other load of the machine affects all commands alike.
    for (let nth = 0; nth < times; nth += 1) {
      for (const [name, args] of Object.entries(COMMANDS)) used.get(name)!.push(await use(args));
    }
    const median = (name: string, of: keyof Usage): number =>
      percentile(
        used.get(name)!.map((usage) => usage[of]),
        0.5,
      );
    return Object.keys(COMMANDS)
      .filter((name) => name !== PEER)
      .flatMap((name) => [
        rowOf(
          { measure: `${name}, whole process`, unit: 'ms', ratioAtMost: 4 },
          ...([median(name, 'ms'), median(PEER, 'ms'), PEER] as const),
        ),
        rowOf(
          { measure: `${name}, CPU time`, unit: 'ms' },
          ...([median(name, 'cpuMs'), median(PEER, 'cpuMs'), PEER] as const),
        ),
        rowOf(
          { measure: `${name}, largest resident memory`, unit: 'MB' },
          ...([median(name, 'rssMb'), median(PEER, 'rssMb'), PEER] as const),
        ),
      ]);
  },
  settings: { times: TIMES, each: 'the median' },
  notMeasured: ['The first start after a build, when files are read from the disk.'],
};

interface Usage {
  readonly ms: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

async function use(args: readonly string[]): Promise<Usage> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--import', USAGE, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  let told = '';
  child.stdio[3]!.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const ms = performance.now() - startedMs;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${String(code)}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(told) as NodeJS.ResourceUsage;
  return { ms, cpuMs: (userCPUTime + systemCPUTime) / 1_000, rssMb: maxRSS / 1_024 };
}
