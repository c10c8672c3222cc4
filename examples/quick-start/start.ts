// start.ts: starts the workflow and waits for its result
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { nightly } from './workflows.js';

async function main(): Promise<void> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  const client = new Client({ connection, namespace });
  const handle = await client.workflow.start<typeof nightly>('nightly', {
    taskQueue: 'etl',
    workflowId: `nightly-${new Date().toISOString().slice(0, 10)}`,
  });
  console.log(`started ${handle.workflowId}`);
  console.log(await handle.result());
  await connection.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
