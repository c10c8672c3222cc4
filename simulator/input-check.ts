import type { z } from 'zod';
import type { SimulatorOptions, SimulatorScript } from './core.js';
import type { Fault } from './fault.js';
import { problemsText, readAs } from './flat-issues.js';
import { faults, script, switches } from './input-schema.js';
import { execution, jobs } from './job-schema.js';
import type { ExecutionScript, JobScript } from './job-script.js';
import type { Switches } from './switches.js';
import { triggers, workflows } from './workflow-schema.js';
import type { TriggerScript, WorkflowScript } from './workflow-script.js';

/** @throws TypeError naming all problems */
export function checked<Value>(schema: z.ZodType<Value>, input: unknown, what: string): Value {
  const result = readAs(schema, input);
  if (result.success) return result.data;
  throw new TypeError(`The ${what} cannot be used: ${problemsText(result.error)}`);
}

/** Checks the part of the options that a script file can have. */
export function checkScript(options: SimulatorOptions): SimulatorScript {
  const own = new Set(['port', 'clock', 'accessKey', 'secretKey']);
  const given = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !own.has(name),
  );
  return checked(script, Object.fromEntries(given), 'simulator options');
}

export function checkFaults(input: unknown): readonly Fault[] {
  return checked(faults, input, 'faults');
}

export function checkJobs(input: unknown): readonly JobScript[] {
  return checked(jobs, input, 'jobs');
}

export function checkSwitches(input: unknown): Partial<Switches> {
  return checked(switches, input, 'switches');
}

export function checkTriggers(input: unknown): readonly TriggerScript[] {
  return checked(triggers, input, 'triggers');
}

export function checkWorkflows(input: unknown): readonly WorkflowScript[] {
  return checked(workflows, input, 'workflows');
}

export function checkNewJobs(input: unknown): ExecutionScript {
  return checked(execution, input, 'script of new jobs');
}
