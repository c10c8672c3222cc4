import { z } from 'zod';
import type { SimulatorScript } from './core.js';
import { durationMs } from './duration.js';
import { fault } from './fault-schema.js';
import type { ForeignExecution } from './job-script.js';
import { execution, jobCondition, jobs } from './job-schema.js';
import type { Switches } from './switches.js';
import { refuseMissing, triggers, workflows } from './workflow-schema.js';

export const switches: z.ZodType<Partial<Switches>> = z.strictObject({
  overLimit: z.enum(['bad-state', 'queue', '429']).exactOptional(),
  defaultMaxConcurrentRuns: z.int().min(1).exactOptional(),
  timeoutOutcome: z.enum(['FAILED', 'CANCELED']).exactOptional(),
  cancelLatencyMs: durationMs.exactOptional(),
  cancelOnTerminal: z.enum(['true', 'bad-state']).exactOptional(),
  cancelSupported: z.boolean().exactOptional(),
  count: z.enum(['total', 'page']).exactOptional(),
  listOrder: z.enum(['newest', 'oldest']).exactOptional(),
  listedBy: z.enum(['created', 'start', 'end']).exactOptional(),
  pageCap: z.int().min(1).nullable().exactOptional(),
  repeatedRows: z.boolean().exactOptional(),
  readyInLists: z.enum(['shown', 'absent']).exactOptional(),
  listedParameters: z.enum(['whole', 'masked', 'cut', 'empty', 'null']).exactOptional(),
  onDemandShown: z
    .enum(['plain', 'trigger-MANUAL', 'type-WORKFLOW', 'absent-in-lists'])
    .exactOptional(),
  listedFor: z.enum(['always', 'once']).exactOptional(),
  dateStyle: z.enum(['+09:00', 'none', 'minutes', 'utc']).exactOptional(),
  gatewayAheadMs: z.int().exactOptional(),
  dateHeader: z.enum(['sent', 'absent']).exactOptional(),
  strayDates: z.number().min(0).max(1).exactOptional(),
  strayDateMs: z.int().exactOptional(),
  creationLagMs: durationMs.exactOptional(),
  listLagMs: durationMs.exactOptional(),
  lastExecutionLagMs: durationMs.exactOptional(),
  partialJobCondition: z.enum(['stored', 'defaults', '400']).exactOptional(),
  echoJobCondition: z.enum(['faithful', 'changed', 'texts', 'merged']).exactOptional(),
  throttledExecuteStarts: z.boolean().exactOptional(),
  maxSignatureAgeMs: durationMs.nullable().exactOptional(),
  errorBodies: z.enum(['both', 'gateway']).exactOptional(),
  detailName: z.enum(['runCondition', 'jobCondition']).exactOptional(),
  createStatus: z.literal([200, 201]).exactOptional(),
  putUpdateJob: z.enum(['404', 'works']).exactOptional(),
  deleteBusyJob: z.enum(['true', 'bad-state']).exactOptional(),
  startsArrive: z.enum(['once', 'twice']).exactOptional(),
  startAnswer: z.enum(['its-id', 'oldest-id', 'odd-id']).exactOptional(),
  readyById: z.enum(['shown', '404']).exactOptional(),
  cancelOnReady: z.enum(['true', 'bad-state', '404']).exactOptional(),
  shownFailedMs: durationMs.exactOptional(),
  executionJobId: z.enum(['shown', 'absent']).exactOptional(),
  oddRow: z.boolean().exactOptional(),
  timesPath: z.enum(['execution-times', 'executions-times', 'both']).exactOptional(),
  callsPerSecond: z.int().min(1).nullable().exactOptional(),
});

export const faults = z.array(fault);

export const script: z.ZodType<SimulatorScript> = z
  .strictObject({
    jobs: jobs.exactOptional(),
    triggers: triggers.exactOptional(),
    workflows: workflows.exactOptional(),
    newJobs: execution.exactOptional(),
    faults: faults.exactOptional(),
    switches: switches.exactOptional(),
    timeScale: z.number().positive().exactOptional(),
    seed: z.int().exactOptional(),
  })
  .superRefine(refuseMissing);

/** Body of `POST executions` of the admin API. */
export const foreignExecution: z.ZodType<ForeignExecution & { readonly jobId: string }> =
  z.strictObject({
    jobId: z.string(),
    jobCondition: jobCondition.exactOptional(),
    triggerId: z.string().exactOptional(),
    execution: execution.exactOptional(),
  });
