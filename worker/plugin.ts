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

/** A source beside a source, a built file beside a built one; nothing in a worker that was bundled into one file. */
const workflowModule = (name: string): readonly string[] =>
  ['js', 'ts']
    .map((ending) => fileURLToPath(new URL(`../workflows/${name}.${ending}`, import.meta.url)))
    .filter((path) => existsSync(path));

export interface DataFlowPluginOptions {
  /**
   * Ways to reach the service, by name. Workflow input may name one; without a name it is `default`. These are all
   * that there are; DATAFLOW_PROFILES_FILE, and of `default` the environment, fill in what they leave out.
   * @default those that the file describes, and `default` as the environment describes it
   */
  readonly profiles?: Readonly<Record<string, ProfileOptions>>;
  /** Where keys and settings are read that the profiles leave out. @default process.env */
  readonly env?: Environment;
}

/**
 * Adds the Data Flow activities to a worker, and nothing else: no workflows, no pollers. Where it takes part in
 * bundling, our workflow code is loaded once for all workflows of a worker instead of for each, and interceptors keep what
 * an activation that the SDK ended for its length leaves behind away from other workflows. A worker has one plugin,
 * with all profiles; given to connection and worker it acts once. Its constructor does nothing. What its workers have
 * opened it closes when the last of those that run has ended. A worker that could not be made has opened nothing.
 */
export class DataFlowPlugin implements WorkerPlugin {
  readonly name = 'temporal-ncloud-dataflow.DataFlowPlugin';
  readonly #options: DataFlowPluginOptions;
  readonly #ending = new WeakSet<Worker>();
  readonly #meters = createMeters();
  readonly #waits = new AsyncWaits(warn);
  #opened: OpenProfiles | undefined;
  /**
   * Number of running workers. A worker that was created may never run: `Worker.create` failed, and plugins are not notified.
   */
  #running = 0;

  constructor(options: DataFlowPluginOptions = {}) {
    this.#options = options;
  }

  /** @throws DataFlowInvalidInputError naming every problem of every profile, activities that clash, or a second plugin */
  configureWorker(options: WorkerOptions): WorkerOptions {
    const registered = profilesOf(options.activities);
    if (registered !== undefined && registered === this.#opened?.profiles) return options; // to connection and worker
    if (registered !== undefined) throw new DataFlowInvalidInputError('DataFlowPlugin', [SECOND]);
    const activities = activitiesOver((this.#opened ??= this.#open()).profiles, this.#waits);
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
    this.#meters.attach(Runtime.instance().metricMeter); // the worker's own: it exists by now
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
   * Ends a worker that could only fail. Whether a server role has keys takes the network to know; the worker runs
   * meanwhile, because one that is not running yet cannot be shut down.
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

/** The worker's own logger; asked for only when there is something to say, so that no Runtime is made for nothing. */
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

/** Writes what stands at some height in these profiles until the returned function is called. */
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

/** How soon a worker is seen to stop. The SDK tells plugins nothing before it has ended. */
const LOOK_MS = 50;

/** Hands the waits over when the worker begins to stop, until the returned function is called. */
function handOverWhenStopping(worker: Worker, waits: WorkerWaits): () => void {
  const timer = setInterval(() => {
    const state = worker.getState();
    if (state === 'INITIALIZED' || state === 'RUNNING') return;
    clearInterval(timer);
    void waits.handOver();
  }, LOOK_MS).unref();
  return () => {
    clearInterval(timer);
  };
}

/**
 * Hands over what the worker left. By now a connection that the SDK had made itself is closed, so another one is opened:
 * to this machine's default address, as that one was.
 */
async function handOverAfterEnd(worker: Worker, waits: WorkerWaits): Promise<void> {
  if (waits.held.size === 0 || (await isOpen(worker.connection))) return waits.handOver();
  const { namespace, identity, dataConverter } = worker.options;
  let connection: NativeConnection;
  try {
    connection = await NativeConnection.connect();
  } catch (error) {
    // Never in place of the error that ended the worker, and what the plugin opened is still to be closed.
    const message = error instanceof Error ? error.message : String(error);
    warn(`waits could not be handed over, Temporal cannot be reached: ${message}`, {
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
    // Anything else is Temporal's answer, or its absence: the connection itself is usable.
    return !(error instanceof IllegalStateError);
  }
}
