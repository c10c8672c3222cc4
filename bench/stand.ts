import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/index.js';
import type { Timings } from '../contract/timings.js';
import type { ChainResult, Pace, RequestedRun } from './forms/chain.js';
import type { AnyForm } from './forms/forms.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';
import type { WorkerSettings } from './worker-settings.js';

/** What all scenarios of one bench share. */
export interface Bench {
  readonly client: Client;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly bundles: Readonly<Record<AnyForm, string>>;
  /** All random choices follow from it. */
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** How the forms are set in a scenario. */
export interface StandOptions {
  readonly simulator: SimulatorOptions;
  readonly pace: Pace;
  readonly timings: Partial<Timings>;
  readonly callsPerSecond: number;
  readonly heartbeatThrottleMs: number;
  readonly maxCachedWorkflows?: number;
  readonly maxActivities?: number;
}

export type ChainHandle = WorkflowHandle<() => Promise<ChainResult>>;

/** One form with a simulated service and a task queue of its own. */
export interface Stand {
  readonly form: AnyForm;
  readonly taskQueue: string;
  readonly simulator: Simulator;
  /** Starts a worker process and waits until it polls. What is left of them at the end is killed. */
  startWorker(): Promise<WorkerProcess>;
  /** Starts the workflow that makes these runs, one after the other. */
  start(requests: readonly RequestedRun[]): Promise<ChainHandle>;
}

/** Runs `body` in a stand of its own. */
export async function inStand<Value>(
  { client, bundles, temporalAddress, namespace }: Bench,
  form: AnyForm,
  { simulator: options, pace, ...ofWorkers }: StandOptions,
  body: (stand: Stand) => Promise<Value>,
): Promise<Value> {
  const simulator = await startSimulator(options);
  const taskQueue = `bench-${form}-${randomUUID()}`;
  const workers: WorkerProcess[] = [];
  const { url: baseUrl, accessKey, secretKey } = simulator;
  const settings: Omit<WorkerSettings, 'metricsPort'> = {
    ...{ form, temporalAddress, namespace, taskQueue, workflowBundlePath: bundles[form] },
    ...{ baseUrl, accessKey, secretKey },
    ...ofWorkers,
  };
  try {
    return await body({
      form,
      taskQueue,
      simulator,
      startWorker: async () => {
        const worker = await startWorkerProcess(settings);
        workers.push(worker);
        return worker;
      },
      start: (requests) =>
        client.workflow.start<() => Promise<ChainResult>>('chain', {
          args: [{ requests, pace }] as never,
          taskQueue,
          workflowId: `${taskQueue}-${requests[0]?.run ?? ''}`,
        }),
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
    await simulator.close();
  }
}
