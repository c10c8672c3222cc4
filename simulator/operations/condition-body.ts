import { z } from 'zod';
import type { JobCondition } from '../job-script.js';

/** `__proto__` is a name like any other; `z.record` would leave it out. */
export const parametersBody = z
  .preprocess(
    (body) =>
      typeof body === 'object' && body !== null && !Array.isArray(body)
        ? new Map(Object.entries(body))
        : body,
    z.map(z.string(), z.string()),
  )
  .transform((entries) => Object.fromEntries(entries));

/** Ranges as the current pages print them; members the service does not know are dropped. */
export const conditionBody = z.object({
  numWorker: z.int().min(2).max(10).exactOptional(),
  timeout: z.int().min(1).max(1440).exactOptional(),
  nrn: z.string().exactOptional(),
  scriptPath: z.string().exactOptional(),
  logPath: z.string().exactOptional(),
  parameters: parametersBody.exactOptional(),
  workerType: z.enum(['DEFAULT', 'DATAFLOW']).exactOptional(),
}) satisfies z.ZodType<JobCondition>;

/**
 * 3 to 100 letters, digits, underscores and hyphens; the first is a letter or an underscore, as on the Korean and
 * Japanese pages.
 */
export const nameBody = z
  .string()
  .min(3)
  .max(100)
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, { error: 'must begin with a letter or _' });
