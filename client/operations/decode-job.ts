import { z } from 'zod';
import type { Job, JobSummary } from '../../contract/job.js';
import type { JobInput } from '../../contract/operation-inputs.js';
import type { JobNodeView } from '../../contract/job-node.js';
import { conditionMembers, oneCondition } from './decode-condition.js';
import {
  date,
  newId,
  optionalText,
  present,
  readAs,
  shown,
  shownText,
  text,
  wholeNumber,
  yesOrNo,
  inWords,
  Unreadable,
} from './decode.js';

const summaryMembers = {
  jobId: text,
  name: text,
  type: text,
  status: text,
  lastExecutionStatus: optionalText,
  createdDate: date,
  updatedDate: date,
  lastExecutionDate: date,
  disabled: shown(yesOrNo),
} as const;

/** A row of getJobs. */
export const jobSummary: z.ZodType<JobSummary> = z.object(summaryMembers).transform(present);

/** No decision hangs on a node: one that cannot be read leaves them all out. */
const node: z.ZodType<JobNodeView> = z.looseObject({
  id: z.number(),
  name: z.string(),
  type: z.string(),
  parentNodeIds: z.array(z.number()),
});

const job = z
  .object({
    ...summaryMembers,
    ...conditionMembers,
    description: shownText,
    maxConcurrentRuns: shown(wholeNumber),
    nodes: shown(z.array(node)),
  })
  .transform(({ jobCondition, runCondition, runCondtion, parameters, ...rest }) =>
    present({
      ...rest,
      jobCondition: oneCondition({ jobCondition, runCondition, runCondtion, parameters }),
    }),
  );

/** @throws Unreadable also when it is another job than the one asked for; a new one has an id of its own */
export function decodeJob(body: unknown, { jobId }: Partial<JobInput>): Job {
  const read = readAs(job, body);
  if (jobId === undefined) newId('jobId', read.jobId);
  else if (read.jobId !== jobId)
    throw new Unreadable('jobId', `another job than asked for, came ${inWords(read.jobId)}`);
  return read;
}
