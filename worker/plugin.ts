import { Runtime, type Worker, type WorkerOptions, type WorkerPlugin } from '@temporalio/worker';
import { DataFlowInvalidInputError } from '../client/errors.js';
import type { Warn } from './old-dates.js';
import type { Environment, ProfileOptions } from './profile-options.js';
import { activitiesOver, openProfiles, type Profiles, profilesOf } from './profiles.js';

export interface DataFlowPluginOptions {
  /**
   * Ways to reach the service, by name. Workflow input may name one; without a name it is `default`.
   * @default one named `default`, from NCLOUD_* and DATAFLOW_* of the environment
   */
  readonly profiles?: Readonly<Record<string, ProfileOptions>>;
  /** Where keys and settings are read that the profiles leave out. @default process.env */
  readonly env?: Environment;
}

/**
 * Adds the Data Flow activities to a worker, and nothing else: no workflows, no pollers. Several plugins with
 * different profiles may stand side by side; one given to connection and worker acts once. Its constructor does
 * nothing; what it opens for a worker it closes when the last of its workers has ended.
 */
export class DataFlowPlugin implements WorkerPlugin {
  readonly name = 'temporal-ncloud-dataflow';
  readonly #options: DataFlowPluginOptions;
  readonly #ending = new WeakSet<Worker>();
  #profiles: Profiles | undefined;
  #workers = 0;

  constructor(options: DataFlowPluginOptions = {}) {
    this.#options = options;
  }

  /** @throws DataFlowInvalidInputError naming every problem of every profile, and names that clash */
  configureWorker(options: WorkerOptions): WorkerOptions {
    const before = profilesOf(options.activities);
    const ours = (this.#profiles ??= this.#open());
    if (
      before !== undefined &&
      [...ours].every(([name, profile]) => before.get(name) === profile)
    ) {
      return options; // given twice, to connection and worker
    }
    const taken = [...ours.keys()].filter((name) => before?.has(name));
    if (taken.length > 0) {
      throw new DataFlowInvalidInputError('DataFlowPlugin', [
        `two plugins of one worker have profiles of the same name (${taken.join(', ')}): name them apart`,
      ]);
    }
    const activities = activitiesOver(new Map([...(before ?? []), ...ours]));
    if (before === undefined) refuseClashes(options.activities, activities);
    this.#workers += 1;
    return { ...options, activities: { ...options.activities, ...activities } };
  }

  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    if (this.#ending.has(worker)) {
      await next(worker);
      return;
    }
    this.#ending.add(worker);
    try {
      await next(worker);
    } finally {
      this.#workers -= 1;
      if (this.#workers === 0) await this.#close();
    }
  }

  #open(): Profiles {
    const { profiles, env = process.env } = this.#options;
    return openProfiles(profiles, env, warn);
  }

  async #close(): Promise<void> {
    const profiles = this.#profiles;
    this.#profiles = undefined;
    await Promise.all([...(profiles?.values() ?? [])].map((profile) => profile.close()));
  }
}

/** The worker's own logger; asked for only when there is something to say, so that no Runtime is made for nothing. */
const warn: Warn = (message, about) => {
  Runtime.instance().logger.warn(message, { ...about, sdkComponent: 'temporal-ncloud-dataflow' });
};

function refuseClashes(theirs: object | undefined, ours: object): void {
  const clashes = Object.keys(ours).filter((name) => Object.hasOwn(theirs ?? {}, name));
  if (clashes.length > 0) {
    throw new DataFlowInvalidInputError('DataFlowPlugin', [
      `the worker has activities of its own named ${clashes.join(', ')}: rename them`,
    ]);
  }
}
