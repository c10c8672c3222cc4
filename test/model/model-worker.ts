import { AsyncLocalStorage } from 'node:async_hooks';
import type { Info } from '@temporalio/activity';
import {
  type ActivityCancellationDetails,
  defaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import { defaultActivityInfo } from '@temporalio/testing';
import { noopMetricMeter } from '@temporalio/common';
import { Activity, type CancelReason } from '@temporalio/worker/lib/activity.js';
import type { Logger } from '@temporalio/worker';
import { createEchoMemory } from '../../activities/echo.js';
import { createDataFlowActivities } from '../../activities/index.js';
import type { Profile } from '../../activities/profile.js';
import type { ProcessClock } from '../../client/clock.js';
import { createDataFlowClient } from '../../client/create-client.js';
import type { DataFlowClient } from '../../client/client.js';
import type { DataFlowActivities } from '../../contract/activities.js';
import type { Timings } from '../../contract/timings.js';
import { createCallBudget } from '../../polling/budget.js';
import type { PollClock } from '../../polling/clock.js';
import { createStatusHub } from '../../polling/hub.js';
import { createNewestReader } from '../../polling/newest-executions.js';
import { budgetedClient } from '../../worker/budgeted-client.js';
import { createOldDatesTrial } from '../../worker/old-dates.js';
import { KEYS, type Maker, type Service } from './service.js';
import type { Owner, VirtualTime } from './virtual-time.js';
import { type CallPlan, createWire, type Sender, type WireCall } from './wire.js';

export type ActivityName = keyof DataFlowActivities;
export type Completion = Awaited<ReturnType<Activity['run']>>;

/** One attempt, as it reaches a worker. */
export interface Task {
  readonly name: ActivityName;
  readonly input: unknown;
  readonly info: Partial<Info>;
  readonly maker: Maker;
  /** Sends a heartbeat to the server. */
  readonly beat: (details: unknown) => void;
}

export interface WorkerSettings {
  readonly timings: Timings;
  readonly callsPerSecond: number;
  /** How wrong this process's wall clock is. */
  readonly wallOffMs: number;
  readonly planOf: (call: WireCall, maker: Maker | undefined) => CallPlan;
}

/** Under what an activity's code runs: whose calls its calls are. */
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
} as const;
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
  /** Cut off from Temporal until then; the service stays in reach. */
  cutOffUntilMs = 0;
  readonly name: string;
  readonly #time: VirtualTime;
  readonly #activities: DataFlowActivities;
  #wallOffMs: number;
  #suspendedMs = 0;

  constructor(name: string, time: VirtualTime, service: Service, settings: WorkerSettings) {
    this.name = name;
    this.#time = time;
    this.#wallOffMs = settings.wallOffMs;
    const profile = this.#openProfile(service, settings);
    this.#activities = createDataFlowActivities(() => profile);
  }

  /** Runs an attempt; resolves with what the SDK would report. Never, when the process dies. */
  run(task: Task): { readonly end: Promise<Completion>; readonly activity: Activity } {
    const { name, input, maker, beat } = task;
    const info = { ...defaultActivityInfo, ...task.info, activityType: name };
    const activity = new Activity(
      info,
      this.#activities[name] as (input: never) => Promise<unknown>,
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

  cancel(
    activity: Activity,
    reason: CancelReason,
    details: ActivityCancellationDetails,
  ): void {
    this.#time.as(this, () => {
      activity.cancel(reason, details);
    });
  }

  /** Stops all of it for a while. `suspended`: the machine sleeps, and its monotonic clock with it. */
  freeze(ms: number, how: 'stopped' | 'suspended' = 'stopped'): void {
    const until = this.#time.nowMs + ms;
    if (until <= this.frozenUntilMs) return;
    if (how === 'suspended') {
      this.#suspendedMs += until - Math.max(this.#time.nowMs, this.frozenUntilMs);
    }
    this.frozenUntilMs = until;
  }

  kill(): void {
    this.isDead = true;
  }

  setWallClock(offMs: number): void {
    this.#wallOffMs = offMs;
  }

  #openProfile(service: Service, settings: WorkerSettings): Profile {
    const { timings, callsPerSecond, planOf } = settings;
    const clock: PollClock = {
      nowMs: () => this.#time.nowMs,
      setTimer: (act, ms) =>
        this.#time.in(
          Math.max(1, Math.ceil(ms)),
          () => {
            this.#time.as(this, act);
          },
          this,
        ),
    };
    const plain = this.#createClient(service, planOf);
    const budget = createCallBudget({ callsPerSecond, clock });
    const client = budgetedClient(plain, budget);
    const newest = createNewestReader(plain, { budget });
    const hub = createStatusHub({ client: plain, settings: timings, budget, newest, clock });
    return {
      name: 'default',
      client,
      hub,
      newest,
      timings,
      echo: createEchoMemory(),
      takesOldDates: createOldDatesTrial(client, timings, () => undefined),
    };
  }

  /** The real client; all that it does counts as this process's, whoever in it asked. */
  #createClient(service: Service, planOf: WorkerSettings['planOf']): DataFlowClient {
    const clock: ProcessClock = {
      wallMs: () => this.#time.nowMs + this.#wallOffMs,
      monotonicMs: () => this.#time.elapsedMs - this.#suspendedMs + 1_000,
    };
    const dispatcher = createWire({
      time: this.#time,
      sender: this,
      planOf: (call) => planOf(call, makers.getStore()),
      arrive: (request, call, plan, maker) => service.arrive(request, call, plan, maker),
      makerNow: () => makers.getStore(),
    });
    const client = createDataFlowClient({
      baseUrl: 'https://dataflow.model',
      credentials: KEYS,
      clock,
      dispatcher,
    });
    return {
      ...client,
      call: (name, input, options) =>
        this.#time.as(this, () => client.call(name, input, options)),
    };
  }
}
