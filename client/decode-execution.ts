import { z } from 'zod';
import type { JobExecution, Page } from '../contract/job.js';
import type { ExecutionInput, JobInput, PageInput } from '../contract/operation-inputs.js';
import type { ListOptions } from './client.js';
import { conditionMembers, oneCondition } from './decode-condition.js';
import {
  date,
  optionalText,
  present,
  readAs,
  shown,
  shownText,
  text,
  wholeNumber,
} from './decode-members.js';
import { pageDecoder } from './decode-page.js';
import { inWords, Unreadable } from './unreadable.js';

/** What the service says when it registers an execution (NOTES §5.5). */
const FIRST_STATUS = 'READY';

/** What tells who goes on and since when. */
const briefMembers = {
  jobExecutionId: text,
  jobId: optionalText,
  status: text,
  createdDate: date,
  startDate: date,
} as const;

const executionMembers = {
  ...briefMembers,
  jobName: shownText,
  endDate: date,
  triggerId: optionalText,
  triggerName: shownText,
  waitingTime: shown(wholeNumber),
  runningTime: shown(wholeNumber),
  executorNum: shown(wholeNumber),
  parsedParameters: shown(z.record(z.string(), z.unknown())),
  type: optionalText,
  ...conditionMembers,
} as const;

const execution = z
  .object(executionMembers)
  .transform(({ jobCondition, runCondition, runCondtion, parameters, ...rest }) =>
    present({
      ...rest,
      jobCondition: oneCondition({ jobCondition, runCondition, runCondtion, parameters }),
    }),
  );

/** The path names the job: a row that leaves its id out means that one, a row of another job is an error. */
function ofJob(
  read: Omit<JobExecution, 'jobId'> & { readonly jobId?: string },
  jobId: string,
  row?: number,
): JobExecution {
  if (read.jobId !== undefined && read.jobId !== jobId)
    throw new Unreadable(
      row === undefined ? 'jobId' : `list.${row}.jobId`,
      `another job than asked for, came ${inWords(read.jobId)}`,
    );
  return { ...read, jobId };
}

const wholeRows = pageDecoder(execution);
const briefRows = pageDecoder(z.object(briefMembers).transform(present));

/** @throws Unreadable when one row is unreadable or belongs to another job */
export function decodeExecutions(
  body: unknown,
  input: JobInput & PageInput,
  { brief = false }: Pick<ListOptions, 'brief'> = {},
): Page<JobExecution> {
  const page = (brief ? briefRows : wholeRows)(body, input);
  return {
    ...page,
    list: page.list.map((row, index) => ofJob(row, input.jobId, index)),
  };
}

/** Rows of several jobs, so that each must say which one it is of. */
const executionOfAnyJob = z
  .intersection(execution, z.object({ jobId: text }))
  .transform((row): JobExecution => row);

/** @throws Unreadable when one row is unreadable */
export const decodeExecutionsOfJobs = pageDecoder(executionOfAnyJob);

/** @throws Unreadable also when it is another execution than the one asked for */
export function decodeExecution(
  body: unknown,
  { jobId, executionId }: ExecutionInput,
): JobExecution {
  const read = ofJob(readAs(execution, body), jobId);
  if (read.jobExecutionId !== executionId)
    throw new Unreadable(
      'jobExecutionId',
      `another execution than asked for, came ${inWords(read.jobExecutionId)}`,
    );
  return read;
}

/** All that a started execution must say: with its id everything else can be asked for. */
const started = z.object({ jobExecutionId: text, jobId: z.string().nullish() });

/**
 * The execution that executeJob started. A strange member beside the id is no reason to lose the id, so what
 * cannot be read is left out; getJobExecutionById tells the rest.
 * @throws Unreadable when there is no id, or the answer is about another job
 */
export function decodeStarted(body: unknown, { jobId }: JobInput): JobExecution {
  const { jobExecutionId, jobId: answered } = readAs(started, body);
  if (typeof answered === 'string' && answered !== jobId)
    throw new Unreadable('jobId', `another job than asked for, came ${inWords(answered)}`);
  const whole = execution.safeParse(body);
  return whole.success ? { ...whole.data, jobId } : { jobExecutionId, jobId, status: FIRST_STATUS };
}
