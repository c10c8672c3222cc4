/** A local Data Flow service for tests and trials, with faults on demand and a report of what really happened. */
export { createVirtualClock } from './clock.js';
export { readScript } from './read-script.js';
export { gatewayErrorBody, problemBody } from './reply.js';
export { startSimulator } from './start-simulator.js';
export type { LoggedCall } from './call-log.js';
export type { SimulatorClock } from './clock.js';
export type { Commands } from './commands.js';
export type { SimulatorOptions, SimulatorScript } from './core.js';
export type { DelayEffect, Fault, FaultEffect, GatewayEffect, StatusEffect } from './fault.js';
export type { ForeignExecution } from './job-script.js';
export type { ExecutionOutcome, ExecutionScript, JobCondition, JobScript } from './job-script.js';
export type { GatewayCode } from './outcome.js';
export type { OperationName } from './operations/operation-name.js';
export type { GatewayErrorBody, ProblemBody } from './reply.js';
export type { SimulatedExecution, SimulatorReport } from './report.js';
export type { Simulator } from './start-simulator.js';
export type { Switches } from './switches.js';
export type {
  DayOfWeek,
  TriggerRule,
  TriggerScript,
  TriggerType,
  WorkflowNode,
  WorkflowScript,
} from './workflow-script.js';
