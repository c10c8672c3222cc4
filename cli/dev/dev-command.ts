import { randomBytes } from 'node:crypto';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { valueOf } from '../../client/environment.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { readPort, readScriptFile } from '../simulator-command.js';
import { type JobScript, type Simulator, startSimulator } from '../../simulator/index.js';
import { runWorker } from '../../worker/run-worker.js';
import { FAST_DEV_SERVER } from '../dev-server/fast-dev-server.js';
import { isPortFree, type PortWish } from '../dev-server/ports.js';
import { provideTemporalServer } from '../dev-server/provide.js';
import type { TemporalServer } from '../dev-server/server.js';
import { print, say } from '../output.js';
import { taskQueueOf } from '../run/temporal-connection.js';
import { DEV_TIMINGS, SAMPLE_ACTIVITIES, SAMPLE_FAULTS, SAMPLE_JOBS } from './sample-jobs.js';

const EXAMPLES = `
Runs a Temporal server (the first that works: TEMPORAL_ADDRESS, temporal on PATH, cache, download, go install), a local
Data Flow service and a worker. Prints on stdout the variables that another terminal needs. Calls nothing in the cloud, and leaves
nothing running.

Jobs: extractSales, cleanSales, publishSales and the activity sendReport, which examples/pipelines/nightly-sales.yaml runs;
fastJob, slowJob (10 minutes), failingJob, flakyJob (fails once; its first start loses the answer).

Temporal listens on port 7233 and its UI on 8233, or on the next free ports.

Examples:
  $ dataflow dev
  $ dataflow dev > dev.env          # then, in another terminal: . ./dev.env
  $ dataflow dev --script jobs.yaml --temporal-port 7300 --ui-port 0
`;

interface Flags {
  readonly script?: string;
  readonly temporalPort?: number;
  readonly uiPort?: number;
  readonly taskQueue?: string;
}

/** `dataflow dev`: everything on this machine until Ctrl-C. */
export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .option('--script <file>', 'jobs, faults and switches of the local service, as YAML')
    .option('--temporal-port <number>', 'port of Temporal; 0 takes any free one', readPort)
    .option('--ui-port <number>', 'port of the Temporal UI; 0 takes any free one', readPort)
    .option('--task-queue <name>', 'task queue of the worker')
    .addHelpText('after', EXAMPLES)
    .action(dev);
}

async function dev({ script, temporalPort, uiPort, taskQueue }: Flags): Promise<void> {
  const isSample = script === undefined;
  const scene = isSample
    ? { jobs: SAMPLE_JOBS, faults: SAMPLE_FAULTS }
    : await readScriptFile(script);
  await refusePorts({ '--temporal-port': temporalPort, '--ui-port': uiPort });
  say('looking for a Temporal server …');
  const server = await provideTemporalServer({
    ports: { grpc: wish(temporalPort, TEMPORAL_PORT), ui: wish(uiPort, UI_PORT) },
    extraArgs: FAST_DEV_SERVER,
    log: say,
  });
  try {
    // Keys of its own: those of the environment are for the real service.
    const simulator = await startSimulator({
      ...scene,
      accessKey: randomKey(),
      secretKey: randomKey(),
    });
    try {
      const jobs = scene.jobs ?? [];
      await work({ server, simulator, taskQueue: taskQueueOf(taskQueue), jobs, isSample });
    } finally {
      await simulator.close();
    }
  } finally {
    await server.close();
  }
  say('ended; nothing is left running');
}

const randomKey = (): string => `dev-${randomBytes(12).toString('hex')}`;

/** Ports that Temporal's own tools use by default. */
const TEMPORAL_PORT = 7233;
const UI_PORT = 8233;

const wish = (given: number | undefined, usual: number): PortWish =>
  given === undefined ? { from: usual } : given === 0 ? 'any' : { exactly: given };

/** @throws DataFlowInvalidInputError where a given port is taken, or TEMPORAL_ADDRESS names a server */
async function refusePorts(flags: Readonly<Record<string, number | undefined>>): Promise<void> {
  const address = valueOf(process.env, 'TEMPORAL_ADDRESS');
  const problems: string[] = [];
  for (const [flag, port] of Object.entries(flags)) {
    if (port === undefined) continue;
    if (address !== undefined)
      problems.push(
        `${flag} and TEMPORAL_ADDRESS (${address}): one of them must be left out, because the flag sets the port of a server that is started here`,
      );
    else if (port !== 0 && !(await isPortFree(port)))
      problems.push(`${flag}: must be a free port, or 0 for any free one; ${port} is taken`);
  }
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow dev', problems);
}

interface Running {
  readonly server: TemporalServer;
  readonly simulator: Simulator;
  readonly taskQueue: string;
  readonly jobs: readonly JobScript[];
  /** Whether the jobs are the sample jobs, not those of a script. */
  readonly isSample: boolean;
}

/** Runs the worker, which ends at Ctrl-C. */
async function work(running: Running): Promise<void> {
  const { server, simulator, taskQueue } = running;
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const env = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    DATAFLOW_TASK_QUEUE: taskQueue,
    DATAFLOW_URL: simulator.url,
    NCLOUD_ACCESS_KEY_ID: simulator.accessKey,
    NCLOUD_SECRET_ACCESS_KEY: simulator.secretKey,
  };
  const pace = {
    DATAFLOW_TIMINGS: JSON.stringify(DEV_TIMINGS),
    DATAFLOW_STATUS_CALLS_PER_MINUTE: '600',
  };
  await runWorker({
    env: { ...env, ...pace },
    worker: { activities: SAMPLE_ACTIVITIES },
    onStarted: () => {
      for (const [name, value] of Object.entries(env)) print(`export ${name}=${value}`);
      for (const line of hints(running)) say(line);
    },
  });
}

/** Path of the sample pipeline, relative to the working directory: of a clone, or of an installed package. */
const samplePipeline = (): string =>
  relative(
    process.cwd(),
    fileURLToPath(new URL('../../../examples/pipelines/nightly-sales.yaml', import.meta.url)),
  );

function hints({ server, simulator, jobs, isSample }: Running): readonly string[] {
  const { uiUrl, address, source } = server;
  const jobId = (jobs.find((one) => one.jobId === 'fastJob') ?? jobs[0])?.jobId ?? '<jobId>';
  const isUsual = source === 'address' || address.endsWith(`:${TEMPORAL_PORT}`);
  return [
    '',
    `Temporal server    ${address} (found by: ${source})${isUsual ? '' : `; without the export lines commands use port ${TEMPORAL_PORT}`}`,
    `Temporal UI        ${uiUrl ?? 'at an address of your own server'}`,
    `Data Flow service  ${simulator.url}, local; its counts: ${simulator.url}/_simulator/report`,
    `jobs               ${jobs.map((job) => job.jobId).join(', ') || 'none'}`,
    '',
    process.stdout.isTTY
      ? 'In another terminal, paste the export lines above first. Then:'
      : 'In another terminal, run the export lines first, which were written to stdout (e.g. . ./dev.env). Then:',
    `  npx dataflow run ${jobId}`,
    `  npx dataflow api getJobExecutions --jobId ${jobId}`,
    ...(isSample
      ? [`  npx dataflow pipeline run ${samplePipeline()} -p date=2026-11-21 --follow`]
      : []),
    '',
    'Ctrl-C ends all of it.',
  ];
}
