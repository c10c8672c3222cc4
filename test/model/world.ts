import type { RunJobRequest } from '../../contract/run.js';
import { DEFAULT_TIMINGS, type Timings } from '../../contract/timings.js';
import type { JobScript } from '../../simulator/job-script.js';
import type { Switches } from '../../simulator/switches.js';
import { createRandom } from '../../simulator/seeded-random.js';
import { ModelWorker, type PlanOf } from './model-worker.js';
import { ModelWorkflow } from './model-workflow.js';
import { JOB, Service } from './service.js';
import { type Delays, Temporal } from './temporal.js';
import { onVirtualTime, VirtualTime } from './virtual-time.js';

/** Between two seconds, so that the rounding of HTTP dates affects every schedule. */
const START_MS = Date.UTC(2026, 8, 1, 3, 4, 5, 640);

export interface WorldOptions {
  readonly seed?: number;
  readonly job?: Omit<JobScript, 'jobId'>;
  readonly switches?: Partial<Switches>;
  readonly timings?: Partial<Timings>;
  readonly callsPerSecond?: number;
  readonly planOf?: PlanOf;
  readonly delays?: Partial<Delays>;
  readonly taskDelay?: () => number;
  readonly wordAfterMs?: number;
}

/** Service, Temporal, workers and workflows on one clock. */
export class World {
  readonly time = new VirtualTime(START_MS);
  readonly service: Service;
  readonly temporal: Temporal;
  readonly workflows: ModelWorkflow[] = [];
  readonly timings: Timings;
  readonly random: () => number;
  readonly dateStyle: Switches['dateStyle'];
  readonly #options: WorldOptions;
  #workersMade = 0;

  constructor(options: WorldOptions = {}) {
    const { seed = 1, job = {}, switches = {} } = options;
    this.#options = options;
    this.dateStyle = switches.dateStyle ?? '+09:00';
    this.random = createRandom(seed);
    this.timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.service = new Service(this.time, job, switches, seed);
    this.temporal = new Temporal(this.time, {
      delivery: () => 20,
      report: () => 10,
      toFrozen: () => false,
      reportsLater: () => false,
      hold: () => 0,
      ...options.delays,
    });
  }

  addWorker(wallOffMs = 0, hasActivities = true): ModelWorker {
    this.#workersMade += 1;
    const worker = new ModelWorker(`w${this.#workersMade}`, this.time, this.service, {
      timings: this.timings,
      callsPerSecond: this.#options.callsPerSecond ?? 10,
      wallOffMs,
      hasActivities,
      planOf: this.#options.planOf ?? (() => ({})),
    });
    this.temporal.workers.push(worker);
    return worker;
  }

  addWorkflow(request: Partial<RunJobRequest> = {}): ModelWorkflow {
    const id = `wf${this.workflows.length + 1}`;
    const workflow = new ModelWorkflow(id, { jobId: JOB, ...request }, this.temporal, {
      taskDelay: this.#options.taskDelay ?? (() => 10),
      wordAfterMs: this.#options.wordAfterMs ?? 900_000,
      word: (submission) => this.service.startedBy(submission)[0]?.executionId ?? 'none',
    });
    this.workflows.push(workflow);
    return workflow;
  }

  /** Schedules an event, ms after the start. */
  at(ms: number, act: () => void): void {
    this.time.in(ms - this.time.elapsedMs, act);
  }

  /**
   * Runs until every workflow has ended, at most `horizonMs`. Then runs for `afterwardsMs`, for processes that still
   * sleep and requests that still travel.
   */
  async play(horizonMs = 3 * 3_600_000, afterwardsMs = 1_500_000): Promise<void> {
    await onVirtualTime(this.time, this.random, async () => {
      const areOver = (): boolean =>
        this.workflows.length > 0 && this.workflows.every(({ end }) => end !== undefined);
      await this.time.run(areOver, horizonMs);
      await this.time.run(() => false, this.time.elapsedMs + afterwardsMs);
    });
  }
}
