import type { Connection } from '@temporalio/client';

/** Identities of the workers that poll a task queue. */
export interface Pollers {
  readonly workflows: readonly string[];
  readonly activities: readonly string[];
  /** Activities that wait for a free worker. */
  readonly backlog: number;
}

/**
 * A poll lasts a minute at most. A worker without a poll in this time is gone; the server lists it for five minutes.
 */
const RECENT_MS = 75_000;
const LIMIT_MS = 5_000;

type Request = Parameters<Connection['workflowService']['describeTaskQueue']>[0];
type TaskQueueType = NonNullable<Request['taskQueueType']>;

/** Values of the enum TaskQueueType of Temporal's API, which our dependencies do not export. */
const KINDS = { workflow: 1, activity: 2 } as unknown as Record<
  'workflow' | 'activity',
  TaskQueueType
>;

export async function pollersOf(
  connection: Connection,
  namespace: string,
  taskQueue: string,
): Promise<Pollers> {
  const describe = (kind: keyof typeof KINDS) =>
    connection.withDeadline(Date.now() + LIMIT_MS, () =>
      connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: KINDS[kind],
        reportStats: true,
      }),
    );
  const [workflows, activities] = await Promise.all([describe('workflow'), describe('activity')]);
  return {
    workflows: identitiesOf(workflows.pollers),
    activities: identitiesOf(activities.pollers),
    backlog: Number(activities.stats?.approximateBacklogCount ?? 0),
  };
}

type PollerInfo = NonNullable<
  Awaited<ReturnType<Connection['workflowService']['describeTaskQueue']>>['pollers']
>[number];

const identitiesOf = (pollers: readonly PollerInfo[] | null | undefined): readonly string[] =>
  (pollers ?? [])
    .filter(
      ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1_000 < RECENT_MS,
    )
    .map(({ identity }) => identity ?? '');

/** Which workers are missing for a run on this task queue, and what to do; undefined if none is. */
export function unpolledText(
  taskQueue: string,
  { workflows, activities }: Pollers,
): string | undefined {
  if (workflows.length > 0 && activities.length > 0) return undefined;
  const what =
    workflows.length === 0 && activities.length === 0
      ? 'no worker polls'
      : `no worker polls for ${workflows.length === 0 ? 'workflows' : 'activities'} on`;
  return `${what} task queue ${taskQueue}: start one (dataflow worker) or name another with --task-queue`;
}
