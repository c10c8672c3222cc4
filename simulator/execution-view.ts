import { hasStarted, statusAt, type ExecutionRecord } from './execution.js';
import type { JobCondition } from './job-script.js';
import { type JobRecord, scaled, type ServiceState } from './service-state.js';
import type { Switches } from './switches.js';
import { toWireDate } from './wire-date.js';

export type ExecutionView = Readonly<Record<string, unknown>>;

/** An execution as the API shows it. Properties without a value yet are left out. */
export function toExecutionView(
  state: ServiceState,
  job: JobRecord,
  execution: ExecutionRecord,
  now: number,
): ExecutionView {
  const { plan, createdAt, triggerId, triggerName, workflowId, condition } = execution;
  const { dateStyle, echoJobCondition, executionJobId, onDemandShown } = state.switches;
  const isOnDemand = triggerId === undefined && workflowId === undefined;
  const isPlain = isOnDemand && onDemandShown !== 'type-WORKFLOW';
  const shownTrigger = isOnDemand && onDemandShown === 'trigger-MANUAL' ? 'MANUAL' : triggerId;
  const started = hasStarted(execution, now);
  const ended = plan.endAt <= now;
  const date = (ms: number): string => toWireDate(ms, dateStyle);
  const runFrom = started ? plan.startAt : Math.min(now, plan.endAt);
  return {
    jobExecutionId: execution.executionId,
    ...(executionJobId === 'shown' && { jobId: job.jobId }),
    jobName: job.name,
    jobCondition: echoed(condition, echoJobCondition),
    status: shownStatus(state, execution, now),
    ...(createdAt <= now && { createdDate: date(createdAt) }),
    ...(started && { startDate: date(plan.startAt) }),
    ...(ended && { endDate: date(plan.endAt) }),
    ...(shownTrigger !== undefined && { triggerId: shownTrigger }),
    ...(triggerName !== undefined && { triggerName }),
    waitingTime: wholeMinutes(runFrom - createdAt),
    runningTime: started ? wholeMinutes(Math.min(now, plan.endAt) - plan.startAt) : 0,
    ...(started && { executorNum: condition.numWorker ?? 2 }),
    parsedParameters: condition.parameters ?? {},
    type: isPlain ? 'JOB' : 'WORKFLOW',
  };
}

/** The status at `now`, unless a switch or the script replaces it. */
export function shownStatus(state: ServiceState, execution: ExecutionRecord, now: number): string {
  const status = statusAt(execution, now);
  if (status !== 'READY' && status !== 'RUNNING') return status;
  const failedUntil = execution.plan.startAt + scaled(state, state.switches.shownFailedMs);
  if (status === 'RUNNING' && now < failedUntil) return 'FAILED';
  return execution.shownAs[status] ?? status;
}

function wholeMinutes(ms: number): number {
  return Math.max(0, Math.floor(ms / 60_000));
}

/** The view in a list. */
export function toListedView(
  { jobCondition, ...view }: ExecutionView,
  { listedParameters, onDemandShown }: Switches,
): ExecutionView {
  const condition = jobCondition as JobCondition;
  const parameters = listed(condition.parameters ?? {}, listedParameters);
  const isChanged = listedParameters !== 'whole';
  const whole = {
    ...view,
    jobCondition: isChanged ? { ...condition, parameters } : condition,
    ...(isChanged && { parsedParameters: parameters }),
  };
  if (onDemandShown !== 'absent-in-lists') return whole;
  return Object.fromEntries(
    Object.entries(whole).filter(
      ([member]) => !['triggerId', 'triggerName', 'type'].includes(member),
    ),
  );
}

function listed(
  parameters: NonNullable<JobCondition['parameters']>,
  how: Switches['listedParameters'],
): unknown {
  if (how === 'null') return null;
  if (how === 'empty') return {};
  const shown = (value: unknown): unknown =>
    how === 'masked' ? '********' : typeof value === 'string' ? value.slice(0, 32) : value;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, shown(value)]),
  );
}

/**
 * `changed`: counts the driver as a worker, clamps the timeout to 10..720, and adds properties that were not sent.
 */
function echoed(condition: JobCondition, echo: Switches['echoJobCondition']): object {
  if (echo === 'faithful') return condition;
  if (echo === 'texts') {
    const asText = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);
    return Object.fromEntries(
      Object.entries(condition).map(([name, value]) => [name, asText(value)]),
    );
  }
  if (echo === 'merged') {
    const others = Object.entries(condition.parameters ?? {}).reverse();
    return {
      ...condition,
      parameters: { 'spark.submitted.by': 'dataflow', ...Object.fromEntries(others) },
    };
  }
  const { numWorker = 2, timeout = 360, logPath = 'dataflow/sparkHistoryLogs' } = condition;
  return {
    ...condition,
    numWorker: numWorker + 1,
    timeout: Math.min(Math.max(timeout, 10), 720),
    logPath: logPath.endsWith('/') ? logPath : `${logPath}/`,
    workerType: 'DEFAULT',
    consoleLogPath: `${logPath}/console`,
  };
}
