import type { DataFlowClient } from '../client/client.js';
import { isTerminal, type JobExecution } from '../contract/job.js';
import { Answers, type PollLog } from './answers.js';
import type { RateLimiter } from './rate-limiter.js';
import { outsideOfCallers, systemClock, type PollClock } from './clock.js';
import { createNewestReader, type NewestReader } from './newest-executions.js';
import { type Plan, planCalls, type PlanMemo, type PlannedCall } from './plan.js';
import { StatusCalls } from './status-calls.js';
import { Registry, type WaitTarget } from './registry.js';
import { createWaiter, type WaitInfo, type WaitOptions, type WaitResult } from './waiter.js';
import { afterNudge, type HubSettings } from './watched-execution.js';

export type { HubSettings, PollLog, WaitInfo, WaitOptions, WaitResult, WaitTarget };

type StatusOperation = 'getJobExecutionById' | 'getJobExecutions' | 'getJobs';

export interface HubSnapshot {
  readonly waiters: number;
  /** Awaited executions. */
  readonly executions: number;
  readonly callsUnderWay: number;
  /** Calls so far, failed ones included. */
  readonly calls: Readonly<Record<StatusOperation, number>>;
  /** Statuses given to waiters, less the calls. Below 0 if many calls failed. */
  readonly callsSaved: number;
}

/** Polls the service for all waits of one profile in this process. */
export interface StatusHub {
  /**
   * * Resolves with the terminal status that the service shows by id. Failed calls are repeated for ever. Rejects
   * with the * reason of the signal on abort, with the error of the client if the service has found the execution
   * neither by id nor in * the list of its job for longer than `maxListingDelayMs`, and with {@link HubClosed}.
   */
  wait(target: WaitTarget, options?: WaitOptions): Promise<WaitResult>;
  /**
   * Resolves the waiters of an execution that other code has read by id. Does nothing unless its status is terminal.
   */
  resolve(execution: JobExecution): void;
  /** Reads an execution frequently again, because a cancel was sent. */
  nudge(jobId: string, executionId: string): void;
  snapshot(): HubSnapshot;
  /** Rejects all waiters, and ends the calls in progress. */
  close(): Promise<void>;
}

export class HubClosed extends Error {
  override readonly name = 'HubClosed';
  constructor() {
    super('the status hub was closed: this process no longer watches the execution, which goes on');
  }
}

export interface StatusHubOptions {
  readonly client: DataFlowClient;
  readonly settings: HubSettings;
  /** That of all calls of the profile. */
  readonly rateLimiter: RateLimiter;
  readonly clock?: PollClock;
  /** Reader of the profile: it knows the order of each job's list. @default a new one */
  readonly newest?: NewestReader;
  readonly log?: PollLog;
}

class PollingHub implements StatusHub {
  readonly #settings: HubSettings;
  readonly #rateLimiter: RateLimiter;
  readonly #clock: PollClock;
  readonly #log: PollLog | undefined;
  readonly #registry: Registry;
  readonly #calls: StatusCalls;
  readonly #answers: Answers;
  readonly #planMemo: PlanMemo = new WeakMap();
  /** Calls in progress. Each has a signal of its own, so that no listeners gather on a long-lived one. */
  readonly #running = new Map<Promise<void>, AbortController>();
  #closed: HubClosed | undefined;
  #cancelTimer: (() => void) | undefined;
  /** The one entry of the hub in the queue of the rate limiter. The call is chosen when it is granted. */
  #ticket: AbortController | undefined;
  #replanAsked = false;

