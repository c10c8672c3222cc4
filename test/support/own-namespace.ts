import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import { until } from './until.js';

const DAY_SECONDS = 86_400 as unknown as Long;
type Long = NonNullable<
  NonNullable<
    Parameters<
      Connection['workflowService']['registerNamespace']
    >[0]['workflowExecutionRetentionPeriod']
  >['seconds']
>;

/** A namespace of the server of this test run in which nothing else runs. */
export async function ownNamespace(): Promise<string> {
  const namespace = `own-${randomUUID()}`;
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: DAY_SECONDS },
    });
    const client = new Client({ connection, namespace });
    // Another part of the server may not know it yet.
    await until(() =>
      client.workflow.count().then(
        () => true,
        () => false,
      ),
    );
    return namespace;
  } finally {
    await connection.close();
  }
}
