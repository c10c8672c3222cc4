import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Refused } from '../../../cli/dev-server/first-available.js';
import { LOOPBACK } from '../../../cli/dev-server/ports.js';
import { until } from '../until.js';
import { type HostedProgram, startProgram } from './hosted-program.js';

const run = promisify(execFile);
export const POSTGRES_USER = 'temporal';
/** Where Debian's packages put the programs of each version. */
const DEBIAN = '/usr/lib/postgresql';

/** A PostgreSQL server with a database folder of its own. */
export interface Postgres {
  readonly port: number;
  /** `pg_ctl restart -m immediate`: nothing is written before the end, and the log is recovered at the start. */
  restartImmediately(): Promise<void>;
  /** Transactions so far that wrote something; those that only read have no number. */
  commits(): Promise<number>;
  /** CPU seconds of all its processes so far; NaN where the system does not tell. */
  cpuS(): number;
  close(): Promise<void>;
}

/** Folder with the programs of PostgreSQL. @throws Refused where there is none */
export function findPostgres(): string {
  const newest = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).toSorted((one, other) => Number(other) - Number(one))
    : [];
  const folders = [
    ...newest.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.find((folder) =>
    ['initdb', 'postgres', 'psql'].every((program) => existsSync(join(folder, program))),
  );
  if (found !== undefined) return found;
  throw new Refused('PostgreSQL is not installed (e.g. apt-get install postgresql)');
}

export async function startPostgres(port: number): Promise<Postgres> {
  const programs = findPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'dataflow-postgres-'));
  const owner = await ownerOf(folder);
  const start = async (): Promise<HostedProgram> => {
    const settings = [
      `listen_addresses=${LOOPBACK}`,
      'unix_socket_directories=',
      'max_connections=300',
    ];
    const program = await startProgram({
      command: join(programs, 'postgres'),
      args: ['-D', folder, '-p', String(port), ...settings.flatMap((each) => ['-c', each])],
      options: { ...owner, cwd: folder },
    });
    await until(async () => {
      if (program.isEnded()) throw new Error(`PostgreSQL has ended: ${program.tail()}`);
      return query('select 1').then(
        () => true,
        () => false,
      );
    });
    return program;
  };
  const query = async (sql: string): Promise<string> => {
    const to = ['-h', LOOPBACK, '-p', String(port), '-U', POSTGRES_USER, '-d', 'postgres'];
    return (await run(join(programs, 'psql'), [...to, '-tAc', sql])).stdout.trim();
  };
  await run(
    join(programs, 'initdb'),
    ['-D', folder, '-U', POSTGRES_USER, '--auth=trust', '--encoding=UTF8', '--locale=C'],
    { ...owner, cwd: folder },
  );
  let server = await start();
  return {
    port,
    restartImmediately: async () => {
      await server.stop('SIGQUIT');
      server = await start();
    },
    commits: async () => Number(await query('select txid_snapshot_xmax(txid_current_snapshot())')),
    cpuS: () => cpuSeconds(server.pid),
    close: async () => {
      await server.stop('SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: then it runs as its package's user, who is given the folder. */
async function ownerOf(folder: string): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string): Promise<number> =>
    Number((await run('id', [flag, 'postgres'])).stdout);
  const owner = { uid: await id('-u'), gid: await id('-g') };
  await chown(folder, owner.uid, owner.gid);
  return owner;
}

/** Of /proc/<pid>/stat, in hundredths of a second on Linux. */
const TICKS = 100;

/** CPU seconds of a process, of those that it has waited for, and of those of its children that run. */
export function cpuSeconds(pid: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(name))
    .filter((stat) => stat?.parent === pid);
  const own = statOf(String(pid));
  if (own === undefined) return NaN;
  return children.reduce((sum, child) => sum + (child?.ownS ?? 0), own.ownS + own.endedS);
}

function statOf(pid: string) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = NaN] = fields;
    const seconds = (from: number): number =>
      ((fields[from] ?? NaN) + (fields[from + 1] ?? NaN)) / TICKS;
    return { parent, ownS: seconds(11), endedS: seconds(13) };
  } catch {
    return undefined; // it has ended
  }
}
