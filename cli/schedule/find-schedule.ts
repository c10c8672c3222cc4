import type { ScheduleDescription, ScheduleHandle } from '@temporalio/client';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { isPipelineName, PIPELINE_NAME_RULE } from '../../contract/pipeline-ids.js';
import { scheduleIdOf } from '../../contract/schedule.js';
import { describeSchedule } from '../../worker/apply-schedule.js';
import { CommandFailed } from '../command-failed.js';
import type { Temporal } from '../run/temporal-connection.js';

export interface FoundSchedule {
  readonly handle: ScheduleHandle;
  readonly described: ScheduleDescription;
}

/** @throws DataFlowInvalidInputError before anything is connected */
export function refuseName(pipeline: string): void {
  if (!isPipelineName(pipeline))
    throw new DataFlowInvalidInputError('dataflow schedule', [`<pipeline>: ${PIPELINE_NAME_RULE}`]);
}

/** The schedule of a pipeline. @throws CommandFailed where it has none */
export async function findSchedule(
  { client, namespace, address }: Temporal,
  pipeline: string,
): Promise<FoundSchedule> {
  const scheduleId = scheduleIdOf(pipeline);
  const described = await describeSchedule(client, scheduleId);
  if (described !== undefined) return { handle: client.schedule.getHandle(scheduleId), described };
  throw new CommandFailed(
    'not-found',
    `pipeline ${pipeline} has no schedule ${scheduleId} in namespace ${namespace} at ${address}: dataflow schedule apply <file> makes it, dataflow schedule list shows what there is`,
  );
}
