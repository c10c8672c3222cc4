import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { DataFlowPlugin } from '../../index.js';

/** Bundles a file of workflows with the plugin, as a worker of a user does. */
export const bundleWithPlugin = (file: URL): Promise<WorkflowBundle> =>
  bundleWorkflowCode({
    workflowsPath: fileURLToPath(file),
    plugins: [new DataFlowPlugin()],
    logger: new DefaultLogger('WARN'),
  });
