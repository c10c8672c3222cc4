/**
 * Replaces `@temporalio/workflow` for the port of a run in the model: activities, timers and cancellation scopes on
 * the server of the model. It has the part of the SDK that workflows/activities.ts and
 * workflows/runtime/cancellation.ts use.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { CancelledFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
import { isCancellation } from '@temporalio/workflow/lib/errors.js';
import type { LocalActivity } from './local-activity.js';
import type { ActivityName } from './model-worker.js';
import type { ActivityLimits, ServerActivity } from './temporal.js';

export { isCancellation };
/** Modules of remote runs need it when they are loaded. The model runs none. */
export const defineSignal = (name: string): { readonly name: string } => ({ name });
export const ActivityCancellationType = { TRY_CANCEL: 'TRY_CANCEL' } as const;

/** The server, for the code of one workflow run. */
export interface WorkflowServer {
  readonly runId: string;
  schedule(name: ActivityName, input: unknown, limits: ActivityLimits): ServerActivity;
  /** Whether the worker of the workflow task has registered the activity. */
  isRegistered(name: string): boolean;
  scheduleLocally(name: ActivityName, input: unknown, scheduleToCloseMs: number): LocalActivity;
  sleep(ms: number): Promise<void>;
  /** Resolves when the next workflow task runs. Never resolves after the end of this run. */
  nextTask(): Promise<void>;
}

const servers = new AsyncLocalStorage<WorkflowServer>();
const scopes = new AsyncLocalStorage<CancellationScope>();

export const runWorkflowCode = <Value>(server: WorkflowServer, code: () => Value): Value =>
  servers.run(server, code);

export const workflowInfo = () => ({
  runId: serverNow().runId,
  unsafe: { isReplaying: false },
});
/** The model replays the results of verbs (model-workflow.ts), so code under patches is not replayed. */
export const patched = (): boolean => true;
export const inWorkflowContext = (): boolean => servers.getStore() !== undefined;

/** In the SDK each workflow run has a global object. Here it is the one property that our code sets. */
const ownState = new WeakMap<WorkflowServer, unknown>();
Object.defineProperty(globalThis, '__temporalNcloudDataflow', {
  get: () => ownState.get(serverNow()),
  set: (state: unknown) => {
    ownState.set(serverNow(), state);
  },
});

const ACTIVATOR = {
  registeredActivityNames: { has: (name: string) => serverNow().isRegistered(name) },
};
Object.defineProperty(globalThis, '__TEMPORAL_ACTIVATOR__', { get: () => ACTIVATOR });

export class CancellationScope {
  static current(): CancellationScope {
    return scopes.getStore() ?? new CancellationScope();
  }

  consideredCancelled = false;
  readonly cancelRequested: Promise<never>;
  #reject: (reason: Error) => void = () => undefined;

  constructor() {
    this.cancelRequested = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.cancelRequested.catch(() => undefined);
  }

  run<Value>(act: () => Promise<Value>): Promise<Value> {
    return scopes.run(this, act);
  }

  cancel(): void {
    if (this.consideredCancelled) return;
    this.consideredCancelled = true;
    this.#reject(new CancelledFailure('Cancellation scope cancelled'));
  }
}

export async function sleep(ms: number): Promise<void> {
  const scope = scopes.getStore();
  const server = serverNow();
  if (scope?.consideredCancelled === true) throw new CancelledFailure('Timer cancelled');
  await Promise.race([server.sleep(ms), ...(scope === undefined ? [] : [scope.cancelRequested])]);
  await server.nextTask();
}

type Activities = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;

export function proxyActivities(options: ActivityOptions): Activities {
  const limits = limitsOf(options);
  return new Proxy<Activities>(
    {},
    { get: (_, name) => (input: unknown) => runActivity(name as ActivityName, input, limits) },
  );
}

export function proxyLocalActivities({
  scheduleToCloseTimeout,
  retry,
}: LocalActivityOptions): Activities {
  if (scheduleToCloseTimeout === undefined || retry?.maximumAttempts !== 1)
    throw new Error('the model knows local activities with one attempt and a limit only');
  const scheduleToCloseMs = msToNumber(scheduleToCloseTimeout);
  const run = async (name: ActivityName, input: unknown): Promise<unknown> => {
    const end = await serverNow().scheduleLocally(name, input, scheduleToCloseMs).end;
    if ('error' in end) throw end.error;
    return JSON.parse(JSON.stringify(end.value)) as unknown;
  };
  return new Proxy<Activities>(
    {},
    { get: (_, name) => (input: unknown) => run(name as ActivityName, input) },
  );
}

async function runActivity(
  name: ActivityName,
  input: unknown,
  limits: ActivityLimits,
): Promise<unknown> {
  const scope = scopes.getStore();
  const server = serverNow();
  if (scope?.consideredCancelled === true) throw new CancelledFailure('Activity cancelled');
  const activity = server.schedule(name, input, limits);
  scope?.cancelRequested.catch(() => {
    activity.cancel();
  });
  const end = await activity.end;
  await server.nextTask();
  if ('error' in end) throw end.error;
  return JSON.parse(JSON.stringify(end.value)) as unknown;
}

function limitsOf(options: ActivityOptions): ActivityLimits {
  const ms = (value: ActivityOptions['startToCloseTimeout']): number | undefined =>
    value === undefined ? undefined : msToNumber(value);
  const { retry, cancellationType } = options;
  if (cancellationType !== 'TRY_CANCEL') throw new Error('the model knows TRY_CANCEL only');
  const scheduleToCloseMs = ms(options.scheduleToCloseTimeout);
  const scheduleToStartMs = ms(options.scheduleToStartTimeout);
  const startToCloseMs = ms(options.startToCloseTimeout);
  return {
    heartbeatMs: ms(options.heartbeatTimeout) ?? Infinity,
    firstBackoffMs: ms(retry?.initialInterval) ?? 1_000,
    backoffCoefficient: retry?.backoffCoefficient ?? 2,
    longestBackoffMs: ms(retry?.maximumInterval) ?? 100_000,
    maximumAttempts: retry?.maximumAttempts ?? Infinity,
    ...(scheduleToCloseMs !== undefined && { scheduleToCloseMs }),
    ...(scheduleToStartMs !== undefined && { scheduleToStartMs }),
    ...(startToCloseMs !== undefined && { startToCloseMs }),
  };
}

function serverNow(): WorkflowServer {
  const server = servers.getStore();
  if (server === undefined) throw new Error('this is no workflow code');
  return server;
}