  constructor({
    client,
    settings,
    rateLimiter,
    clock = systemClock,
    newest,
    log,
  }: StatusHubOptions) {
    this.#settings = settings;
    this.#rateLimiter = rateLimiter;
    this.#clock = clock;
    this.#log = log;
    this.#registry = new Registry(settings);
    this.#answers = new Answers(this.#registry, settings, log);
    this.#calls = new StatusCalls({
      client,
      rateLimiter,
      newest: newest ?? createNewestReader(client, { rateLimiter }),
      answers: this.#answers,
      jobIds: () => this.#registry.jobs.keys(),
      clock,
    });
  }

  async wait(target: WaitTarget, options: WaitOptions = {}): Promise<WaitResult> {
    const { jobId, executionId } = target;
    options.signal?.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
    return new Promise((resolve, reject) => {
      const waiter = createWaiter({
        ref: { jobId, executionId },
        registeredMs: this.#clock.nowMs(),
        options,
        log: this.#log,
        resolve,
        reject,
        leave: () => {
          this.#registry.remove(waiter);
          this.#replanSoon();
        },
      });
      this.#registry.add(waiter, target);
      this.#replanSoon();
    });
  }

  resolve(execution: JobExecution): void {
    if (!isTerminal(execution.status)) return;
    const { jobId, jobExecutionId } = execution;
    this.#answers.ended({ jobId, executionId: jobExecutionId }, execution);
  }

  nudge(jobId: string, executionId: string): void {
    const nowMs = this.#clock.nowMs();
    this.#registry.change({ jobId, executionId }, (watched) =>
      afterNudge(watched, nowMs, this.#settings),
    );
    this.#replanSoon();
  }

  snapshot(): HubSnapshot {
    const calls = { ...this.#calls.made };
    return {
      waiters: this.#registry.allWaiters().length,
      executions: this.#registry.executions,
      callsUnderWay: this.#running.size,
      calls,
      callsSaved: this.#answers.reads - Object.values(calls).reduce((sum, made) => sum + made, 0),
    };
  }

  async close(): Promise<void> {
    const closed = new HubClosed();
    this.#closed = closed;
    this.#rest();
    for (const waiter of this.#registry.allWaiters()) waiter.fail(closed);
    for (const ending of this.#running.values()) ending.abort(closed);
    await Promise.all(this.#running.keys());
  }

  /** Plans in a microtask, so that a thousand new waiters need one plan. */
  #replanSoon(): void {
    if (this.#replanAsked) return;
    this.#replanAsked = true;
    outsideOfCallers(() => {
      queueMicrotask(() => {
        this.#replanAsked = false;
        this.#replan();
      });
    });
  }

  #rest(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#ticket?.abort();
    this.#ticket = undefined;
  }

  #replan(): void {
    if (this.#closed !== undefined) return;
    const nowMs = this.#clock.nowMs();
    const { call, wakeAtMs } = this.#plan(nowMs);
    if (call !== undefined) {
      this.#queueForCall();
      return;
    }
    this.#rest();
    if (wakeAtMs !== undefined) this.#wakeIn(wakeAtMs - nowMs);
  }

  #plan(nowMs: number): Plan {
    this.#registry.replan(this.#rateLimiter.pollsPerMinute, nowMs);
    return planCalls(this.#registry, nowMs, this.#settings, this.#planMemo);
  }

  #wakeIn(ms: number): void {
    // A timer of more than 2^31 ms would fire at once. An early plan does no harm.
    this.#cancelTimer = this.#clock.setTimer(
      () => {
        this.#replan();
      },
      Math.min(ms, 3_600_000),
    );
  }

  #queueForCall(): void {
    if (this.#ticket !== undefined) return;
    const ticket = new AbortController();
    this.#ticket = ticket;
    this.#rateLimiter.acquire(ticket.signal, 'poll').then(
      () => {
        if (this.#ticket === ticket) this.#ticket = undefined;
        this.#startMostUrgent();
      },
      () => undefined,
    );
  }

  #startMostUrgent(): void {
    if (this.#closed !== undefined) return;
    const nowMs = this.#clock.nowMs();
    // Planned again, because waiters may have changed meanwhile.
    const { call, more, isUrgent } = this.#plan(nowMs);
    if (call !== undefined) this.#start(call, nowMs, isUrgent);
    if (more) this.#queueForCall();
    else this.#replan();
  }

  #start(call: PlannedCall, nowMs: number, isUrgent: boolean): void {
    const ending = new AbortController();
    this.#registry.begin(call, nowMs, isUrgent);
    const running = this.#calls.make(call, ending.signal).finally(() => {
      this.#registry.finish(call);
      this.#running.delete(running);
      // With an entry in the queue there will be a plan anyway. For thousands a plan costs milliseconds.
      if (this.#ticket === undefined) this.#replan();
    });
    this.#running.set(running, ending);
  }
}

/** Makes no call before the first wait. The caller must close it. */
export const createStatusHub = (options: StatusHubOptions): StatusHub => new PollingHub(options);
