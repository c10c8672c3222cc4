import type { CalendarSpec, ScheduleDescription, ScheduleOptions } from '@temporalio/client';
import { durationMs, durationText } from '../contract/durations.js';
import { RUN_PIPELINE_WORKFLOW } from '../contract/names.js';
import type { RunPipelineRequest } from '../contract/pipeline-run.js';
import {
  type Overlap,
  SCHEDULE_OPTIONS,
  scheduledWorkflowId,
  type ScheduleTimes,
} from '../contract/schedule.js';
import type { WrittenPipeline } from '../pipeline/definition/pipeline-schema.js';
import type { WrittenSchedule } from '../pipeline/definition/schedule-schema.js';
import type { Cron } from '../pipeline/schedule/cron.js';
import { timeRuleOf, zoneOf } from '../pipeline/schedule/scheduled-times.js';
import { inOrder } from './start-pipeline.js';
import { isRecord, pathText } from '../contract/validate.js';

/** What Temporal is given of a schedule, without its memo and state. */
export type ScheduleParts = Pick<ScheduleOptions, 'spec' | 'policies'> & {
  readonly action: ScheduleOptions['action'];
};

/** A schedule as texts by their names: the same for what is asked for and for what the server describes. */
export type ScheduleForm = Readonly<Record<string, string>>;

const OVERLAPS = {
  bufferAll: 'BUFFER_ALL',
  bufferOne: 'BUFFER_ONE',
  skip: 'SKIP',
  cancelOther: 'CANCEL_OTHER',
  allowAll: 'ALLOW_ALL',
} as const satisfies Record<Overlap, NonNullable<ScheduleOptions['policies']>['overlap']>;

const MONTHS = [
  ...['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE', 'JULY', 'AUGUST', 'SEPTEMBER'],
  ...['OCTOBER', 'NOVEMBER', 'DECEMBER'],
];
const DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

/** The Temporal schedule of a pipeline that was checked. */
export function schedulePartsOf(
  pipeline: WrittenPipeline & { readonly schedule: WrittenSchedule },
  { taskQueue, profile }: { readonly taskQueue: string; readonly profile?: string },
): ScheduleParts {
  const { schedule } = pipeline;
  const { overlap = SCHEDULE_OPTIONS.overlap.default } = schedule;
  const { catchupWindow = SCHEDULE_OPTIONS.catchupWindow.default, jitter } = schedule;
  const request: RunPipelineRequest = { pipeline, ...(profile !== undefined && { profile }) };
  const jitterMs = durationMs(jitter);
  return {
    spec: {
      ...specOf(schedule),
      timezone: zoneOf(schedule),
      ...(jitterMs !== undefined && { jitter: jitterMs }),
    },
    policies: { overlap: OVERLAPS[overlap], catchupWindow: durationMs(catchupWindow) ?? 0 },
    action: {
      type: 'startWorkflow',
      workflowType: RUN_PIPELINE_WORKFLOW,
      workflowId: scheduledWorkflowId(pipeline.pipeline),
      taskQueue,
      args: [request],
      staticSummary: `pipeline ${pipeline.pipeline}`,
    },
  };
}

function specOf(schedule: ScheduleTimes): Pick<ScheduleOptions['spec'], 'calendars' | 'intervals'> {
  const rule = timeRuleOf(schedule);
  return rule.kind === 'every'
    ? { intervals: [{ every: rule.everyMs }] }
    : { calendars: [calendarOf(rule.cron)] };
}

/** Fields that hold every value are left out: they match all. */
function calendarOf({ minutes, hours, daysOfMonth, months, daysOfWeek }: Cron): CalendarSpec {
  return {
    minute: [...minutes],
    hour: [...hours],
    ...(daysOfMonth.length < 31 && { dayOfMonth: [...daysOfMonth] }),
    ...(months.length < 12 && { month: months.map((month) => MONTHS[month - 1]) }),
    ...(daysOfWeek.length < 7 && { dayOfWeek: daysOfWeek.map((day) => DAYS[day]) }),
  } as CalendarSpec;
}

/** What is asked for, as texts. */
export function formOf({ spec, policies = {}, action }: ScheduleParts): ScheduleForm {
  return texts({
    calendars: (spec.calendars ?? []).map(calendarText),
    intervals: (spec.intervals ?? []).map(({ every, offset }) => intervalText(every, offset)),
    'time zone': spec.timezone,
    jitter: msText(spec.jitter),
    overlap: policies.overlap,
    'catch-up window': msText(policies.catchupWindow),
    workflow: action.workflowType,
    'workflow id': action.workflowId,
    'task queue': action.taskQueue,
    input: action.args,
    summary: action.staticSummary,
  });
}

