import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { Refused } from './first-available.js';

/** The newest release that `go install` accepts; from v1.6.0 on its go.mod holds a `replace`, which Go refuses. */
export const CLI_VERSION = 'v1.5.1';
/**
 * The server of v1.5.1. A binary of `go install` says 0.0.0-DEV as its own version, so the version of its server is
 * compared.
 */
export const CLI_SERVER_VERSION = '1.29.1';

const EXE = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
const VERSION_LIMIT_MS = 30_000;
const run = promisify(execFile);

export type Env = Readonly<Record<string, string | undefined>>;

/** Path of our own copy of the Temporal CLI. */
export const cachedCli = (env: Env): string =>
  join(cacheFolder(env), `temporal-${CLI_VERSION}`, EXE);

/** Folder of programs that were built here. It may be deleted at any time. */
export function cacheFolder(env: Env): string {
  const xdg = env['XDG_CACHE_HOME'];
  const root = xdg && isAbsolute(xdg) ? xdg : join(env['HOME'] ?? homedir(), '.cache');
  return join(root, 'temporal-ncloud-dataflow');
}

/** Path of the Temporal CLI that the user has installed. @throws Refused where none on PATH works */
export async function findOnPath(env: Env): Promise<string> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const broken: string[] = [];
  for (const folder of folders) {
    const path = join(folder, EXE);
    if (!(await isExecutable(path))) continue;
    const problem = await findTemporalProblem(path);
    if (problem === undefined) return path;
    broken.push(`${path} ${problem}`);
  }
  throw new Refused(broken.join('; ') || 'not found; install it from https://docs.temporal.io/cli');
}

/** Path of our own copy. @throws Refused where it is missing or broken; `go install` then replaces it */
export async function findInCache(env: Env): Promise<string> {
  const path = cachedCli(env);
  const problem = await findTemporalProblem(path, CLI_SERVER_VERSION);
  if (problem !== undefined) throw new Refused(`${path} ${problem}`);
  return path;
}

/** What is wrong with an executable that should be the Temporal CLI; `undefined` when nothing is. */
export async function findTemporalProblem(
  path: string,
  serverVersion?: string,
): Promise<string | undefined> {
  if (!(await exists(path))) return 'does not exist';
  if (!(await isExecutable(path))) return 'is not executable';
  try {
    const { stdout } = await run(path, ['--version'], { timeout: VERSION_LIMIT_MS });
    return problemOfVersion(stdout, serverVersion);
  } catch (error) {
    return `does not run (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Reads e.g. `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. */
export function problemOfVersion(stdout: string, serverVersion?: string): string | undefined {
  const server = /^temporal version \S+ \(Server ([^\s,)]+)/.exec(stdout)?.[1];
  const said = stdout.trim().slice(0, 80);
  if (server === undefined) return `is not the Temporal CLI (--version says "${said}")`;
  if (serverVersion === undefined || server === serverVersion) return undefined;
  return `has server ${server} where ${CLI_VERSION} has ${serverVersion}`;
}

const exists = (path: string): Promise<boolean> => allows(path, constants.F_OK);
const isExecutable = (path: string): Promise<boolean> => allows(path, constants.X_OK);

async function allows(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
