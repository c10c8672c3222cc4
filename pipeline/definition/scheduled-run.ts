import { instantText, type ScheduledRun } from '../../contract/schedule.js';
import { evaluateTemplate } from '../expressions/evaluate-template.js';
import { ExpressionError } from '../expressions/expression-error.js';
import { type RunValue, scheduledValues } from '../expressions/scope.js';
import { previousTime, timeRuleOf, zoneOf } from '../schedule/scheduled-times.js';
import { dateText, wallAt } from '../schedule/zone.js';
import type { WrittenPipeline } from './pipeline-schema.js';

export interface ScheduledValues {
  readonly scheduled: ScheduledRun;
  /** Parameters of the schedule, for this run. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * What the run of a pipeline for a scheduled time sees: the time in the zone of the schedule, the time before it, and the
 * parameters of the schedule. Not for workflow code: zones are looked up where it is called.
 */
export function scheduledValuesOf(
  { schedule = {} }: Pick<WrittenPipeline, 'schedule'>,
  atMs: number,
  run: Pick<RunValue, 'id' | 'key'>,
): ScheduledValues | { readonly problems: readonly string[] } {
  const { cron, every, parameters = {} } = schedule;
  const isTimed = cron !== undefined || every !== undefined;
  const before = isTimed ? previousTime(timeRuleOf(schedule), atMs) : undefined;
  const scheduled: ScheduledRun = {
    at: instantText(atMs),
    date: dateText(wallAt(zoneOf(schedule), atMs)),
    ...(before !== undefined && { previous: instantText(before) }),
  };
  const values = { params: {}, steps: {}, run: { ...run, ...scheduledValues(scheduled) } };
  const problems: string[] = [];
  const evaluated = Object.entries(parameters).map(([name, template]) => {
    try {
      return [name, evaluateTemplate(template, values)] as const;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push(`schedule.parameters.${name}: ${error.source} ${error.message}`);
      return [name, undefined] as const;
    }
  });
  return problems.length > 0
    ? { problems }
    : { scheduled, parameters: Object.fromEntries(evaluated) };
}
