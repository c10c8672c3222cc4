import { type Duration, durationMs, durationText } from '../../../contract/durations.js';
import type { JobStep, PlannedStep, Template } from '../../../contract/pipeline.js';

/** Names and texts of everything that a step runs by: what is written, what `defaults` adds, and built-in defaults. */
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
      return { ...settingsOf(step), ...jobOptions(step) };
    case 'remoteWorkflow': {
      const { profile = 'default', runTimeout, onCancel = 'cancel' } = step.options;
      const cleanup = { cleanupTimeout: spoken(step.options.cleanupTimeout ?? '1h') };
      return { runTimeout: limitText(runTimeout), onCancel, ...cleanup, profile };
    }
    case 'activity':
      return activityOptions(step.options, step.with);
    case 'approval':
      return {
        timeout: step.timeoutMs === undefined ? 'none' : durationText(step.timeoutMs),
        ...(step.message !== undefined && { message: templateText(step.message) }),
      };
    case 'pipeline':
      return templates(step.parameters, 'parameters.');
  }
}

const settingsOf = ({ jobCondition, parameters }: JobStep): OptionTexts => ({
  ...templates(jobCondition, ''),
  ...templates(parameters, 'parameters.'),
});

function jobOptions({ options }: JobStep): OptionTexts {
  const { onBusy = 'wait', onAmbiguous = 'fail', onCancel = 'cancel', retry } = options;
  return {
    onBusy,
    retry: retry === undefined ? 'none: one attempt' : retryText(retry),
    runTimeout: limitText(options.runTimeout),
    onAmbiguous,
    onCancel,
    cleanupTimeout: spoken(options.cleanupTimeout ?? '1h'),
    ...(options.runKeyParameter !== undefined && { runKeyParameter: options.runKeyParameter }),
    ...(options.exclusive === true && { exclusive: 'true' }),
    ...(options.waitTaskQueue !== undefined && { waitTaskQueue: options.waitTaskQueue }),
    profile: options.profile ?? 'default',
  };
}

function retryText(retry: NonNullable<JobStep['options']['retry']>): string {
  const { maximumAttempts, initialInterval = '1m', backoffCoefficient = 2 } = retry;
  const { maximumInterval = '1h', outcomes = ['FAILED'] } = retry;
  return (
    `${maximumAttempts} attempts after ${outcomes.join(' or ')}, ` +
    `first pause ${spoken(initialInterval)}, then ×${backoffCoefficient} up to ${spoken(maximumInterval)}`
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

const limitText = (duration: Duration | undefined): string =>
  duration === undefined ? 'none' : spoken(duration);
