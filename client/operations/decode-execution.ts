import { z } from 'zod';
import type { JobExecution, Page } from '../../contract/job.js';
import type { ExecutionInput, JobInput, PageInput } from '../../contract/operation-inputs.js';
import type { ListOptions } from '../client.js';
import { oneCondition, shownConditionMembers } from './decode-condition.js';
import {
  date,
  newId,
  optional,
  optionalText,
  present,
  readAs,
  shown,
  shownText,
  text,
  wholeNumber,
  pageDecoder,
  namedValues,
  inWords,
  Unreadable,
} from './decode.js';

/** What the service says when it registers an execution (NOTES §5.5). */
const FIRST_STATUS = 'READY';

/** Stands for a status that cannot be read: it is no end. */
const NO_STATUS = 'UNKNOWN';

/** Opaque (NOTES §5.12): one that came as a number is the same id. */
const numberToText = (value: unknown): unknown =>
  Number.isSafeInteger(value) ? String(value) : value;
const id = z.preprocess(numberToText, text);
const emptyToAbsent = (value: unknown): unknown => (value === '' ? undefined : value);
/** May be absent, also as null or as an empty text. */
const optionalId = z.preprocess(emptyToAbsent, optional(id)).optional();

/** That there is a trigger decides whose an execution is: a strange one is kept as text. */
const triggerId = z
  .preprocess(
    (value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value),
    optionalId,
  )
  .optional();

/** Fields that show which executions run and since when. */
const briefMembers = {
  jobExecutionId: id,
  jobId: optionalId,
  createdDate: date,
  startDate: date,
} as const;

/** Only ids and status must be readable: a wait must not fail because of a field that decides nothing. */
const wholeMembers = {
  ...briefMembers,
  jobName: shownText,
  endDate: date,
  triggerId,
  triggerName: shownText,
  waitingTime: shown(wholeNumber),
  runningTime: shown(wholeNumber),
  executorNum: shown(wholeNumber),
  parsedParameters: shown(namedValues(z.unknown())),
  type: optionalText.catch(undefined),
  ...shownConditionMembers,
} as const;

const executionWith = (status: z.ZodType<string>) =>
  z
    .object({ ...wholeMembers, status })
    .transform(({ jobCondition, runCondition, runCondtion, parameters, ...rest }) =>
      present({
        ...rest,
        jobCondition: oneCondition({ jobCondition, runCondition, runCondtion, parameters }),
      }),
    );

const execution = executionWith(text);
const started = executionWith(text.catch(FIRST_STATUS));
const rowStatus = text.catch(NO_STATUS);
const wholeRow = executionWith(rowStatus);
const wholeRows = pageDecoder(wholeRow);
const briefRows = pageDecoder(z.object({ ...briefMembers, status: rowStatus }).transform(present));

/**
 * The path names the job: a row that leaves its id out means that one; a row of another job counts as unreadable.
 * @throws Unreadable when there is no list
 */
export function decodeExecutions(
  body: unknown,
  input: JobInput & PageInput,
  { brief = false }: Pick<ListOptions, 'brief'> = {},
): Page<JobExecution> {
  const { jobId } = input;
  const { list, unreadable = 0, ...page } = (brief ? briefRows : wholeRows)(body, input);
  const own = list.filter((row) => row.jobId === undefined || row.jobId === jobId);
  const leftOut = unreadable + list.length - own.length;
  return {
    ...page,
    ...(leftOut > 0 && { unreadable: leftOut }),
    list: own.map((row) => ({ ...row, jobId })),
  };
}

/** Rows of several jobs, so that each must say which one it is of. */
const executionOfAnyJob = z
  .intersection(wholeRow, z.object({ jobId: id }))
  .transform((row): JobExecution => row);

export const decodeExecutionsOfJobs = pageDecoder(executionOfAnyJob);

/** The path names the job: an answer that leaves its id out means that one. */
function ofJob<Read extends { readonly jobId?: string }>(
  read: Read,
  jobId: string,
): Read & { readonly jobId: string } {
  if (read.jobId !== undefined && read.jobId !== jobId)
    throw new Unreadable('jobId', `another job than asked for, came ${inWords(read.jobId)}`);
  return { ...read, jobId };
}

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

/**
 * The execution that executeJob started. With its id everything else can be asked for, so that a strange member beside
 * it is left out.
 * @throws Unreadable when there is no id that a later call could send, or the answer is about another job
 */
export function decodeStarted(body: unknown, { jobId }: JobInput): JobExecution {
  const read = ofJob(readAs(started, body), jobId);
  newId('jobExecutionId', read.jobExecutionId);
  return read;
}