/** What the server has, as texts; members that we never set as well, where somebody has set them. */
export function describedForm(described: ScheduleDescription): ScheduleForm {
  const { spec, policies, action, state } = described;
  const { typedSearchAttributes: attributes } = action;
  const unset = {
    skip: spec.skip,
    'not before': spec.startAt,
    'not after': spec.endAt,
    'pause on failure': policies.pauseOnFailure ? true : undefined,
    'remaining actions': state.remainingActions,
    retry: action.retry,
    'search attributes': Array.isArray(attributes) ? attributes : attributes?.getAll(),
    'execution timeout': msText(action.workflowExecutionTimeout),
    'run timeout': msText(action.workflowRunTimeout),
    'task timeout': msText(action.workflowTaskTimeout),
    details: action.staticDetails,
  };
  const parts = { spec, policies, action } as unknown as ScheduleParts;
  return { ...formOf(parts), ...texts(unset) };
}

/** The members that have a value. */
const texts = (members: Readonly<Record<string, unknown>>): ScheduleForm =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value, inOrder);
      return value === undefined || EMPTY.includes(text) ? [] : [[name, text]];
    }),
  );

const EMPTY = ['', '[]', '{}', 'null'];

const msText = (duration: unknown): string | undefined =>
  duration === undefined || Number(duration) === 0 ? undefined : durationText(Number(duration));

const intervalText = (every: unknown, offset: unknown): string =>
  `every ${durationText(Number(every))}${Number(offset ?? 0) === 0 ? '' : ` from ${durationText(Number(offset))}`}`;

const LIMITS = {
  second: [0, 0],
  minute: [0, 59],
  hour: [0, 23],
  dayOfMonth: [1, 31],
  month: [1, 12],
  dayOfWeek: [0, 6],
} as const;

/** `minute 0 hour 3`: fields that match all are left out, as is the second 0. */
function calendarText(calendar: CalendarSpec): string {
  const fields = Object.entries(LIMITS).flatMap(([name, [min, max]]) => {
    const given: unknown = calendar[name as keyof typeof LIMITS];
    const values = given === undefined || given === '*' ? undefined : valuesOf(given);
    const isAll = values === undefined || values.length > max - min;
    return isAll ? [] : [`${name} ${values.join(',')}`];
  });
  const { year } = calendar;
  const years = Array.isArray(year) && year.length === 0 ? undefined : year;
  return [...fields, ...(years === undefined ? [] : [`year ${JSON.stringify(years)}`])].join(' ');
}

interface Range {
  readonly start: unknown;
  readonly end?: unknown;
  readonly step?: number;
}

const numberOf = (value: unknown): number =>
  typeof value === 'number'
    ? value
    : Math.max(MONTHS.indexOf(String(value)) + 1, DAYS.indexOf(String(value)));

/** All values of a field, whether they were given one by one or as ranges. */
function valuesOf(given: unknown): readonly number[] {
  const parts: readonly unknown[] = Array.isArray(given) ? given : [given];
  const values = parts.flatMap((part) => {
    if (typeof part !== 'object' || part === null) return [numberOf(part)];
    const { start, end = start, step = 1 } = part as Range;
    const [first, last] = [numberOf(start), numberOf(end)];
    return Array.from(
      { length: Math.floor((last - first) / step) + 1 },
      (_, nth) => first + nth * step,
    );
  });
  return [...new Set(values)].sort((one, other) => one - other);
}

/** Changes of one schedule that are told. */
const MAX_CHANGES = 30;
const MAX_VALUE_CHARACTERS = 80;

/** What differs between two forms of a schedule, a line each: `time zone: UTC → Asia/Seoul`. */
export function changesBetween(before: ScheduleForm, after: ScheduleForm): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...names].flatMap((name) =>
    name === 'input'
      ? inputChanges(before[name], after[name])
      : change(name, before[name], after[name]),
  );
  const more = changes.length - MAX_CHANGES;
  return more > 0 ? [...changes.slice(0, MAX_CHANGES), `and ${more} more`] : changes;
}

function change(name: string, before: unknown, after: unknown): readonly string[] {
  const [one, other] = [shown(before), shown(after)];
  return one === other ? [] : [`${name}: ${clipped(one)} → ${clipped(other)}`];
}

const shown = (value: unknown): string =>
  value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);

const clipped = (text: string): string =>
  text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS - 1)}…` : text;

/** Of the input the properties that differ, as `pipeline.steps.load.numWorker: 4 → 8`. */
function inputChanges(before: string | undefined, after: string | undefined): readonly string[] {
  const [one, other] = [before, after].map((text) =>
    text === undefined ? undefined : (JSON.parse(text) as readonly unknown[])[0],
  );
  return differences(one, other, []);
}

type Path = readonly (string | number)[];

function differences(before: unknown, after: unknown, path: Path): readonly string[] {
  if (!isRecord(before) || !isRecord(after))
    return change(path.length === 0 ? 'input' : pathText(path), before, after);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => differences(before[name], after[name], [...path, name]));
}
