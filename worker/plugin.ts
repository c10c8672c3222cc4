import {
  type Worker,
  type BundleOptions,
  NativeConnection,
  Runtime,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import { Client } from '@temporalio/client';
import { AsyncWaits, type WorkerWaits } from '../activities/worker-waits.js';
import type { Warn } from './backdating-support.js';
import {
  type Profiles,
  activitiesOver,
  openProfiles,
  type OpenProfiles,
  profilesOf,
} from './profiles.js';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { IllegalStateError } from '@temporalio/common';
import type { Environment } from '../client/environment.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { createMeters } from './metrics.js';
import type { ProfileOptions } from './profile-options.js';

/** Path of a workflow module: `.ts` in the sources, `.js` in lib/. Empty in a worker that was bundled into one file. */
const workflowModule = (name: string): readonly string[] =>
  ['js', 'ts']
    .map((ending) => fileURLToPath(new URL(`../workflows/${name}.${ending}`, import.meta.url)))
    .filter((path) => existsSync(path));

export interface DataFlowPluginOptions {
  /**
   * Profiles by name: each says how the service is reached. Workflow input may name one, by default `default`. No other
   * profiles exist then. Options that a profile leaves out come from DATAFLOW_PROFILES_FILE, those of `default` first
   * from the environment.
   * @default the profiles of the file, and `default` of the environment
   */
  readonly profiles?: Readonly<Record<string, ProfileOptions>>;
  /** Environment for keys and options that the profiles leave out. @default process.env */
  readonly env?: Environment;
}

/**
 * Adds the Data Flow activities to a worker, and no workflows. It also changes the bundle of workflows, where it is
 * given to the bundler: our workflow code is loaded once for all workflows of a worker, and interceptors protect
 * workflows from what an activation leaves behind that the SDK ended for its length.
 *
 * A worker has one plugin, with all profiles. If the plugin is given to the connection and to the worker, it acts once.
 * The constructor opens nothing. When the last of its running workers has ended, the plugin closes everything that they
 * opened.
 */
export class DataFlowPlugin implements WorkerPlugin {
  readonly name = 'temporal-ncloud-dataflow.DataFlowPlugin';
  readonly #options: DataFlowPluginOptions;
  readonly #ending = new WeakSet<Worker>();
  readonly #meters = createMeters();
  readonly #waits = new AsyncWaits(warn);
  #opened: OpenProfiles | undefined;
  /**
   * Number of running workers. A worker that was created may never run: `Worker.create` failed, and plugins are not
   * notified.
   */
  #running = 0;

  constructor(options: DataFlowPluginOptions = {}) {
    this.#options = options;
  }

  /**
   * @throws DataFlowInvalidInputError naming all problems of all profiles, activities with names of ours, or a second
   * plugin
   */
  configureWorker(options: WorkerOptions): WorkerOptions {
    const registered = profilesOf(options.activities);
    if (registered !== undefined && registered === this.#opened?.profiles) return options; // it was given to connection and worker
    if (registered !== undefined) throw new DataFlowInvalidInputError('DataFlowPlugin', [SECOND]);
    const activities = activitiesOver(
      (this.#opened ??= this.#open()).profiles,
      this.#waits,
      this.#meters,
    );
    refuseClashes(options.activities, activities);
    return { ...options, activities: { ...options.activities, ...activities } };
  }

  /** For a worker with `workflowsPath`, and for `bundleWorkflowCode` when it is given the plugin. */
  configureBundler(options: BundleOptions): BundleOptions {
    const { preloadModules = [], workflowInterceptorModules = [] } = options;
    return {
      ...options,
      preloadModules: [...preloadModules, ...workflowModule('preload')],
      workflowInterceptorModules: [
        ...workflowModule('interceptors'),
        ...workflowInterceptorModules,
      ],
    };
  }

  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    if (this.#ending.has(worker)) {
      await next(worker);
      return;
    }
    this.#ending.add(worker);
    this.#running += 1;
    const keys = this.#endWithoutKeys(worker);
    this.#meters.attach(Runtime.instance().metricMeter); // does not create a Runtime: the worker has one
    const endObserving = observeProfiles(this.#opened?.profiles ?? new Map());
    const waits = this.#waits.attach(() => worker.client);
    const endWatching = handOverWhenStopping(worker, waits);
    try {
      await next(worker);
    } finally {
      endObserving();
      endWatching();
      await handOverAfterEnd(worker, waits);
      this.#waits.detach(waits);
      this.#running -= 1;
      if (this.#running === 0) await this.#close();
    }
    const problems = keys.problems();
    if (problems.length > 0) throw new DataFlowInvalidInputError('DataFlowPlugin', problems);
  }

  /**
   * Ends a worker without keys. Whether a server role has keys is known only from the network. The worker runs
   * meanwhile, because the SDK cannot shut down a worker that does not run yet.
   */
  #endWithoutKeys(worker: Worker): { problems(): readonly string[] } {
    let problems: readonly string[] = [];
    void this.#opened?.findWithoutKeys().then((found) => {
      problems = found;
      for (const problem of found) warn(problem, {});
      if (found.length > 0 && worker.getState() === 'RUNNING') worker.shutdown();
    });
    return { problems: () => problems };
  }

  #open(): OpenProfiles {
    const { profiles, env = process.env } = this.#options;
    return openProfiles(profiles, env, warn, this.#meters);
  }

  async #close(): Promise<void> {
    const profiles = [...(this.#opened?.profiles.values() ?? [])];
    await Promise.all(profiles.map((profile) => profile.close()));
    if (this.#running === 0) this.#meters.detach();
  }
}

/** Warns by the logger of the Runtime, which is read only then: it would be created too early otherwise. */
const warn: Warn = (message, about) => {
  Runtime.instance().logger.warn(message, { ...about, sdkComponent: 'temporal-ncloud-dataflow' });
};

const SECOND =
  'the worker has a DataFlowPlugin already: give one plugin all profiles, in code or in the file that ' +
  'DATAFLOW_PROFILES_FILE names (runWorker brings a plugin of its own, which reads that file)';

function refuseClashes(theirs: object | undefined, ours: object): void {
  const clashes = Object.keys(ours).filter((name) => Object.hasOwn(theirs ?? {}, name));
  if (clashes.length > 0) {
    throw new DataFlowInvalidInputError('DataFlowPlugin', [
      `the worker has activities of its own named ${clashes.join(', ')}: rename them`,
    ]);
  }
}

/** Maximum age of gauges; Prometheus scrapes every 15 s or less often. */
const SAMPLE_MS = 2_000;

/** Writes the gauges of the profiles until the returned function is called. */
function observeProfiles(profiles: Profiles): () => void {
  const sample = (): void => {
    for (const profile of profiles.values()) profile.sample();
  };
  sample();
  const timer = setInterval(sample, SAMPLE_MS).unref();
  return () => {
    clearInterval(timer);
  };
}

/** Pause between reads of the worker's state: the SDK does not tell plugins that a worker begins to stop. */
const STATE_MS = 50;

/** Hands the waits over when the worker begins to stop, until the returned function is called. */
function handOverWhenStopping(worker: Worker, waits: WorkerWaits): () => void {
  const timer = setInterval(() => {
    const state = worker.getState();
    if (state === 'INITIALIZED' || state === 'RUNNING') return;
    clearInterval(timer);
    void waits.handOver();
  }, STATE_MS).unref();
  return () => {
    clearInterval(timer);
  };
}

/**
 * Hands over waits that are left after the end of the worker. If the SDK had made the connection, it is closed by now.
 * Another one is then opened to the address that the SDK uses, the default one of this machine.
 */
async function handOverAfterEnd(worker: Worker, waits: WorkerWaits): Promise<void> {
  if (waits.held.size === 0 || (await isOpen(worker.connection))) return waits.handOver();
  const { namespace, identity, dataConverter } = worker.options;
  let connection: NativeConnection;
  try {
    connection = await NativeConnection.connect();
  } catch (error) {
    // Not thrown: it must not replace the error that ended the worker, and the plugin has still to close its profiles.
    const message = error instanceof Error ? error.message : String(error);
    warn(`waits could not be handed over, because Temporal cannot be reached: ${message}`, {
      waits: waits.held.size,
    });
    waits.giveUp();
    return;
  }
  try {
    await waits.handOver(
      new Client({ connection, namespace, identity, ...(dataConverter && { dataConverter }) }),
    );
  } finally {
    await connection.close();
  }
}

/** Limit of the call that shows whether a connection is open. */
const IS_OPEN_MS = 5_000;

async function isOpen(connection: NativeConnection | undefined): Promise<boolean> {
  try {
    await connection?.withDeadline(Date.now() + IS_OPEN_MS, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return connection !== undefined;
  } catch (error) {
    // Any other error comes from Temporal or from the network: the connection is open.
    return !(error instanceof IllegalStateError);
  }
}
