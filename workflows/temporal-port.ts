import { workflowInfo } from '@temporalio/workflow';
import type { JobExecution } from '../contract/job.js';
import {
  awaitCapacityWithin,
  awaitWithin,
  callOperation,
  followWithin,
  identifyWithin,
  pauseWithin,
  prepareLocallyFirst,
  prepareRegularly,
  prepareRemoteWithin,
  reconcileWithin,
  startRemoteUnder,
  stopWithin,
  submitUnder,
} from './activities.js';
import { enterGroup, leaveGroup, leaveUnknownEntry } from './group/group-activities.js';
import {
  type Cancellation,
  type RunPort,
  type SubmitOutcome,
  UNCANCELLABLE,
  type VerbResult,
} from './job-run/port.js';
import type { RemotePort } from './remote-run/port.js';
import { currentActivation, ifCurrent } from './runtime/activation.js';
import { cancellable } from './runtime/cancellation.js';
import { readEnd, readSubmitEnd } from './runtime/failures.js';
import { awaitGrant, expectEntry } from './runtime/group-entries.js';
import { remoteLockId, takeRemoteLock } from './runtime/remote-lock.js';
import { reported } from './runtime/reported.js';

/** State that the runs of one workflow share. */
type Shared = Pick<
  RunPort,
  'awaitResolution' | 'jobLock' | 'claim' | 'claimedIds' | 'isAnotherUnknown'
>;

/** Called with each execution that a verb returns. It emits no command. */
type OnExecution = (execution: JobExecution) => void;

/**
 * Verbs that runs of jobs and of remote workflows share. A class, because a cached run keeps its port: methods exist
 * once for all runs. `private`, because the SDK's bundler turns `#` members into weak maps.
 */
class Verbs<State extends Pick<Shared, 'jobLock'>> {
  protected readonly shared: State;
  protected readonly onExecution: OnExecution;
  private readonly own = currentActivation();

  constructor(shared: State, onExecution: OnExecution) {
    this.shared = shared;
    this.onExecution = onExecution;
  }

  runId(): string {
    return workflowInfo().runId;
  }

  now(): number {
    return Date.now();
  }

  random(): number {
    return Math.random();
  }

  sleep(ms: number, cancellation: Cancellation): Promise<boolean> {
    return this.ifCurrent(() => pauseWithin(ms, cancellation));
  }

  jobLock(...args: Parameters<Shared['jobLock']>): ReturnType<Shared['jobLock']> {
    return this.shared.jobLock(...args);
  }

  stop(...[input, limits]: Parameters<RunPort['stop']>): ReturnType<RunPort['stop']> {
    return this.ifCurrent(() =>
      reported(
        { ...limits, cancellation: UNCANCELLABLE },
        (report, left) => stopWithin(left)({ ...input, report }),
        ({ execution }) => {
          this.onExecution(execution);
        },
      ),
    );
  }

  protected ifCurrent<Value>(act: () => Promise<Value>): Promise<Value> {
    return ifCurrent(this.own, act);
  }
}

/** Implements the port of a run by Temporal activities and timers. */
export class TemporalPort extends Verbs<Shared> implements RunPort {
  prepare(...[input, limits]: Parameters<RunPort['prepare']>): ReturnType<RunPort['prepare']> {
    return this.ifCurrent(() =>
      limits.isFirst ? prepareLocallyFirst(input, limits) : prepareRegularly(input, limits),
    );
  }

  submit(...[input, limits]: Parameters<RunPort['submit']>): ReturnType<RunPort['submit']> {
    return this.ifCurrent(() => submitted(() => submitUnder(input, limits)(input)));
  }

  reconcile(
    ...[input, limits]: Parameters<RunPort['reconcile']>
  ): ReturnType<RunPort['reconcile']> {
    return this.ifCurrent(() =>
      reported(limits, (report, left) => reconcileWithin(left)({ ...input, report })),
    );
  }

