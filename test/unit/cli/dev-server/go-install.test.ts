import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../../cli/dev-server/first-available.js';
import { installWithGo } from '../../../../cli/dev-server/go-install.js';
import {
  cachedCli,
  CLI_SERVER_VERSION,
  findInCache,
} from '../../../../cli/dev-server/temporal-cli.js';

let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'go-install-'));
  env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, 'cache') };
  await mkdir(join(folder, 'bin'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A stand-in for Go that notes its arguments and puts `built` where it is told to. */
async function installGo(built: string, exitCode = 0): Promise<void> {
  const go = join(folder, 'bin', 'go');
  const script = [
    '#!/bin/sh',
    `echo "$@" >> '${folder}/called'`,
    'echo "network is down" >&2',
    `[ ${String(exitCode)} = 0 ] || exit ${String(exitCode)}`,
    `printf '%s\\n' '#!/bin/sh' 'echo "${built}"' > "$GOBIN/temporal"`,
    'chmod +x "$GOBIN/temporal"',
  ];
  await writeFile(go, script.join('\n'));
  await chmod(go, 0o755);
}

const SOUND = `temporal version 0.0.0-DEV (Server ${CLI_SERVER_VERSION}, UI 2)`;
const logInto = (lines: string[]) => (line: string) => {
  lines.push(line);
};

describe('installWithGo', () => {
  it('builds the pinned version into the cache and says beforehand how long it takes', async () => {
    await installGo(SOUND);
    const lines: string[] = [];
    expect(await installWithGo(env, logInto(lines))).toBe(await findInCache(env));
    expect(lines[0]).toMatch(/three minutes/);
    expect(await readFile(join(folder, 'called'), 'utf8')).toBe(
      'install github.com/temporalio/cli/cmd/temporal@v1.5.1\n',
    );
  });

  it('replaces a broken binary in the cache', async () => {
    await installGo(SOUND);
    await mkdir(dirname(cachedCli(env)), { recursive: true });
    await writeFile(cachedCli(env), 'half a download');
    await installWithGo(env, logInto([]));
    expect(await findInCache(env)).toBe(cachedCli(env));
  });

  it('leaves a sound cache and nothing else when two processes build at once', async () => {
    await installGo(SOUND);
    await Promise.all([installWithGo(env, logInto([])), installWithGo(env, logInto([]))]);
    expect(await readdir(dirname(await findInCache(env)))).toEqual(['temporal']);
  });

  it.each([
    ['Go fails', SOUND, 2, /ended with 2: network is down/],
    ['what it built is not what was asked for', 'something else', 0, /not the Temporal CLI/],
  ])('refuses, and leaves nothing behind, when %s', async (_, built, exitCode, message) => {
    await installGo(built, exitCode);
    const install = installWithGo(env, logInto([]));
    await expect(install).rejects.toThrow(Refused);
    await expect(install).rejects.toThrow(message);
    expect(await readdir(dirname(cachedCli(env)))).toEqual([]);
  });

  it('refuses, and says where to get it, when there is no Go', async () => {
    const install = installWithGo({ ...env, PATH: join(folder, 'bin') }, logInto([]));
    await expect(install).rejects.toThrow(/`go` is not on PATH/);
  });
});
