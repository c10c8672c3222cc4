import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { readPort, readScriptFile } from '../simulator-command.js';
import { type JobScript, type Simulator, startSimulator } from '../../simulator/index.js';
import { runWorker } from '../../worker/run-worker.js';
import { FAST_DEV_SERVER } from '../dev-server/fast-dev-server.js';
import { provideTemporalServer } from '../dev-server/provide.js';
import type { TemporalServer } from '../dev-server/server.js';
import { print, say } from '../output.js';
import { taskQueueOf } from '../run/temporal-connection.js';
import { DEV_TIMINGS, SAMPLE_FAULTS, SAMPLE_JOBS } from './sample-jobs.js';

const EXAMPLES = `
Brings a Temporal server (the first that works: TEMPORAL_ADDRESS, temporal on PATH, cache, download, go install), a local
Data Flow service and a worker. Prints on stdout what another terminal needs. Nothing is called in the cloud, nothing
is left running.

Jobs: fastJob, slowJob (10 minutes), failingJob, flakyJob (fails once; its first start loses the answer).

Example:
  $ dataflow dev
  $ dataflow dev --script jobs.yaml --ui-port 8233
`;

interface Flags {
  readonly script?: string;
  readonly uiPort?: string;
  readonly taskQueue?: string;
}

/** `dataflow dev`: everything on this machine until Ctrl-C. */
export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .description('run server, local service and worker on this machine, with jobs to try')
    .option('--script <file>', 'jobs, faults and switches of the local service, as YAML')
    .option('--ui-port <number>', 'port of the Temporal UI; a free one unless given')
    .option('--task-queue <name>', 'task queue of the worker')
    .addHelpText('after', EXAMPLES)
    .action(dev);
}

async function dev({ script, uiPort, taskQueue }: Flags): Promise<void> {
  const scene =
    script === undefined
      ? { jobs: SAMPLE_JOBS, faults: SAMPLE_FAULTS }
      : await readScriptFile(script);
  say('looking for a Temporal server …');
  const server = await provideTemporalServer({
    ui: true,
    ...(uiPort !== undefined && { uiPort: readPort(uiPort) }),
    extraArgs: FAST_DEV_SERVER,
    log: say,
  });
  try {
    // Keys of its own: what the environment has is for the real service.
    const simulator = await startSimulator({
      ...scene,
      accessKey: randomKey(),
      secretKey: randomKey(),
    });
    try {
      await work(server, simulator, taskQueueOf(taskQueue), scene.jobs ?? []);
    } finally {
      await simulator.close();
    }
  } finally {
    await server.close();
  }
  say('ended; nothing is left running');
}

const randomKey = (): string => `dev-${randomBytes(12).toString('hex')}`;

/** Runs the worker, which ends at Ctrl-C. */
async function work(
  server: TemporalServer,
  simulator: Simulator,
  taskQueue: string,
  jobs: readonly JobScript[],
): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const env = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    DATAFLOW_TASK_QUEUE: taskQueue,
    DATAFLOW_URL: simulator.url,
    NCLOUD_ACCESS_KEY_ID: simulator.accessKey,
    NCLOUD_SECRET_ACCESS_KEY: simulator.secretKey,
  };
  const pace = { DATAFLOW_TIMINGS: JSON.stringify(DEV_TIMINGS), DATAFLOW_CALLS_PER_SECOND: '20' };
  await runWorker({
    env: { ...env, ...pace },
    onStarted: () => {
      for (const [name, value] of Object.entries(env)) print(`export ${name}=${value}`);
      for (const line of hints(server, simulator, jobs)) say(line);
    },
  });
}

function hints(
  { uiUrl, address, source }: TemporalServer,
  { url }: Simulator,
  jobs: readonly JobScript[],
): readonly string[] {
  const [first] = jobs;
  const jobId = first?.jobId ?? '<jobId>';
  return [
    '',
    `Temporal server    ${address} (found by: ${source})`,
    `Temporal UI        ${uiUrl ?? 'at an address of your own server'}`,
    `Data Flow service  ${url}, local; what it counts: ${url}/_simulator/report`,
    `jobs               ${jobs.map((job) => job.jobId).join(', ') || 'none'}`,
    '',
    'In another terminal, after the export lines above:',
    `  npx dataflow run ${jobId}`,
    `  npx dataflow api getJobExecutions --jobId ${jobId}`,
    '',
    'Ctrl-C ends all of it.',
  ];
}
