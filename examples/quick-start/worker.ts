// worker.ts: runs workflows and jobs until Ctrl-C. Keys: NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_ACCESS_KEY
import { fileURLToPath } from 'node:url';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { DataFlowPlugin } from 'temporal-ncloud-dataflow';

async function main(): Promise<void> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig(); // TEMPORAL_ADDRESS
  const connection = await NativeConnection.connect(connectionOptions);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: 'etl',
    workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
    plugins: [new DataFlowPlugin()],
  });
  await worker.run();
  await connection.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
