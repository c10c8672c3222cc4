import { createRequire } from 'node:module';
import { Refused } from './first-available.js';
import { startHosted } from './hosted-process.js';
import { choosePorts, type Ports, uiUrlOf } from './ports.js';
import type { ServerSettings, StartedServer } from './server.js';

/** A host name that does not resolve, or a proxy that never answers, must not delay the next provider for long. */
const GIVE_UP_AFTER_MS = 20_000;
const READY = 'temporal-server-at ';

/**
 * The SDK downloads the server (or finds its own copy), starts and stops it. It runs in a process that can be ended at
 * any time.
 */
const HOST_SCRIPT = `
const [testing, options] = process.argv.slice(1);
let environment;
const stop = async () => {
  await environment?.teardown();
  // Ended before the server was ready: the process group has what the SDK may have started.
  if (!environment && process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
  process.exit(0);
};
process.stdin.on('close', stop).resume();
require(testing).TestWorkflowEnvironment.createLocal({ server: JSON.parse(options) }).then(
  (created) => { environment = created; console.log('${READY}' + created.address); },
  (error) => { console.error(String(error?.cause?.message ?? error?.message ?? error)); process.exit(1); },
);
`;

/**
 * A server from the SDK's own cached download, by `@temporalio/testing`.
 * @throws Refused where that is not installed, fails or takes too long
 */
export async function startFromSdkDownload(settings: ServerSettings): Promise<StartedServer> {
  const ports = await choosePorts(settings.ports);
  const options = JSON.stringify(toSdkOptions(settings, ports));
  const hosted = startHosted(HOST_SCRIPT, [resolveTesting(), options], settings.env);
  try {
    const address = await new Promise<string>((resolve, reject) => {
      hosted.onLine((line) => {
        if (line.startsWith(READY)) resolve(line.slice(READY.length).trim());
      });
      void hosted.ended.then(() => {
        reject(new Refused(hosted.tail().replaceAll(/\s+/g, ' ') || 'it ended without output'));
      });
      setTimeout(() => {
        reject(new Refused(`no server within ${String(GIVE_UP_AFTER_MS / 1_000)} s`));
      }, GIVE_UP_AFTER_MS).unref();
    });
    return { address, uiUrl: uiUrlOf(ports), hosted };
  } catch (error) {
    await hosted.end();
    throw error;
  }
}

function resolveTesting(): string {
  try {
    return createRequire(import.meta.url).resolve('@temporalio/testing');
  } catch {
    throw new Refused('@temporalio/testing is not installed');
  }
}

function toSdkOptions({ namespace, extraArgs }: ServerSettings, { grpc, ui }: Ports): object {
  return {
    executable: { type: 'cached-download' },
    namespace,
    port: grpc,
    ui: ui !== undefined,
    ...(ui !== undefined && { uiPort: ui }),
    log: { format: 'pretty', level: 'error' },
    extraArgs,
  };
}
