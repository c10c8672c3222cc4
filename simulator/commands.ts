import type { LoggedCall } from './call-log.js';
import { resetCore, type Core, type SimulatorScript } from './core.js';
import type { Fault } from './fault.js';
import {
  checkFaults,
  checkJobs,
  checkNewJobs,
  checkSwitches,
  checkTriggers,
  checkWorkflows,
} from './input-check.js';
import type { ExecutionScript, ForeignExecution, JobScript } from './job-script.js';
import {
  toReport,
  toSimulatedExecution,
  type SimulatedExecution,
  type SimulatorReport,
} from './report.js';
import { addJob, everyJob } from './service-state.js';
import { settle } from './settle.js';
import { startExecution } from './start-execution.js';
import type { Switches } from './switches.js';
import type { TriggerScript, WorkflowScript } from './workflow-script.js';
import { addTrigger, addWorkflow } from './workflow-state.js';

/** Commands to a running simulator, for tests and the admin API. @throws an error naming all problems of the input */
export interface Commands {
  report(): SimulatorReport;
  log(): readonly LoggedCall[];
  /** In the order of acceptance. @param jobId @default all jobs */
  executions(jobId?: string): readonly SimulatedExecution[];
  addFaults(...faults: readonly Fault[]): void;
  clearFaults(): void;
  addJobs(...jobs: readonly JobScript[]): void;
  addTriggers(...triggers: readonly TriggerScript[]): void;
  /** Their jobs and triggers must exist. */
  addWorkflows(...workflows: readonly WorkflowScript[]): void;
  /** Script for executions of jobs that createJob creates from now on. */
  setNewJobs(execution: ExecutionScript): void;
  startForeignExecution(jobId: string, foreign?: ForeignExecution): SimulatedExecution;
  /** Executions that were accepted before keep their lags. */
  setSwitches(switches: Partial<Switches>): void;
  /** Moves the clock forward, also for dates, signatures and delays. @param ms at most 100 days */
  advance(ms: number): void;
  /** Restores the jobs, faults and switches of the start, and empties the log. The clock continues. */
  reset(): void;
}

export function createCommands(core: Core, script: SimulatorScript): Commands {
  const { clock } = core;
  const changing: Changing =
    (act) =>
    (...input) => {
      settle(core.state, clock.now());
      act(...input);
      core.changed();
    };
  return {
    report: () => {
      settle(core.state, clock.now());
      return toReport(core.state, core.log.counts, clock.now());
    },
    log: () => [...core.log.calls],
    executions: (jobId) => executionsOf(core, jobId),
    addFaults: changing((...faults: readonly Fault[]) => {
      core.faults.add(checkFaults(faults));
    }),
    clearFaults: changing(() => {
      core.faults.clear();
    }),
    ...additionsTo(core, changing),
    startForeignExecution: (jobId, foreign = {}) => {
      const execution = startForeign(core, jobId, foreign);
      core.changed();
      return execution;
    },
    setSwitches: changing((switches: Partial<Switches>) => {
      core.state.switches = { ...core.state.switches, ...checkSwitches(switches) };
    }),
    advance: changing((ms: number) => {
      clock.advance(boundedAdvance(ms));
    }),
    reset: changing(() => {
      resetCore(core, script);
    }),
  };
}

const DAY_MS = 86_400_000;
/** All that is due meanwhile happens at once: an hourly trigger fires some thousand times. */
const MAX_ADVANCE_MS = 100 * DAY_MS;

function boundedAdvance(ms: number): number {
  if (!(ms > MAX_ADVANCE_MS)) return ms;
  throw new RangeError(
    `advance: must be at most ${MAX_ADVANCE_MS / DAY_MS} days; use several steps.`,
  );
}

/** Wraps a change of the state: brings the state up to now before it, and calls listeners after it. */
type Changing = <Input extends readonly unknown[]>(
  act: (...input: Input) => void,
) => (...input: Input) => void;

type Additions = Pick<Commands, 'addJobs' | 'addTriggers' | 'addWorkflows' | 'setNewJobs'>;

function additionsTo(core: Core, changing: Changing): Additions {
  const { clock } = core;
  return {
    addJobs: changing((...jobs: readonly JobScript[]) => {
      for (const job of checkJobs(jobs)) addJob(core.state, job, clock.now());
    }),
    addTriggers: changing((...triggers: readonly TriggerScript[]) => {
      for (const trigger of checkTriggers(triggers)) addTrigger(core.state, trigger, clock.now());
    }),
    addWorkflows: changing((...workflows: readonly WorkflowScript[]) => {
      for (const each of checkWorkflows(workflows)) addWorkflow(core.state, each, clock.now());
    }),
    setNewJobs: changing((execution: ExecutionScript) => {
      core.state.newJobs = checkNewJobs(execution);
    }),
  };
}

function executionsOf({ state, clock }: Core, jobId?: string): readonly SimulatedExecution[] {
  const now = clock.now();
  settle(state, now);
  return everyJob(state)
    .filter((job) => jobId === undefined || job.jobId === jobId)
    .flatMap((job) => job.executions.map((execution) => toSimulatedExecution(execution, now)));
}

function startForeign(core: Core, jobId: string, foreign: ForeignExecution): SimulatedExecution {
  const { state, clock } = core;
  settle(state, clock.now());
  const job = state.jobs.get(jobId);
  if (job === undefined) {
    const known = [...state.jobs.keys()].join(', ');
    throw new Error(
      `There is no job ${jobId}. Add it with addJobs; known are: ${known || 'none'}.`,
    );
  }
  const { jobCondition, triggerId, execution = {} } = foreign;
  const condition = { ...job.condition, ...jobCondition };
  const start = { origin: 'foreign', condition, triggerId, script: execution } as const;
  const now = clock.now();
  return toSimulatedExecution(startExecution(state, job, start, now), now);
}
