import type { z } from 'zod';
import type { SimulatorOptions, SimulatorScript } from './core.js';
import type { Fault } from './fault.js';
import { problemsText } from './flat-issues.js';
import { faults, jobs, script, switches } from './input-schema.js';
import type { JobScript } from './job-script.js';
import type { Switches } from './switches.js';

/** The input as the schema reads it; throws one error that names every problem. */
export function checked<Value>(schema: z.ZodType<Value>, input: unknown, what: string): Value {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new TypeError(`The ${what} cannot be used: ${problemsText(result.error)}`);
}

/** The part of the options that a script could give, checked. */
export function checkScript(options: SimulatorOptions): SimulatorScript {
  const { jobs: jobScripts, faults: faultList, switches: switched, timeScale, seed } = options;
  const given = Object.entries({
    jobs: jobScripts,
    faults: faultList,
    switches: switched,
    timeScale,
    seed,
  }).filter(([, value]) => value !== undefined);
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
