import { z } from 'zod';
import type { JobExecution, Page } from '../../contract/job.js';
import type { ExecutionInput, JobInput, PageInput } from '../../contract/operation-inputs.js';
import type { ListOptions } from '../client.js';
import { oneCondition, shownConditionMembers } from './decode-condition.js';
import {
  date,
  checkNewId,
  checkSameId,
  emptyToAbsent,
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
} from './decode.js';

/** Status of a new execution (NOTES §5.5). */
const FIRST_STATUS = 'READY';

/** Replaces an unreadable status. It is not terminal. */
const NO_STATUS = 'UNKNOWN';

/** Ids are opaque (NOTES §5.12). A number is accepted as its text. */
const numberToText = (value: unknown): unknown =>
  Number.isSafeInteger(value) ? String(value) : value;
const id = z.preprocess(numberToText, text);
/** Null and an empty string count as absent. */
const optionalId = z.preprocess(emptyToAbsent, optional(id)).optional();

/** The presence of a trigger decides who started an execution, so an object in its place is kept as text. */
const triggerId = z
  .preprocess(
    (value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value),
    optionalId,
  )
  .optional();

const briefMembers = {
  jobExecutionId: id,
  jobId: optionalId,
  createdDate: date,
  startDate: date,
} as const;

/** Only ids and status must be readable: a wait must not fail because of a field that nothing depends on. */
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
 * * The path names the job, so a row without a job id belongs to it. A row of another job counts as unreadable. *
 * @throws Unreadable if there is no list
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

/** In a list of several jobs each row must name its job. */
const executionOfAnyJob = z
  .intersection(wholeRow, z.object({ jobId: id }))
  .transform((row): JobExecution => row);

export const decodeExecutionsOfJobs = pageDecoder(executionOfAnyJob);

/** The path names the job, so an answer without a job id is about it. */
function ofJob<Read extends { readonly jobId?: string }>(
  read: Read,
  jobId: string,
): Read & { readonly jobId: string } {
  if (read.jobId !== undefined) checkSameId('jobId', read.jobId, jobId);
  return { ...read, jobId };
}

/** @throws Unreadable also if the answer is about another execution */
export function decodeExecution(
  body: unknown,
  { jobId, executionId }: ExecutionInput,
): JobExecution {
  const read = ofJob(readAs(execution, body), jobId);
  checkSameId('jobExecutionId', read.jobExecutionId, executionId);
  return read;
}

/**
 * * The execution that executeJob started. Unreadable fields beside its id are dropped: they can be read later by
 * that id. * @throws Unreadable if there is no id that a later call could send, or the answer is about another job
 */
export function decodeStarted(body: unknown, { jobId }: JobInput): JobExecution {
  const read = ofJob(readAs(started, body), jobId);
  checkNewId('jobExecutionId', read.jobExecutionId);
  return read;
}
