import { durationText } from '../../contract/durations.js';
import { type JobExecution, type JobSummary, msBetween } from '../../contract/job.js';
import type { OperationName, OperationOutput } from '../../contract/operations.js';
import type { RemoteWorkflowSummary } from '../../contract/remote-workflow.js';
import type { ExecutionInterval, ExecutionPoint } from '../../contract/statistics.js';
import type { Trigger, TriggerRuleView } from '../../contract/trigger.js';
import type { ListName } from '../../client/operations/pages.js';
import { type Column, type TableOptions, toCard, toTable } from '../view/table.js';

const column = <Row>(heading: string, cell: Column<Row>['cell']): Column<Row> => ({
  heading,
  cell,
});

/** A column of the property of that name. */
const member = <Row>(name: keyof Row & string): Column<Row> =>
  column(name, (row) => row[name] as string | number | boolean | undefined);

const length = (from: string | undefined, to: string | undefined): string | undefined => {
  const ms = msBetween(from, to);
  return ms >= 0 ? durationText(ms) : undefined;
};

const EXECUTIONS: readonly Column<JobExecution>[] = [
  member('jobExecutionId'),
  member('status'),
  member('createdDate'),
  column('waited', ({ createdDate, startDate }) => length(createdDate, startDate)),
  column('ran', ({ startDate, endDate }) => length(startDate, endDate)),
  column('workers', ({ jobCondition }) => jobCondition?.numWorker),
  column('trigger', ({ triggerName, triggerId }) => triggerName ?? triggerId),
];

const ruleText = ({
  type,
  interval,
  time,
  dayOfWeek,
  dateOfMonth,
  executionDate,
}: TriggerRuleView) =>
  [type, interval, dayOfWeek?.join(','), dateOfMonth, time, executionDate]
    .filter((part) => part !== undefined)
    .join(' ');

type Lists = { readonly [Name in ListName]: readonly Column<never>[] };

export const LIST_COLUMNS: Lists = {
  getJobs: [
    member<JobSummary>('jobId'),
    member<JobSummary>('name'),
    member<JobSummary>('type'),
    member<JobSummary>('status'),
    member<JobSummary>('lastExecutionStatus'),
    member<JobSummary>('lastExecutionDate'),
  ],
  getJobExecutions: EXECUTIONS,
  getWorkflowExecutions: [member<JobExecution>('jobId'), ...EXECUTIONS],
  getWorkflows: [
    member<RemoteWorkflowSummary>('workflowId'),
    member<RemoteWorkflowSummary>('name'),
    column<RemoteWorkflowSummary>('nodes', ({ nodes }) => nodes.length),
    column<RemoteWorkflowSummary>('rule', ({ triggerRuleType }) => triggerRuleType),
    member<RemoteWorkflowSummary>('lastExecutionDate'),
  ],
  getTriggers: [
    member<Trigger>('triggerId'),
    member<Trigger>('name'),
    member<Trigger>('type'),
    column<Trigger>('rule', ({ triggerRule }) => triggerRule && ruleText(triggerRule)),
    member<Trigger>('updatedDate'),
  ],
};

const INTERVALS: readonly Column<ExecutionInterval>[] = [
  member('startDate'),
  member('endDate'),
  member('totalCount'),
];
const POINTS: readonly Column<ExecutionPoint>[] = [
  column('time', ({ time }) => new Date(time).toISOString()),
  member('value'),
];

const SERIES = { getExecutionInterval: INTERVALS, getExecutionTimes: POINTS } as const;

export const isList = (name: OperationName): name is ListName => Object.hasOwn(LIST_COLUMNS, name);

type OutputLayout = Pick<TableOptions<never>, 'heading' | 'width'>;

/** The output of an operation as text: a list as a table, an object as a card, `true` as an empty text. */
export function outputText<Name extends OperationName>(
  name: Name,
  output: OperationOutput<Name>,
  { heading = (text) => text, width }: OutputLayout = {},
): string {
  if (output === true) return '';
  if (isList(name)) {
    const { list } = output as OperationOutput<ListName>;
    return toTable(list as readonly never[], lastGoFirst(LIST_COLUMNS[name]), { heading, width });
  }
  if (Object.hasOwn(SERIES, name)) {
    const { result } = output as unknown as { readonly result: readonly never[] };
    return toTable<never>(result, SERIES[name as keyof typeof SERIES], { heading });
  }
  return toCard(output, width);
}

/** In a narrow terminal the last columns are left out first; the first one has the id. */
const lastGoFirst = (columns: readonly Column<never>[]): readonly Column<never>[] =>
  columns.map((one, at) => (at === 0 ? one : { ...one, rank: -at }));
