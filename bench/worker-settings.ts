import type { Timings } from '../contract/timings.js';
import type { AnyForm } from './forms/forms.js';

/** All that a worker process is told; as JSON in its environment. */
export interface WorkerSettings {
  readonly form: AnyForm;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** The bundled workflows of the form: bundled once, not in each of the killed processes. */
  readonly workflowBundlePath: string;
  readonly baseUrl: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of ours only. */
  readonly timings: Partial<Timings>;
  /** Of ours only; the naive forms have no budget of calls. */
  readonly callsPerSecond: number;
  /** Longest time for which the SDK holds a heartbeat back, in ms. The SDK's own default is 60000. */
  readonly heartbeatThrottleMs: number;
  /** @default the SDK's, which goes with the size of the heap */
  readonly maxCachedWorkflows?: number;
  /** Activity slots. @default 1500 */
  readonly maxActivities?: number;
  /** Where the SDK's counters are served on this machine. */
  readonly metricsPort: number;
}

/** The environment variable that carries them. */
export const SETTINGS_VARIABLE = 'BENCH_WORKER';

/** How long a workflow task waits for the worker that has the workflow cached: as in our own worker, for every form. */
export const STICKY_MS = 2_000;

/** What the bench asks a worker process. */
export type Question =
  | { readonly about: 'usage' | 'heap' | 'stretch' }
  | { readonly about: 'snapshot'; readonly path: string };
