import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Refused } from './first-available.js';
import {
  cachedCli,
  CLI_SERVER_VERSION,
  CLI_VERSION,
  findTemporalProblem,
  type Env,
} from './temporal-cli.js';

const CLI_PACKAGE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`;
/** Ends a download that hangs; a build takes up to eight minutes on two busy cores. */
const BUILD_LIMIT_MS = 20 * 60_000;
const REPORT_EVERY_MS = 60_000;
const TAIL_CHARS = 600;

export type Log = (line: string) => void;

/**
 * Builds the Temporal CLI with the user's Go into our cache, and returns its path. It is built in a folder beside and
 * renamed into place: two processes may build at once, and an interrupted build leaves no partial binary.
 */
export async function installWithGo(env: Env, log: Log): Promise<string> {
  const target = cachedCli(env);
  await mkdir(dirname(target), { recursive: true });
  const aside = await mkdtemp(join(dirname(target), 'building-'));
  try {
    log(
      `Building the Temporal CLI ${CLI_VERSION} with Go into ${dirname(target)}: about three minutes, ` +
        'up to eight on two busy cores, and only this once.',
    );
    await goInstall([CLI_PACKAGE], aside, env, log);
    const built = join(aside, basename(target));
    const problem = await findTemporalProblem(built, CLI_SERVER_VERSION);
    if (problem !== undefined) throw new Refused(`what Go built ${problem}`);
    await rename(built, target);
    return target;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Builds programs of Go modules into a folder. @throws Refused where Go is missing or fails */
export async function goInstall(
  packages: readonly string[],
  binFolder: string,
  env: Env,
  log: Log,
): Promise<void> {
  const startedMs = Date.now();
  const go = spawn('go', ['install', ...packages], {
    cwd: binFolder,
    env: { ...env, GOBIN: binFolder },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: AbortSignal.timeout(BUILD_LIMIT_MS), // unlike `timeout`, holds nothing open when there is no Go
  });
  let tail = '';
  go.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL_CHARS);
  });
  const reporter = setInterval(() => {
    log(`Still building: ${String(Math.round((Date.now() - startedMs) / 60_000))} min.`);
  }, REPORT_EVERY_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      go.once('error', (error: NodeJS.ErrnoException) => {
        const isMissing = error.code === 'ENOENT';
        reject(new Refused(isMissing ? '`go` is not on PATH; https://go.dev/dl' : error.message));
      });
      go.once('close', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Refused(`it ended with ${String(code ?? signal)}: ${tail.trim()}`));
      });
    });
  } finally {
    clearInterval(reporter);
  }
}
