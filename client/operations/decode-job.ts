import { z } from 'zod';
import type { Job, JobSummary } from '../../contract/job.js';
import type { JobInput } from '../../contract/operation-inputs.js';
import type { JobNodeView } from '../../contract/job-node.js';
import { conditionMembers, oneCondition } from './decode-condition.js';
import {
  date,
  checkNewId,
  checkSameId,
  optionalText,
  present,
  readAs,
  shown,
  shownText,
  text,
  wholeNumber,
  yesOrNo,
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

export const jobSummary: z.ZodType<JobSummary> = z.object(summaryMembers).transform(present);

/** No decision depends on nodes. If one is unreadable, all are dropped. */
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

/** @param jobId undefined for a new job @throws Unreadable also if the answer is about another job */
export function decodeJob(body: unknown, { jobId }: Partial<JobInput>): Job {
  const read = readAs(job, body);
  if (jobId === undefined) checkNewId('jobId', read.jobId);
  else checkSameId('jobId', read.jobId, jobId);
  return read;
}
