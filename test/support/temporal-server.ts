import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { FAST_DEV_SERVER } from '../../cli/dev-server/fast-dev-server.js';
import { provideTemporalServer } from '../../cli/dev-server/provide.js';
import type { TemporalServer } from '../../cli/dev-server/server.js';
import { DataFlowPlugin } from '../../index.js';

const WORKFLOWS = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the server of this run. Empty: there is none, and tests that need it are skipped. */
    temporalAddress: string;
    temporalNamespace: string;
    /** Path of the Temporal CLI, e.g. for `temporal workflow reset`. Empty: unknown. */
    temporalExecutable: string;
    /** Bundle of our workflows, for `workflowBundle: { codePath }`. */
    workflowBundlePath: string;
    /** Why there is no server. Empty: there is one. */
    temporalUnavailable: string;
  }
}

/** Provides one server and one bundle for the test run. vitest calls this only if a selected file needs them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'dataflow-tests-'));
  project.provide('workflowBundlePath', await bundleOwnWorkflows(folder));
  const server = await serverOrReason();
  const hasServer = typeof server !== 'string';
  project.provide('temporalUnavailable', hasServer ? '' : server);
  project.provide('temporalAddress', hasServer ? server.address : '');
  project.provide('temporalNamespace', hasServer ? server.namespace : '');
  project.provide('temporalExecutable', hasServer ? (server.executable ?? '') : '');
  return async () => {
    if (hasServer) await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}

async function serverOrReason(): Promise<TemporalServer | string> {
  try {
    return await provideTemporalServer({ extraArgs: FAST_DEV_SERVER });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (process.env['REQUIRE_TEMPORAL'] !== '1') {
      process.stderr.write(`Skipping all tests that need a Temporal server. ${reason}\n`);
    }
    return reason;
  }
}

async function bundleOwnWorkflows(folder: string): Promise<string> {
  if (!existsSync(WORKFLOWS)) return '';
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    plugins: [new DataFlowPlugin()],
    logger: new DefaultLogger('WARN'),
  });
  const path = join(folder, 'workflow-bundle.js');
  await writeFile(path, code);
  return path;
}
