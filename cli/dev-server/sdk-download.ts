import { createRequire } from 'node:module';
import { Refused } from './first-way.js';
import { startHosted } from './hosted-process.js';
import type { ServerSettings, StartedServer } from './server.js';

/** A host name that does not resolve, or a proxy that swallows, must not hold up the next way. */
const GIVE_UP_AFTER_MS = 20_000;
const READY = 'temporal-server-at ';

/** The SDK downloads (or finds its own copy), starts and stops the server; a process of its own can be given up. */
const HOST_SCRIPT = `
const [testing, options] = process.argv.slice(1);
let environment;
const stop = async () => {
  await environment?.teardown();
  // Given up before we hold the server: the group has whatever the SDK may have started by now.
  if (!environment && process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
  process.exit(0);
};
process.stdin.on('close', stop).resume();
require(testing).TestWorkflowEnvironment.createLocal({ server: JSON.parse(options) }).then(
  (created) => { environment = created; console.log('${READY}' + created.address); },
  (error) => { console.error(String(error?.cause?.message ?? error?.message ?? error)); process.exit(1); },
);
`;

/** A server from the SDK's own cached download. `@temporalio/testing` brings it, which a project may or may not have. */
export async function startFromSdkDownload(settings: ServerSettings): Promise<StartedServer> {
  const hosted = startHosted(
    HOST_SCRIPT,
    [resolveTesting(), JSON.stringify(toSdkOptions(settings))],
    settings.env,
  );
  try {
    const address = await new Promise<string>((resolve, reject) => {
      hosted.onLine((line) => {
        if (line.startsWith(READY)) resolve(line.slice(READY.length).trim());
      });
      void hosted.ended.then(() => {
        reject(new Refused(hosted.tail().replaceAll(/\s+/g, ' ') || 'it ended without a word'));
      });
      setTimeout(() => {
        reject(new Refused(`nothing came within ${String(GIVE_UP_AFTER_MS / 1_000)} s`));
      }, GIVE_UP_AFTER_MS).unref();
    });
    return { address, uiUrl: sdkUiUrl(settings, address), hosted };
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

function toSdkOptions({ namespace, ui, uiPort, extraArgs }: ServerSettings): object {
  return {
    executable: { type: 'cached-download' },
    namespace,
    ui: ui || uiPort !== undefined,
    ...(uiPort !== undefined && { uiPort }),
    log: { format: 'pretty', level: 'error' },
    extraArgs,
  };
}

/** Asked for a UI without a port, the SDK takes the one 1,000 above the frontend's. */
function sdkUiUrl({ ui, uiPort }: ServerSettings, address: string): string | undefined {
  const grpcPort = Number(address.slice(address.lastIndexOf(':') + 1));
  const port = uiPort ?? (ui ? Math.min(grpcPort + 1_000, 65_535) : undefined);
  return port === undefined ? undefined : `http://127.0.0.1:${String(port)}`;
}
