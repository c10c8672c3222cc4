import { type Duration, durationMs, durationText } from '../../../contract/durations.js';
import type { JobStep, PlannedStep, Template } from '../../../contract/pipeline.js';
import {
  REMOTE_WORKFLOW_OPTIONS,
  RETRY_OPTIONS,
  RUN_JOB_OPTIONS,
} from '../../../contract/run-options.js';
import type { RunRetry } from '../../../contract/run.js';
import { type AnyOption, type OptionTable, stepOptions } from '../../../contract/validate.js';

/** Texts of all options of a step by name: those of the step, those of `defaults`, and built-in defaults. */
export type OptionTexts = Readonly<Record<string, string>>;

export function effectiveOptions(step: PlannedStep): OptionTexts {
  return {
    ...(step.runIf !== 'allSucceeded' && { runIf: step.runIf }),
    ...(step.when !== undefined && { when: step.when }),
    ...optionsByKind(step),
  };
}

function optionsByKind(step: PlannedStep): OptionTexts {
  switch (step.kind) {
    case 'job':
      return {
        ...settingsOf(step),
        ...{ runTimeout: 'none', retry: 'none: one attempt' },
        ...optionTexts(step.options, isOfGroup(step) ? RUN_JOB_OPTIONS : WITHOUT_GROUP),
      };
    case 'remoteWorkflow':
      return { runTimeout: 'none', ...optionTexts(step.options, REMOTE_WORKFLOW_OPTIONS) };
    case 'activity':
      return activityOptions(step.options, step.with);
    case 'approval':
      return {
        timeout: step.timeoutMs === undefined ? 'none' : durationText(step.timeoutMs),
        ...(step.message !== undefined && { message: templateText(step.message) }),
      };
    case 'wait':
      return templates(step.until, '');
    case 'pipeline':
      return templates(step.parameters, 'parameters.');
  }
}

/** Weight and priority count in a group only. */
const WITHOUT_GROUP = Object.fromEntries(
  Object.entries(RUN_JOB_OPTIONS).filter(([name]) => name !== 'weight' && name !== 'priority'),
);
const isOfGroup = ({ options }: JobStep): boolean => options.group !== undefined;

const settingsOf = ({ jobCondition, parameters }: JobStep): OptionTexts => ({
  ...templates(jobCondition, ''),
  ...templates(parameters, 'parameters.'),
});

/** Options that are set, and defaults. A boolean that is false is left out. */
const optionTexts = (options: object, table: OptionTable): OptionTexts =>
  Object.fromEntries(
    Object.entries(stepOptions(table)).flatMap(([name, option]) => {
      const value = (options as Readonly<Record<string, unknown>>)[name] ?? option.default;
      return value === undefined || value === false ? [] : [[name, valueText(option, value)]];
    }),
  );

function valueText({ kind }: AnyOption, value: unknown): string {
  if (kind === 'duration') return spoken(value as Duration);
  return kind === 'object' ? retryText(value as RunRetry) : String(value);
}

function retryText(retry: RunRetry): string {
  const { initialInterval, backoffCoefficient, maximumInterval, outcomes } = RETRY_OPTIONS;
  const first = spoken(retry.initialInterval ?? initialInterval.default);
  const growth = retry.backoffCoefficient ?? backoffCoefficient.default;
  const longest = spoken(retry.maximumInterval ?? maximumInterval.default);
  return (
    `${retry.maximumAttempts} attempts after ${(retry.outcomes ?? outcomes.default).join(' or ')}, ` +
    `first pause ${first}, then ×${growth} up to ${longest}`
  );
}

type ActivityOptions = Extract<PlannedStep, { readonly kind: 'activity' }>['options'];

function activityOptions(options: ActivityOptions, argument: Template | undefined): OptionTexts {
  const { maximumAttempts } = options.retry ?? {};
  return {
    ...(argument !== undefined && { with: templateText(argument) }),
    startToCloseTimeout: spoken(options.startToCloseTimeout),
    scheduleToCloseTimeout: spoken(options.scheduleToCloseTimeout ?? '1d'),
    ...(options.heartbeatTimeout !== undefined && {
      heartbeatTimeout: spoken(options.heartbeatTimeout),
    }),
    retry:
      maximumAttempts === undefined ? 'without limit of attempts' : `${maximumAttempts} attempts`,
    taskQueue: options.taskQueue ?? "the pipeline's own",
  };
}

const templates = (
  members: Readonly<Record<string, Template | undefined>>,
  prefix: string,
): OptionTexts =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) =>
      value === undefined ? [] : [[`${prefix}${name}`, templateText(value)]],
    ),
  );

const templateText = (template: Template): string =>
  typeof template === 'string' ? template : JSON.stringify(template);

const spoken = (duration: Duration): string => durationText(durationMs(duration) ?? 0);
