import { randomBytes } from 'node:crypto';
import { createCallLog, type CallLog } from './call-log.js';
import { createSystemClock, type SimulatorClock } from './clock.js';
import { createFaultPlan, type FaultPlan } from './fault-plan.js';
import type { Fault } from './fault.js';
import type { ExecutionScript, JobScript } from './job-script.js';
import { addJob, createServiceState, type ServiceState } from './service-state.js';
import type { KeyPair } from './signature-check.js';
import type { Switches } from './switches.js';
import type { TriggerScript, WorkflowScript } from './workflow-script.js';
import { addTrigger, addWorkflow } from './workflow-state.js';

/** Content of a script file, and part of the options of a simulator. */
export interface SimulatorScript {
  readonly jobs?: readonly JobScript[];
  readonly triggers?: readonly TriggerScript[];
  readonly workflows?: readonly WorkflowScript[];
  /** Script for executions of jobs that createJob creates. @default waits 1 s, runs 5 s, COMPLETED */
  readonly newJobs?: ExecutionScript;
  readonly faults?: readonly Fault[];
  readonly switches?: Partial<Switches>;
  /** Divides scripted durations, lags and remote timeouts. Schedules keep the wall clock. @default 1 */
  readonly timeScale?: number;
  /** For ids and for faults with a probability. @default 1 */
  readonly seed?: number;
}

export interface SimulatorOptions extends SimulatorScript {
  /** @default 0, a free port */
  readonly port?: number;
  /** @default the machine's clock */
  readonly clock?: SimulatorClock;
  /** Must be set together with `secretKey`. @default NCLOUD_ACCESS_KEY with NCLOUD_SECRET_KEY, else a new pair */
  readonly accessKey?: string;
  readonly secretKey?: string;
}

/** The simulator without sockets. `reset` replaces all but clock and keys. */
export interface Core {
  readonly clock: SimulatorClock;
  readonly keys: KeyPair;
  state: ServiceState;
  faults: FaultPlan;
  log: CallLog;
  /** Called after each change of report, log or executions. */
  readonly changed: () => void;
  readonly listeners: Set<() => void>;
}

export function createCore(options: SimulatorOptions): Core {
  const clock = options.clock ?? createSystemClock();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const fresh = freshParts(options, clock.now());
  return { clock, keys: keyPair(options), ...fresh, changed, listeners };
}

export function resetCore(core: Core, script: SimulatorScript): void {
  Object.assign(core, freshParts(script, core.clock.now()));
}

function freshParts(script: SimulatorScript, now: number): Pick<Core, 'state' | 'faults' | 'log'> {
  const { faults = [], switches = {}, newJobs = {}, timeScale = 1, seed = 1 } = script;
  const state = createServiceState({ seed, timeScale, switches, newJobs });
  for (const job of script.jobs ?? []) addJob(state, job, now);
  for (const trigger of script.triggers ?? []) addTrigger(state, trigger, now);
  for (const workflow of script.workflows ?? []) addWorkflow(state, workflow, now);
  const plan = createFaultPlan(seed);
  plan.add(faults);
  return { state, faults: plan, log: createCallLog() };
}

function keyPair({ accessKey, secretKey }: SimulatorOptions): KeyPair {
  if ((accessKey === undefined) !== (secretKey === undefined)) {
    throw new TypeError('accessKey and secretKey must be set together, or neither of them.');
  }
  if (accessKey !== undefined && secretKey !== undefined) return { accessKey, secretKey };
  const { NCLOUD_ACCESS_KEY: access, NCLOUD_SECRET_KEY: secret } = process.env;
  return access && secret
    ? { accessKey: access, secretKey: secret }
    : { accessKey: randomKey(10), secretKey: randomKey(20) };
}

function randomKey(bytes: number): string {
  return randomBytes(bytes).toString('hex').toUpperCase();
}
