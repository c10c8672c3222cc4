// npm run bench [-- topic … --quick]: our form against naive forms, on one simulated service and Temporal server.
// Writes // results.json and the table of the README. `--quick` tries the topics with the smallest sizes and writes
// nothing.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { format, resolveConfig } from 'prettier';
import { FAST_DEV_SERVER } from '../cli/dev-server/fast-dev-server.js';
import { provideTemporalServer } from '../cli/dev-server/provide.js';
import type { TemporalServer } from '../cli/dev-server/server.js';
import { DataFlowPlugin } from '../index.js';
import { CANCELS } from './cancels.js';
import { CLI_START } from './cli-start.js';
import { CLUSTER } from './cluster.js';
import { FAN_OUT } from './fan-out.js';
import { HOUR } from './hour.js';
import { KILLED } from './kills.js';
import { MANY } from './many.js';
import { PIPELINES } from './pipelines.js';
import { POLLING } from './polling.js';
import { readmeWith } from './readme.js';
import { type Bench, serverCpuS, STICKY_MS, type Topic } from './stand.js';
import { STEPS } from './steps.js';
import { STRETCHES } from './stretches.js';
import { keep, tableOf } from './table.js';
import { WAITING } from './waits.js';

/** In the order of measurement. `npm run bench -- waits` measures one topic. */
const TOPICS: Readonly<Record<string, Topic>> = {
  'cli-start': CLI_START,
  polling: POLLING,
  steps: STEPS,
  'fan-out': FAN_OUT,
  hour: HOUR,
  cancels: CANCELS,
  kills: KILLED,
  pipelines: PIPELINES,
  waits: WAITING,
  many: MANY,
  stretches: STRETCHES,
  cluster: CLUSTER,
};
const NAMES = Object.keys(TOPICS);
/** npm starts scripts in the folder of the package. */
const README = 'README.md';

const given = process.argv.slice(2);
const isQuick = given.includes('--quick');
const asked = given.filter((name) => name !== '--quick');
const unknown = asked.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  throw new Error(`unknown topic ${unknown.join(', ')}: must be one of ${NAMES.join(', ')}`);
}
const seed = Number(process.env['BENCH_SEED'] ?? Date.now() % 1_000_000);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

say(`BENCH_SEED=${seed}`);
const server = await provideTemporalServer({ extraArgs: FAST_DEV_SERVER, log: say });
const folder = await mkdtemp(join(tmpdir(), 'dataflow-bench-'));
try {
  const { address, namespace } = server;
  const connection = await Connection.connect({ address });
  try {
    const bench: Bench = {
      client: new Client({ connection, namespace }),
      ...{ temporalAddress: address, namespace, seed, say },
      server: { cpuS: () => serverCpuS(address), commits: () => Promise.resolve(NaN) },
      bundles: {
        ours: await bundle(folder, 'ours', [new DataFlowPlugin()]),
        naive: await bundle(folder, 'naive', []),
      },
      size: (full, quick) => (isQuick ? quick : full),
    };
    for (const name of asked.length === 0 ? NAMES : asked) await measure(name, bench);
  } finally {
    await connection.close();
  }
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

async function bundle(folder: string, name: string, plugins: DataFlowPlugin[]): Promise<string> {
  const workflowsPath = fileURLToPath(new URL(`./forms/${name}.js`, import.meta.url));
  const logger = new DefaultLogger('WARN');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger, plugins });
  const path = join(folder, `${name}.js`);
  await writeFile(path, code);
  return path;
}

async function measure(name: string, bench: Bench): Promise<void> {
  const topic = TOPICS[name]!;
  say(`\n${name} …`);
  const rows = await topic.measure(bench);
  if (rows.length === 0) return; // it was skipped, and said why
  const settings = { ...sharedSettings(server), seed, ...topic.settings };
  say(`\n${tableOf(rows)}\n\nSettings:\n${JSON.stringify(settings, null, 2)}`);
  say(`\nWhat this does not measure:\n${topic.notMeasured.map((line) => `- ${line}`).join('\n')}`);
  if (isQuick) return;
  const all = await keep(NAMES, name, { settings, notMeasured: topic.notMeasured, rows });
  const readme = readmeWith(await readFile(README, 'utf8'), all);
  await writeFile(
    README,
    await format(readme, { ...(await resolveConfig(README)), filepath: README }),
  );
}

function sharedSettings({ source }: TemporalServer) {
  return {
    server:
      source === 'address'
        ? 'the server at TEMPORAL_ADDRESS, with settings of its own'
        : `temporal server start-dev (in memory), ${FAST_DEV_SERVER.join(' ')}`,
    machine: 'server, simulated service and workers share one machine',
    worker: `stickyQueueScheduleToStartTimeout ${STICKY_MS} ms for every form`,
    else: "defaults of the product and of the SDK; naive forms poll every 10 s, with Temporal's default retry policy",
  };
}
