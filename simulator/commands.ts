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

/** What tests and the admin API may ask of a running simulator. Wrong input throws, naming all problems. */
export interface Commands {
  report(): SimulatorReport;
  log(): readonly LoggedCall[];
  executions(jobId?: string): readonly SimulatedExecution[];
  addFaults(...faults: readonly Fault[]): void;
  clearFaults(): void;
  addJobs(...jobs: readonly JobScript[]): void;
  addTriggers(...triggers: readonly TriggerScript[]): void;
  /** Their jobs and triggers have to be there already. */
  addWorkflows(...workflows: readonly WorkflowScript[]): void;
  /** What executions of the jobs do that createJob makes from now on. */
  setNewJobs(execution: ExecutionScript): void;
  startForeignExecution(jobId: string, foreign?: ForeignExecution): SimulatedExecution;
  /** What is accepted already keeps the lags it was accepted with. */
  setSwitches(switches: Partial<Switches>): void;
  /** Moves the clock forward, for dates, signatures and delays as well. */
  /** @param ms up to 100 days */
  advance(ms: number): void;
  /** Back to the options of the start: jobs, faults, switches; an empty log. The clock continues. */
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
/** All that falls due on the way happens in one piece: an hourly trigger some thousand times. */
const MAX_ADVANCE_MS = 100 * DAY_MS;

function boundedAdvance(ms: number): number {
  if (!(ms > MAX_ADVANCE_MS)) return ms;
  throw new RangeError(
    `advance takes at most ${MAX_ADVANCE_MS / DAY_MS} days at once: go on in steps.`,
  );
}

/** Wraps an act on the state: the state is first advanced to now, and listeners are called. */
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
    throw new Error(`There is no job ${jobId}; add it with addJobs. Known: ${known || 'none'}.`);
  }
  const { jobCondition, triggerId, execution = {} } = foreign;
  const condition = { ...job.condition, ...jobCondition };
  const start = { origin: 'foreign', condition, triggerId, script: execution } as const;
  const now = clock.now();
  return toSimulatedExecution(startExecution(state, job, start, now), now);
}
