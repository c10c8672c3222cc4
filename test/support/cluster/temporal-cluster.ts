import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { Refused } from '../../../cli/dev-server/first-available.js';
import { goInstall, type Log } from '../../../cli/dev-server/go-install.js';
import { choosePorts, LOOPBACK } from '../../../cli/dev-server/ports.js';
import { waitUntilReady } from '../../../cli/dev-server/ready.js';
import { cacheFolder } from '../../../cli/dev-server/temporal-cli.js';
import { until } from '../until.js';
import { type HostedProgram, startProgram } from './hosted-program.js';
import {
  cpuSeconds,
  findPostgres,
  type Postgres,
  POSTGRES_USER,
  startPostgres,
} from './postgres.js';

const run = promisify(execFile);

/** The newest release that Go 1.26.8 builds; later ones ask for a newer Go. */
const SERVER_VERSION = 'v1.31.0';
const PACKAGES = ['server', 'tools/sql'].map(
  (name) => `go.temporal.io/server/cmd/${name}@${SERVER_VERSION}`,
);
const PROGRAMS = ['server', 'sql'] as const;
export const HISTORY_SHARDS = 16;
const START_LIMIT_MS = 120_000;
const RESTART_PAUSE_MS = 1_000;
const NAMESPACE = 'default';

/** The processes of a cluster, each with one service. */
const SERVICES = {
  'history-1': 'history',
  'history-2': 'history',
  matching: 'matching',
  frontend: 'frontend',
  worker: 'worker',
} as const;
export type ServiceName = keyof typeof SERVICES;
const NAMES = Object.keys(SERVICES) as ServiceName[];

/** A Temporal server as separate services on PostgreSQL, all on the loopback interface. */
export interface TemporalCluster {
  readonly address: string;
  readonly namespace: string;
  readonly postgres: Postgres;
  /** `kill -9`. */
  kill(service: ServiceName): Promise<void>;
  /** Starts a service that was killed. It needs some seconds to serve its part again. */
  restart(service: ServiceName): Promise<void>;
  /** CPU seconds of the services so far, without PostgreSQL. */
  cpuS(): number;
}

