import { z } from 'zod';
import { durationMs } from './duration.js';
import type { ExecutionScript, JobCondition, JobScript } from './job-script.js';

export const jobCondition: z.ZodType<JobCondition> = z.strictObject({
  numWorker: z.int().exactOptional(),
  timeout: z.int().min(0).exactOptional(),
  nrn: z.string().exactOptional(),
  scriptPath: z.string().exactOptional(),
  logPath: z.string().exactOptional(),
  parameters: z.record(z.string(), z.string()).exactOptional(),
  workerType: z.string().exactOptional(),
});

export const execution: z.ZodType<ExecutionScript> = z.strictObject({
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

export const jobs = z.array(job).superRefine(uniqueBy('jobId', 'job'));

/** Checks that ids in a list are unique. */
export function uniqueBy<Name extends string>(name: Name, what: string) {
  return (all: readonly Readonly<Record<Name, string>>[], context: z.RefinementCtx): void => {
    const seen = new Set<string>();
    for (const [index, { [name]: id }] of all.entries()) {
      if (seen.has(id)) {
        const message = `must be unique: an earlier ${what} has the id ${id}`;
        context.issues.push({ code: 'custom', message, path: [index, name], input: id });
      }
      seen.add(id);
    }
  };
}
