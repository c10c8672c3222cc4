import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { inject } from 'vitest';
import { DataFlowPlugin } from '../../index.js';

/** Bundles a file of workflows with the plugin, as a worker of a user does. */
export const bundleWithPlugin = (file: URL): Promise<WorkflowBundle> =>
  bundleWorkflowCode({
    workflowsPath: fileURLToPath(file),
    plugins: [new DataFlowPlugin()],
    logger: new DefaultLogger('WARN'),
  });

/** As {@link bundleWithPlugin}, into a file for worker processes. The file is removed after the test run. */
export async function bundleFile(file: URL): Promise<string> {
  const path = join(dirname(inject('workflowBundlePath')), `${randomUUID()}.js`);
  await writeFile(path, (await bundleWithPlugin(file)).code);
  return path;
}
