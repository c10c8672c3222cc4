import { z } from 'zod';
import type { SimulatorScript } from './core.js';
import { durationMs } from './duration.js';
import { fault } from './fault-schema.js';
import type { ForeignExecution } from './foreign-execution.js';
import type { ExecutionScript, JobCondition, JobScript } from './job-script.js';
import type { Switches } from './switches.js';

const jobCondition: z.ZodType<JobCondition> = z.strictObject({
  numWorker: z.int().exactOptional(),
  timeout: z.int().min(0).exactOptional(),
  nrn: z.string().exactOptional(),
  scriptPath: z.string().exactOptional(),
  logPath: z.string().exactOptional(),
  parameters: z.record(z.string(), z.string()).exactOptional(),
  workerType: z.string().exactOptional(),
});

const execution: z.ZodType<ExecutionScript> = z.strictObject({
  waitingMs: durationMs.exactOptional(),
  runningMs: durationMs.exactOptional(),
  outcome: z.enum(['COMPLETED', 'FAILED', 'CANCELED']).exactOptional(),
  never: z.boolean().exactOptional(),
  statuses: z
    .strictObject({ READY: z.string().exactOptional(), RUNNING: z.string().exactOptional() })
    .exactOptional(),
});

const job: z.ZodType<JobScript> = z.strictObject({
  jobId: z.string().min(1),
  name: z.string().exactOptional(),
  type: z.enum(['VISUAL', 'SCRIPT']).exactOptional(),
  status: z.string().exactOptional(),
  maxConcurrentRuns: z.int().min(1).exactOptional(),
  jobCondition: jobCondition.nullable().exactOptional(),
  executions: z.array(execution).min(1).exactOptional(),
  submissionParameter: z.string().exactOptional(),
  requested: z.int().min(0).exactOptional(),
  history: z.int().min(0).max(1_000_000).exactOptional(),
});

export const switches: z.ZodType<Partial<Switches>> = z.strictObject({
  overLimit: z.enum(['bad-state', 'queue', '429']).exactOptional(),
  defaultMaxConcurrentRuns: z.int().min(1).exactOptional(),
  timeoutOutcome: z.enum(['FAILED', 'CANCELED']).exactOptional(),
  cancelLatencyMs: durationMs.exactOptional(),
  cancelOnTerminal: z.enum(['true', 'bad-state']).exactOptional(),
  cancelSupported: z.boolean().exactOptional(),
  count: z.enum(['total', 'page']).exactOptional(),
  listOrder: z.enum(['newest', 'oldest']).exactOptional(),
  dateStyle: z.enum(['+09:00', 'none']).exactOptional(),
  creationLagMs: durationMs.exactOptional(),
  listLagMs: durationMs.exactOptional(),
  lastExecutionLagMs: durationMs.exactOptional(),
  partialJobCondition: z.enum(['stored', 'defaults', '400']).exactOptional(),
  echoJobCondition: z.enum(['faithful', 'changed']).exactOptional(),
  throttledExecuteStarts: z.boolean().exactOptional(),
  signatureAgeMs: durationMs.nullable().exactOptional(),
  errorBodies: z.enum(['both', 'gateway']).exactOptional(),
  detailName: z.enum(['runCondition', 'jobCondition']).exactOptional(),
});

export const faults = z.array(fault);

export const jobs = z.array(job).superRefine((all, context) => {
  const seen = new Set<string>();
  for (const [index, { jobId }] of all.entries()) {
    if (seen.has(jobId)) {
      const message = `${jobId} is taken by an earlier job; ids are unique`;
      context.issues.push({ code: 'custom', message, path: [index, 'jobId'], input: jobId });
    }
    seen.add(jobId);
  }
});

/** The part of the options that a script file can give. */
export const script: z.ZodType<SimulatorScript> = z.strictObject({
  jobs: jobs.exactOptional(),
  faults: faults.exactOptional(),
  switches: switches.exactOptional(),
  timeScale: z.number().positive().exactOptional(),
  seed: z.int().exactOptional(),
});

/** Body of the admin API's POST executions. */
export const foreignExecution: z.ZodType<ForeignExecution & { readonly jobId: string }> =
  z.strictObject({
    jobId: z.string(),
    jobCondition: jobCondition.exactOptional(),
    triggerId: z.string().exactOptional(),
    execution: execution.exactOptional(),
  });