  awaitEnd(...[input, limits]: Parameters<RunPort['awaitEnd']>): ReturnType<RunPort['awaitEnd']> {
    return this.ifCurrent(() =>
      reported(
        limits,
        (report, left) => awaitWithin(left)({ ...input, report }),
        ({ execution }) => {
          this.onExecution(execution);
        },
      ),
    );
  }

  awaitCapacity(
    ...[input, limits]: Parameters<RunPort['awaitCapacity']>
  ): ReturnType<RunPort['awaitCapacity']> {
    return this.ifCurrent(() =>
      reported(limits, (report, left) => awaitCapacityWithin(left)({ ...input, report })),
    );
  }

  read(...[input, limits]: Parameters<RunPort['read']>): ReturnType<RunPort['read']> {
    const call = async (): Promise<JobExecution> => {
      const execution = await callOperation('getJobExecutionById', { ...limits, input });
      this.onExecution(execution);
      return execution;
    };
    return this.ifCurrent(() => waited(UNCANCELLABLE, call));
  }

  awaitResolution(
    ...args: Parameters<RunPort['awaitResolution']>
  ): ReturnType<RunPort['awaitResolution']> {
    return this.shared.awaitResolution(...args);
  }

  enterGroup(
    ...[input, { cancellation, ...within }]: Parameters<RunPort['enterGroup']>
  ): ReturnType<RunPort['enterGroup']> {
    return this.ifCurrent(() => waited(cancellation, () => enterGroup(input, within)));
  }

  expectEntry(ticket: string): () => void {
    return expectEntry(ticket, leaveUnknownEntry);
  }

  awaitGrant(...call: Parameters<RunPort['awaitGrant']>): ReturnType<RunPort['awaitGrant']> {
    return this.ifCurrent(() => awaitGrant(call, leaveUnknownEntry));
  }

  leaveGroup(input: Parameters<RunPort['leaveGroup']>[0]): Promise<void> {
    return this.ifCurrent(() => leaveGroup(input));
  }

  claim(executionId: string, submission: string): void {
    this.shared.claim(executionId, submission);
  }

  claimedIds(except: string): readonly string[] {
    return this.shared.claimedIds(except);
  }

  isAnotherUnknown(job: string, except: string): boolean {
    return this.shared.isAnotherUnknown(job, except);
  }
}

/** Implements the port of a run of a remote workflow. */
export class TemporalRemotePort extends Verbs<Pick<Shared, 'jobLock'>> implements RemotePort {
  identify(
    ...[input, limits]: Parameters<RemotePort['identify']>
  ): ReturnType<RemotePort['identify']> {
    return this.ifCurrent(() => waited(limits.cancellation, () => identifyWithin(limits)(input)));
  }

  lock(name: string): ReturnType<RemotePort['lock']> {
    return this.ifCurrent(() => takeRemoteLock(name));
  }

  lockId(name: string): string {
    return remoteLockId(name);
  }

  prepare(
    ...[input, limits]: Parameters<RemotePort['prepare']>
  ): ReturnType<RemotePort['prepare']> {
    return this.ifCurrent(() =>
      reported(limits, (report, left) => prepareRemoteWithin(left)({ ...input, report })),
    );
  }

  submit(...[input, limits]: Parameters<RemotePort['submit']>): ReturnType<RemotePort['submit']> {
    return this.ifCurrent(() => submitted(() => startRemoteUnder(input, limits)(input)));
  }

  follow(...[input, limits]: Parameters<RemotePort['follow']>): ReturnType<RemotePort['follow']> {
    return this.ifCurrent(() =>
      reported(
        limits,
        (report, left) => followWithin(left)({ ...input(), report }),
        ({ ended }) => {
          ended.forEach(this.onExecution);
        },
      ),
    );
  }
}

async function submitted<Start>(submit: () => Promise<Start>): Promise<SubmitOutcome<Start>> {
  try {
    return { kind: 'started', start: await submit() };
  } catch (error) {
    return readSubmitEnd(error);
  }
}

const waited = <Value>(
  cancellation: Cancellation,
  act: () => Promise<Value>,
): Promise<VerbResult<Value>> => cancellable(cancellation, act, readEnd);
