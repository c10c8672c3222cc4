import { DataFlowInvalidInputError } from '../../client/errors.js';
import { callFailure } from '../../worker/temporal-failure.js';
import { pollersOf, type Pollers } from '../run/task-queue.js';
import {
  connectTemporal,
  grpcErrorIn,
  type Temporal,
  TemporalFailed,
} from '../run/temporal-connection.js';
import { type Finding, ok, problem, warning } from './finding.js';

const LIMIT_MS = 5_000;

/** Whether Temporal answers, knows the namespace, and has workers on the task queue. */
export async function findTemporal(taskQueue: string): Promise<readonly Finding[]> {
  let temporal: Temporal;
  try {
    temporal = await connectTemporal();
  } catch (error) {
    return connectFinding(error);
  }
  try {
    const reached = ok('temporal', `${temporal.address} answers`);
    const namespace = await findNamespace(temporal);
    if (namespace.level === 'problem') return [reached, namespace];
    const pollers = await pollersOf(temporal.connection, temporal.namespace, taskQueue);
    return [reached, namespace, findPollers(taskQueue, pollers), ...findBacklog(pollers)];
  } catch (error) {
    if (grpcErrorIn(error) === undefined) throw error;
    const { kind, what, remedy } = callFailure(temporal, error);
    return [problem('temporal', kind, what, remedy)];
  } finally {
    await temporal.connection.close();
  }
}

function connectFinding(error: unknown): readonly Finding[] {
  if (error instanceof DataFlowInvalidInputError)
    return error.problems.map((text) =>
      problem('temporal', 'invalid', text, 'Correct that setting'),
    );
  if (!(error instanceof TemporalFailed)) throw error;
  const { kind, what, remedy } = error.failure;
  return [problem('temporal', kind, what, remedy)];
}

async function findNamespace(temporal: Temporal): Promise<Finding> {
  const { connection, namespace } = temporal;
  try {
    await connection.withDeadline(Date.now() + LIMIT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return ok('namespace', namespace);
  } catch (error) {
    const { kind, what, remedy } = callFailure(temporal, error);
    return problem('namespace', kind, what, remedy);
  }
}

/** Workers that poll the task queue. A run on a task queue without workers waits and reports nothing. */
export function findPollers(taskQueue: string, { workflows, activities }: Pollers): Finding {
  const about = 'task queue';
  const count = `${workflows.length} for workflows, ${activities.length} for activities`;
  if (workflows.length > 0 && activities.length > 0)
    return ok(about, `${taskQueue}: workers ${count}`);
  if (activities.length > 0)
    return warning(
      about,
      `${taskQueue}: workers ${count}`,
      'Workflows that are started on it wait: start a worker with workflows, unless this task queue is for activities alone',
    );
  return problem(
    about,
    'unreachable',
    workflows.length === 0 && activities.length === 0
      ? `no worker polls ${taskQueue}`
      : `${taskQueue}: workers ${count}`,
    'Start dataflow worker, or name the right task queue by DATAFLOW_TASK_QUEUE or --task-queue',
  );
}

/** Activities that wait although workers poll: all slots of those are used. */
export function findBacklog({ activities, backlog }: Pollers): readonly Finding[] {
  if (backlog === 0 || activities.length === 0) return [];
  return [
    warning(
      'task queue',
      `${backlog} activities wait for a free worker`,
      'If it lasts, start more workers, or raise DATAFLOW_MAX_ACTIVITIES of those that run',
    ),
  ];
}
