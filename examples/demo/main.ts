// npm run demo [-- --keep]: nightly-sales.yaml, three faults and one failure, on a real Temporal server.
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { DataFlowPlugin, startPipeline } from 'temporal-ncloud-dataflow';
import { type Simulator, startSimulator } from 'temporal-ncloud-dataflow/simulator';
import { progressQuery } from 'temporal-ncloud-dataflow/workflow';
import { FAST_DEV_SERVER } from '../../cli/dev-server/fast-dev-server.js';
import { provideTemporalServer } from '../../cli/dev-server/provide.js';
import type { TemporalServer } from '../../cli/dev-server/server.js';
import { createApprover } from './approve.js';
import { FAULTS, JOBS, TIMINGS } from './jobs.js';
import { type AllProgress, showLive } from './live.js';
import { nightlySales, RETRY_PAUSE, sendReport } from './pipeline.js';
import { evidence, runTable } from './report.js';

const TASK_QUEUE = 'demo';
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const keep = process.argv.includes('--keep');
say('Looking for a Temporal server …');
const server = await provideTemporalServer({ ui: keep, extraArgs: FAST_DEV_SERVER, log: say });
say(`Temporal server at ${server.address} (found by: ${server.source})`);
try {
  const simulator = await startSimulator({ jobs: JOBS, faults: FAULTS });
  say(`Local Data Flow service at ${simulator.url}`);
  try {
    process.exitCode = (await demo(server, simulator)) ? 0 : 1;
    if (keep) await untilStopped(server);
  } finally {
    await simulator.close();
  }
} finally {
  await server.close();
}

async function demo(
  { address, namespace }: TemporalServer,
  simulator: Simulator,
): Promise<boolean> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  try {
    const { url: baseUrl, accessKey, secretKey } = simulator;
    const credentials = { accessKey, secretKey };
    const plugin = new DataFlowPlugin({
      profiles: { default: { baseUrl, credentials, timings: TIMINGS, statusCallsPerMinute: 600 } },
    });
    const worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue: TASK_QUEUE,
      workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
      activities: { sendReport },
      plugins: [plugin],
    });
    say(
      `Worker started; running nightly-sales.yaml (pause before a retry: ${RETRY_PAUSE}, not 1m)\n`,
    );
    return await worker.runUntil(() =>
      runPipeline(new Client({ connection, namespace }), simulator),
    );
  } finally {
    await connection.close();
    await native.close();
  }
}

async function runPipeline(client: Client, simulator: Simulator): Promise<boolean> {
  const { handle } = await startPipeline(client, {
    pipeline: nightlySales(),
    parameters: { date: new Date().toISOString().slice(0, 10) },
    taskQueue: TASK_QUEUE,
  });
  const progress = (): Promise<AllProgress> => handle.query(progressQuery);
  const endLive = showLive(simulator, progress, createApprover(handle));
  const last = await handle.result().then(endLive, async (error: unknown) => {
    await endLive();
    throw error;
  });
  const { text, holds } = evidence(simulator);
  say(`\n${runTable(last, simulator)}\n\n${text}`);
  say(
    holds
      ? '\nEach execution that was asked for, the one after a failure included, was started once. Nothing was left running.'
      : '\nNOT AS PROMISED: see above.',
  );
  return holds;
}

async function untilStopped({ uiUrl }: TemporalServer): Promise<void> {
  say(
    `\nThe Temporal UI shows the run at ${uiUrl ?? 'an address of your own server'}. Ctrl-C ends it.`,
  );
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