/** Runs `body` on a cluster of its own, which is removed afterwards. @throws Refused where Go or PostgreSQL is missing */
export async function withCluster<Value>(
  log: Log,
  body: (cluster: TemporalCluster) => Promise<Value>,
): Promise<Value> {
  findPostgres();
  const programs = await serverPrograms(log);
  const folder = await mkdtemp(join(tmpdir(), 'dataflow-cluster-'));
  const ports = await freePorts(1 + 3 * NAMES.length);
  const postgres = await startPostgres(ports.pop()!);
  const services = new Map<ServiceName, HostedProgram>();
  /** Services that are killed, or all at the end: nobody starts them again. */
  const stopped = new Set<ServiceName>();
  try {
    await makeDatabases(programs, postgres.port);
    const portsOf = (name: ServiceName): ServicePorts => {
      const from = 3 * NAMES.indexOf(name);
      return { rpc: ports[from]!, membership: ports[from + 1]!, metrics: ports[from + 2]! };
    };
    const address = `${LOOPBACK}:${portsOf('frontend').rpc}`;
    const start = async (name: ServiceName): Promise<void> => {
      const config = join(folder, `${name}.yaml`);
      await writeFile(config, JSON.stringify(configOf(name, portsOf, postgres.port, folder)));
      const args = [
        '--allow-no-auth',
        '--config-file',
        config,
        'start',
        '--service',
        SERVICES[name],
      ];
      const command = join(programs, 'server');
      const service = await startProgram({ command, args, options: { cwd: folder } });
      services.set(name, service);
      // A service ends where the database is away while it starts. What runs a cluster starts it again.
      void service.ended.then(async () => {
        await sleep(RESTART_PAUSE_MS);
        if (!stopped.has(name) && services.get(name) === service) await start(name);
      });
    };
    await writeFile(join(folder, 'dynamic.yaml'), '{}');
    for (const name of NAMES) await start(name);
    await untilItWorks(address, services);
    return await body({
      ...{ address, namespace: NAMESPACE, postgres },
      kill: async (name) => {
        stopped.add(name);
        await services.get(name)!.stop('SIGKILL');
      },
      restart: async (name) => {
        stopped.delete(name);
        await start(name);
      },
      cpuS: () => [...services.values()].reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
    });
  } finally {
    for (const name of NAMES) stopped.add(name);
    await Promise.all([...services.values()].map((service) => service.end()));
    await postgres.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Folder with the server's programs, built with Go where they are missing. */
async function serverPrograms(log: Log): Promise<string> {
  const root = cacheFolder(process.env);
  const folder = join(root, `temporal-server-${SERVER_VERSION}`);
  if (PROGRAMS.every((name) => existsSync(join(folder, name)))) return folder;
  await mkdir(root, { recursive: true });
  const aside = await mkdtemp(join(root, 'building-'));
  try {
    log(
      `Building the Temporal server ${SERVER_VERSION} with Go into ${folder}: some five minutes, once.`,
    );
    await goInstall(PACKAGES, aside, process.env, log);
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
    return folder;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Below the range from which the system takes the ports of outgoing connections: a killed service gets its own again. */
async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  let from = randomInt(10_000, 30_000);
  while (ports.length < count) {
    const { grpc } = await choosePorts({ grpc: { from } });
    ports.push(grpc);
    from = grpc + 1;
  }
  return ports;
}

const DATABASES = { temporal: 'temporal', temporal_visibility: 'visibility' } as const;

async function makeDatabases(programs: string, port: number): Promise<void> {
  for (const [database, schema] of Object.entries(DATABASES)) {
    const to = ['--plugin', 'postgres12', '--ep', LOOPBACK, '-p', String(port)];
    const sql = async (...args: readonly string[]): Promise<void> => {
      await run(join(programs, 'sql'), [...to, '-u', POSTGRES_USER, '--db', database, ...args]);
    };
    await sql('create');
    await sql('setup-schema', '-v', '0.0');
    await sql('update-schema', '--schema-name', `postgresql/v12/${schema}`);
  }
}

interface ServicePorts {
  readonly rpc: number;
  readonly membership: number;
  readonly metrics: number;
}

/** After config/development-postgres12.yaml of the server. JSON is YAML. */
function configOf(
  name: ServiceName,
  portsOf: (name: ServiceName) => ServicePorts,
  databasePort: number,
  folder: string,
): object {
  const store = (databaseName: string, maxConns: number) => ({
    sql: {
      ...{ pluginName: 'postgres12', databaseName, connectAddr: `${LOOPBACK}:${databasePort}` },
      ...{ connectProtocol: 'tcp', user: POSTGRES_USER, password: '' },
      ...{ maxConns, maxIdleConns: maxConns, maxConnLifetime: '1h' },
    },
  });
  const rpcOf = (service: ServiceName) => {
    const { rpc, membership } = portsOf(service);
    return { rpc: { grpcPort: rpc, membershipPort: membership, bindOnLocalHost: true } };
  };
  const frontend = `${LOOPBACK}:${portsOf('frontend').rpc}`;
  return {
    log: { stdout: true, level: 'error' },
    persistence: {
      ...{ defaultStore: 'default', visibilityStore: 'visibility' },
      numHistoryShards: HISTORY_SHARDS,
      datastores: {
        default: store('temporal', 20),
        visibility: store('temporal_visibility', 5),
      },
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: LOOPBACK },
      metrics: {
        prometheus: { framework: 'tally', listenAddress: `${LOOPBACK}:${portsOf(name).metrics}` },
      },
    },
    services: {
      history: rpcOf(name === 'history-2' ? name : 'history-1'),
      matching: rpcOf('matching'),
      frontend: rpcOf('frontend'),
      worker: rpcOf('worker'),
    },
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active' },
      clusterInformation: {
        active: {
          ...{ enabled: true, initialFailoverVersion: 1 },
          ...{ rpcName: 'frontend', rpcAddress: frontend },
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: frontend },
    dynamicConfigClient: { filepath: join(folder, 'dynamic.yaml'), pollInterval: '10s' },
  };
}

/** Registers the namespace, and waits until a workflow can be started in it: each service reads namespaces by itself. */
async function untilItWorks(
  address: string,
  services: ReadonlyMap<ServiceName, HostedProgram>,
): Promise<void> {
  const limits = { address, limitMs: START_LIMIT_MS };
  await waitUntilReady({ ...limits, namespace: 'temporal-system' }).catch((error: unknown) => {
    const tails = [...services].map(([name, service]) => `${name}: ${service.tail()}`);
    throw new Error(`the cluster does not answer\n${tails.join('\n')}`, { cause: error });
  });
  const connection = await Connection.connect({ address });
  try {
    const day = { seconds: 86_400 as unknown as Long };
    await connection.workflowService.registerNamespace({
      namespace: NAMESPACE,
      workflowExecutionRetentionPeriod: day,
    });
    const client = new Client({ connection, namespace: NAMESPACE });
    const probe = { taskQueue: 'nobody', workflowId: 'probe' };
    await until(() =>
      client.workflow.start('probe', probe).then(
        async (handle) => {
          await handle.terminate('it works');
          return true;
        },
        () => false,
      ),
    );
  } finally {
    await connection.close();
  }
}

/** Why no cluster can be started on this machine; undefined where nothing is known to be missing. */
export async function whyNoCluster(): Promise<string | undefined> {
  try {
    findPostgres();
    const isBuilt = existsSync(join(cacheFolder(process.env), `temporal-server-${SERVER_VERSION}`));
    if (!isBuilt) await run('go', ['version']);
    return undefined;
  } catch (error) {
    return error instanceof Refused ? error.message : 'Go is not installed (https://go.dev/dl)';
  }
}
