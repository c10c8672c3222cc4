import { startHosted, type HostedProcess } from './hosted-process.js';
import { choosePorts, isPortFree, LOOPBACK, type Ports, uiUrlOf } from './ports.js';
import { waitUntilReady } from './ready.js';
import type { ServerSettings, StartedServer } from './server.js';

/** A cold start takes half a second; a machine that is building something else takes longer. */
const START_LIMIT_MS = 60_000;
/** Another process may take a free port before the server does. */
const PORT_TRIES = 5;

/** Ends the server when our end of the pipe closes, and itself when the server ends. */
const HOST_SCRIPT = `
const [command, ...args] = process.argv.slice(1);
const child = require('node:child_process').spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => { console.error(error.message); process.exit(127); });
child.on('exit', (code) => process.exit(code ?? 1));
process.stdin.on('close', () => child.kill('SIGKILL')).resume();
`;

/** Runs `temporal server start-dev` until it is ended, or until this process ends. */
export async function startDevServer(
  executable: string,
  settings: ServerSettings,
): Promise<StartedServer> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(settings.ports);
    const hosted = startHosted(
      HOST_SCRIPT,
      [executable, ...startDevArguments(settings, ports)],
      settings.env,
    );
    try {
      return await whenReady(hosted, settings, ports);
    } catch (error) {
      await hosted.end();
      if (attempt === PORT_TRIES || (await areFree(ports))) throw error;
    }
  }
}

/** Whether the ports are free although the server has ended: then it did not fail because another process took one. */
const areFree = async ({ grpc, ui }: Ports): Promise<boolean> =>
  (await isPortFree(grpc)) && (ui === undefined || (await isPortFree(ui)));

export function startDevArguments(
  { namespace, extraArgs }: Pick<ServerSettings, 'namespace' | 'extraArgs'>,
  ports: Ports,
): string[] {
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(ports.grpc)],
    ...['--namespace', namespace, '--log-level', 'error'],
    ...(ports.ui === undefined ? ['--headless'] : ['--ui-port', String(ports.ui)]),
    ...extraArgs,
  ];
}

async function whenReady(
  hosted: HostedProcess,
  { namespace }: ServerSettings,
  ports: Ports,
): Promise<StartedServer> {
  const address = `${LOOPBACK}:${String(ports.grpc)}`;
  await waitUntilReady({
    address,
    namespace,
    limitMs: START_LIMIT_MS,
    giveUp: () => (hosted.isEnded() ? `it ended at once: ${hosted.tail()}` : undefined),
  });
  return {
    address,
    uiUrl: uiUrlOf(ports),
    hosted,
  };
}
