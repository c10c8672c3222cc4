import { z } from 'zod';
import { DURATION_RULE, DURATION_TEXT, durationMs } from '../../contract/durations.js';
import type { JobCondition } from '../../contract/job.js';
import { PIPELINE_NAME, PIPELINE_NAME_RULE } from '../../contract/pipeline-ids.js';
import type { Template } from '../../contract/pipeline.js';
import {
  ACTIVITY_RETRY_OPTIONS,
  JOB_CONDITION_OPTIONS,
  type JobStepOptions,
  REMOTE_WORKFLOW_OPTIONS,
  type RemoteStepOptions,
  RETRY_OPTIONS,
  RUN_JOB_OPTIONS,
} from '../../contract/run-options.js';
import type { ActivityRetry, RunRetry } from '../../contract/run.js';
import {
  aboutText,
  type AnyOption,
  type OptionTable,
  defaultText,
  mustText,
  type Options,
  type Rule,
  stepOptions,
} from '../../contract/validate.js';
import { closed, fitting, filledText } from './closed-object.js';

export const name = fitting(PIPELINE_NAME, PIPELINE_NAME_RULE);
/** `-` is not allowed, because an expression reads it as minus. */
export const parameterName = fitting(
  /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
  'must be 1 to 64 letters, digits or _, the first a letter or _',
);

export const duration = z
  .union(
    [z.int(DURATION_RULE).positive(DURATION_RULE), fitting(DURATION_TEXT, DURATION_RULE)],
    DURATION_RULE,
  )
  .refine((value) => durationMs(value) !== undefined, DURATION_RULE);

const EXPRESSION = /^\s*\$\{\{[\s\S]*\}\}\s*$/;
/** A string that is one expression and nothing else. */
export const expression = (remedy: string) => fitting(EXPRESSION, remedy);

/** Plain JSON in which every string may contain expressions `${{ … }}`; evaluated when the step starts. */
export const template: z.ZodType<Template, Template> = z.json('must be plain JSON');

/** Schemas of the properties of an object, from a table of options. */
export const memberSchemas = <Members>(options: OptionTable): MemberSchemas<Members> =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, memberSchema(option)]),
  ) as MemberSchemas<Members>;

type MemberSchemas<Members> = {
  readonly [Name in keyof Members]-?: undefined extends Members[Name]
    ? z.ZodExactOptional<SchemaOf<Exclude<Members[Name], undefined>>>
    : SchemaOf<Members[Name]>;
};
type SchemaOf<Value> = z.ZodType<Value, Value>;

/** Options of a step that are also expressions, evaluated when the step starts. */
const EVALUATED: readonly string[] = ['runTimeout', 'profile'];

/** Schemas of the options of a step, from a table. */
const optionSchemas = <Members>(options: OptionTable): MemberSchemas<Members> =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      EVALUATED.includes(name) ? withExpression(option) : memberSchema(option),
    ]),
  ) as MemberSchemas<Members>;

function withExpression(option: AnyOption): z.ZodType {
  const must = `${mustText(option)}, or an expression \${{ … }}`;
  const value = schemaOf(option.kind === 'integer' ? { ...option, must } : option);
  return memberSchema(option, z.union([value, fitting(EXPRESSION, must)], must));
}

function memberSchema(option: AnyOption, schema = schemaOf(option)): z.ZodType {
  const isOptional = option.default !== undefined || option.unset !== undefined;
  const byDefault = isOptional ? ` Default: ${defaultText(option)}.` : '';
  const described = schema.describe(aboutText(option) + byDefault);
  return isOptional ? described.exactOptional() : described;
}

/** The schema of a rule, with the messages of the validator. */
function schemaOf(rule: Rule): z.ZodType {
  const must = mustText(rule);
  switch (rule.kind) {
    case 'string': {
      const { pattern, mayBeEmpty } = rule;
      if (pattern !== undefined) return fitting(pattern, must);
      return mayBeEmpty ? z.string(must) : z.string(must).min(1, must);
    }
    case 'integer':
    case 'number': {
      const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = rule;
      return (rule.kind === 'integer' ? z.int(must) : z.number(must)).min(min, must).max(max, must);
    }
    case 'duration':
      return duration;
    case 'boolean':
      return z.boolean(must);
    case 'choice':
      return z.enum(Object.keys(rule.choices), must);
    case 'list':
      return z
        .array(schemaOf(rule.of), must)
        .min(rule.minLength ?? 0, must)
        .readonly();
    case 'map':
      return z.record(filledText, schemaOf(rule.of), must);
    case 'object':
      return closed(memberSchemas<Readonly<Record<string, unknown>>>(rule.options), must);
    case 'custom':
      return z.custom(rule.isFit, must);
  }
}

/** An integer may also be an expression, which is evaluated when the step starts. */
const conditionSchema = (option: AnyOption): z.ZodType =>
  option.kind === 'integer' ? withExpression(option) : memberSchema(option);

const { parameters } = JOB_CONDITION_OPTIONS;
const CONDITION: OptionTable = {
  ...JOB_CONDITION_OPTIONS,
  parameters: {
    ...parameters,
    of: {
      ...parameters.of,
      must: 'must be a string: write it in quotes where it looks like a number',
    },
  },
};
/** Run settings of the job as properties of a step. Those that a step leaves out may be in `defaults`. */
type WrittenCondition = {
  readonly [Name in keyof JobCondition]: JobCondition[Name] extends number | undefined
    ? JobCondition[Name] | string
    : JobCondition[Name];
};
const RETRY = {
  ...RETRY_OPTIONS,
  maximumAttempts: { ...RETRY_OPTIONS.maximumAttempts, unset: 'that of defaults' },
} as const satisfies Options<Partial<RunRetry>>;

/** Properties of a job step and of `defaults`: run settings of the job, and options of runJob. */
export const jobOptions = {
  ...(Object.fromEntries(
    Object.entries(CONDITION).map(([name, option]) => [name, conditionSchema(option)]),
  ) as MemberSchemas<WrittenCondition>),
  ...optionSchemas<WrittenJobOptions>(
    stepOptions({
      ...RUN_JOB_OPTIONS,
      retry: { ...RUN_JOB_OPTIONS.retry, options: RETRY },
    }),
  ),
} as const;
type WrittenJobOptions = Omit<JobStepOptions, 'retry'> & { readonly retry?: Partial<RunRetry> };

/** Options of a step that runs a workflow of the service. */
export const remoteOptions = optionSchemas<RemoteStepOptions>(stepOptions(REMOTE_WORKFLOW_OPTIONS));

export const activityRetry = closed(
  memberSchemas<ActivityRetry>(ACTIVITY_RETRY_OPTIONS),
  mustText(RUN_JOB_OPTIONS.retry),
).describe("Temporal's retries of the activity.");
