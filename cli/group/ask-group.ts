import { QueryNotRegisteredError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { type GroupQuery, type GroupView, groupWorkflowId } from '../../contract/group.js';
import { GROUP_VIEW_QUERY } from '../../contract/names.js';
import { CommandFailed } from '../command-failed.js';
import type { Temporal } from '../run/temporal-connection.js';

const QUERY_LIMIT_MS = 5_000;

/** What a group shows; `none`: there is no such group; undefined: no worker answers within 5 s. */
export async function askGroup(
  { client, connection }: Temporal,
  group: string,
  query: GroupQuery = {},
): Promise<GroupView | 'none' | undefined> {
  const handle = client.workflow.getHandle(groupWorkflowId(group));
  try {
    return await connection.withDeadline(Date.now() + QUERY_LIMIT_MS, () =>
      handle.query<GroupView, [GroupQuery]>(GROUP_VIEW_QUERY, query),
    );
  } catch (error) {
    if (error instanceof CommandFailed) throw error; // payloads that cannot be read
    if (error instanceof WorkflowNotFoundError) return 'none';
    if (error instanceof QueryNotRegisteredError) return 'none';
    return undefined;
  }
}
