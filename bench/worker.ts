// A worker process of one form; started by worker-process.ts, and killed by it.
import { writeHeapSnapshot } from 'node:v8';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createDataFlowClient, DataFlowPlugin } from '../index.js';
import { OURS } from './forms/forms.js';
import { createNaiveActivities } from './forms/naive-activities.js';
import {
  type Question,
  SETTINGS_VARIABLE,
  STICKY_MS,
  type WorkerSettings,
} from './worker-settings.js';

const settings = JSON.parse(process.env[SETTINGS_VARIABLE] ?? '') as WorkerSettings;
process.once('disconnect', () => process.exit(1)); // the bench has ended, however it did

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
  workflowBundle: { codePath: settings.workflowBundlePath },
  maxConcurrentActivityTaskExecutions: settings.maxActivities ?? 1_500,
  ...(settings.maxCachedWorkflows !== undefined && {
    maxCachedWorkflows: settings.maxCachedWorkflows,
  }),
  maxHeartbeatThrottleInterval: settings.heartbeatThrottleMs,
  stickyQueueScheduleToStartTimeout: STICKY_MS,
  ...activitiesOf(settings),
});
process.on('message', (question: Question) => process.send?.(answerTo(question)));
process.send?.('polls');
await worker.run();

function activitiesOf({ form, baseUrl, timings, callsPerSecond, ...keys }: WorkerSettings) {
  const credentials = { accessKey: keys.accessKey, secretKey: keys.secretKey };
  if (!OURS.includes(form)) {
    return { activities: createNaiveActivities(createDataFlowClient({ baseUrl, credentials })) };
  }
  const profile = { baseUrl, credentials, timings, callsPerSecond };
  return { plugins: [new DataFlowPlugin({ profiles: { default: profile } })] };
}

function answerTo(question: Question): unknown {
  if (question.about === 'usage') {
    const { user, system } = process.cpuUsage();
    return { rss: process.memoryUsage().rss, cpuS: (user + system) / 1e6 };
  }
  if (question.about === 'snapshot') return writeHeapSnapshot(question.path);
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
