import { AsyncLocalStorage } from 'node:async_hooks';
import type { Info } from '@temporalio/activity';
import {
  type ActivityCancellationDetails,
  defaultFailureConverter,
  defaultPayloadConverter,
  noopMetricMeter,
} from '@temporalio/common';
import { defaultActivityInfo } from '@temporalio/testing';
import { Activity, type CancelReason } from '@temporalio/worker/lib/activity.js';
import type { Logger } from '@temporalio/worker';
import { AsyncWaits } from '../../activities/worker-waits.js';
import { createDataFlowActivities } from '../../activities/index.js';
import type { ProcessClock } from '../../client/http/service-clock.js';
import type { DataFlowActivities } from '../../contract/activities.js';
import type { Timings } from '../../contract/timings.js';
import { type OpenProfile, openProfile } from '../../worker/open-profile.js';
import type { Maker } from './maker.js';
import { KEYS, type Service } from './service.js';
import type { Owner, VirtualTime } from './virtual-time.js';
import { type CallPlan, createWire, type Sender, type WireCall } from './wire.js';

export type ActivityName = keyof DataFlowActivities;
export type Completion = Awaited<ReturnType<Activity['run']>>;

export interface Task {
  readonly name: ActivityName;
  readonly input: unknown;
  readonly info: Partial<Info>;
  readonly maker: Maker;
  /** Sends a heartbeat to the server. */
  readonly beat: (details: unknown) => void;
}

/** Decides the course of a call. */
export type PlanOf = (call: WireCall, worker: ModelWorker) => CallPlan;

export interface WorkerSettings {
  readonly timings: Timings;
  readonly callsPerSecond: number;
  /** Error of this process's wall clock, ms. */
  readonly wallOffMs: number;
  readonly planOf: PlanOf;
  /** @default true */
  readonly hasActivities?: boolean;
}

/** Owner of the calls of the running activity code. */
const makers = new AsyncLocalStorage<Maker>();

const SILENT: Logger = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const CONVERTER = {
  payloadConverter: defaultPayloadConverter,
  payloadCodecs: [],
  failureConverter: defaultFailureConverter,
};
const CONTEXT = {
  type: 'activity',
  namespace: 'model',
  activityId: 'model',
  isLocal: false,
} as const;

/** A worker process: the real client, hub and activities, on the model's clock and wire. */
export class ModelWorker implements Owner, Sender {
  isDead = false;
  frozenUntilMs = 0;
  suspendedMs = 0;
  /** Cut off from Temporal until this time; the service is reachable. */
  cutOffUntilMs = 0;
  readonly name: string;
  /** False: it runs workflows only. */
  readonly hasActivities: boolean;
  readonly #time: VirtualTime;
  readonly #activities: DataFlowActivities;
  #wallOffMs: number;

  constructor(name: string, time: VirtualTime, service: Service, settings: WorkerSettings) {
    this.name = name;
    this.#time = time;
    this.hasActivities = settings.hasActivities ?? true;
    this.#wallOffMs = settings.wallOffMs;
    const profile = this.#openProfile(service, settings);
    this.#activities = createDataFlowActivities(() => profile, new AsyncWaits(() => undefined));
  }

  /** Runs an attempt. `end` resolves with the report of the SDK, and never if the process dies. */
  run(task: Task): { readonly end: Promise<Completion>; readonly activity: Activity } {
    const { name, input, maker, beat } = task;
    const info = { ...defaultActivityInfo, ...task.info, activityType: name };
    const activity = new Activity(
      info,
      async (...args: unknown[]): Promise<unknown> =>
        await (this.#activities[name] as (input: unknown) => Promise<unknown>)(args[0]),
      CONVERTER,
      CONTEXT,
      undefined,
      (details: unknown) => {
        this.#time.as(this, () => {
          beat(details);
        });
      },
      undefined,
      SILENT,
      noopMetricMeter,
      [],
    );
    const end = this.#time.as(this, () =>
      makers.run(maker, () => activity.run({ args: [input], headers: {} })),
    );
    return { end, activity };
  }

  cancel(activity: Activity, reason: CancelReason, details: ActivityCancellationDetails): void {
    this.#time.as(this, () => {
      activity.cancel(reason, details);
    });
  }

  /** Stops the process for a while. `suspended`: the machine sleeps, and its monotonic clock stands still. */
  freeze(ms: number, how: 'stopped' | 'suspended' = 'stopped'): void {
    const until = this.#time.nowMs + ms;
    if (until <= this.frozenUntilMs) return;
    if (how === 'suspended') {
      this.suspendedMs += until - Math.max(this.#time.nowMs, this.frozenUntilMs);
    }
    this.frozenUntilMs = until;
  }

  kill(): void {
    this.isDead = true;
  }

  setWallClock(offMs: number): void {
    this.#wallOffMs = offMs;
  }

  /**
   * Opens a profile as the plugin does: client, rate limiter and status hub, on the clocks and the wire of this
   * process.
   */
  #openProfile(service: Service, { timings, callsPerSecond, planOf }: WorkerSettings): OpenProfile {
    const clock: ProcessClock = {
      wallMs: () => this.#time.nowMs + this.#wallOffMs,
      monotonicMs: () => this.#time.elapsedMs - this.suspendedMs + 1_000,
    };
    const dispatcher = createWire({
      time: this.#time,
      sender: this,
      planOf: (call) => planOf(call, this),
      arrive: (request, call, plan, maker) => service.arrive(request, call, plan, maker),
      makerNow: () => makers.getStore(),
    });
    const baseUrl = 'https://dataflow.model';
    const settings = { baseUrl, credentials: KEYS, callsPerSecond, timings, clock, dispatcher };
    return openProfile('default', settings, () => undefined);
  }
}
