// Worker process of a form. stand.ts starts and kills it.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeHeapSnapshot } from 'node:v8';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createDataFlowClient, DataFlowPlugin } from '../index.js';
import { createNaiveActivities } from './forms/activities.js';
import { type Question, SETTINGS_VARIABLE, STICKY_MS, type WorkerSettings } from './stand.js';

const settings = JSON.parse(process.env[SETTINGS_VARIABLE] ?? '') as WorkerSettings;
process.once('disconnect', () => process.exit(1)); // the bench has ended

const loopDelay = monitorEventLoopDelay({ resolution: 1 });
loopDelay.enable();

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: {
    logging: { forward: {}, filter: 'ERROR' },
    metrics: { prometheus: { bindAddress: `127.0.0.1:${settings.metricsPort}` } },
  },
});
const connection = await NativeConnection.connect({ address: settings.temporalAddress });
const worker = await Worker.create({
  connection,
  namespace: settings.namespace,
  taskQueue: settings.taskQueue,
  workflowBundle: { codePath: settings.bundle },
  // Runs workflows in the main thread, whose heap then includes theirs. Long workflow tasks are not ended.
  debugMode: process.env['BENCH_DEBUG_MODE'] !== undefined,
  stickyQueueScheduleToStartTimeout: STICKY_MS,
  ...settings.worker,
  ...activitiesOf(settings),
});
process.on('message', (question: Question) => process.send?.(answerTo(question)));
process.send?.('polls');
await worker.run();

function activitiesOf({ isOurs, baseUrl, accessKey, secretKey, profile }: WorkerSettings) {
  const service = { baseUrl, credentials: { accessKey, secretKey } };
  return isOurs
    ? { plugins: [new DataFlowPlugin({ profiles: { default: { ...service, ...profile } } })] }
    : { activities: createNaiveActivities(createDataFlowClient(service)) };
}

function answerTo(question: Question): unknown {
  if (question.about === 'usage') {
    const { user, system } = process.cpuUsage();
    return { rss: process.memoryUsage().rss, cpuS: (user + system) / 1e6 };
  }
  if (question.about === 'snapshot') return writeHeapSnapshot(question.path);
  if (question.about === 'stretch') {
    const longestMs = loopDelay.max / 1e6;
    loopDelay.reset();
    return longestMs;
  }
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
