import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cachedCli,
  CLI_SERVER_VERSION,
  findInCache,
  findOnPath,
  problemOfVersion,
} from '../../../../cli/dev-server/temporal-cli.js';

const SOUND = `temporal version 0.0.0-DEV (Server ${CLI_SERVER_VERSION}, UI 2.42.1)`;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temporal-cli-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function install(path: string, says: string, mode = 0o755): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho '${says}'\n`);
  await chmod(path, mode);
}

describe('cachedCli', () => {
  it('lies in XDG_CACHE_HOME when that is an absolute path, else in ~/.cache', () => {
    const tail = join('temporal-ncloud-dataflow', 'temporal-v1.5.1', 'temporal');
    expect(cachedCli({ XDG_CACHE_HOME: '/c', HOME: '/h' })).toBe(join('/c', tail));
    expect(cachedCli({ XDG_CACHE_HOME: 'c', HOME: '/h' })).toBe(join('/h/.cache', tail));
    expect(cachedCli({ HOME: '/h' })).toBe(join('/h/.cache', tail));
  });
});

describe('findInCache', () => {
  const inCache = async (says: string, mode?: number): Promise<string> => {
    await install(cachedCli({ XDG_CACHE_HOME: folder }), says, mode);
    return findInCache({ XDG_CACHE_HOME: folder });
  };

  it('finds the very version that is asked for', async () => {
    expect(await inCache(SOUND)).toBe(cachedCli({ XDG_CACHE_HOME: folder }));
  });

  it('does not trust a file that is not executable', async () => {
    await expect(inCache(SOUND, 0o644)).rejects.toThrow(/is not executable/);
  });

  it('does not trust another version, nor another program', async () => {
    await expect(inCache('temporal version 1.0.0 (Server 1.24.2, UI 2)')).rejects.toThrow(
      /1\.24\.2/,
    );
    await expect(inCache('hello')).rejects.toThrow(/not the Temporal CLI/);
  });

  it('does not trust a file that does not run', async () => {
    await expect(inCache("'; exit 3; '")).rejects.toThrow(/does not run/);
  });

  it('says where it looked when nothing is there', async () => {
    await expect(findInCache({ XDG_CACHE_HOME: folder })).rejects.toThrow(`${folder}/`);
  });
});

describe('findOnPath', () => {
  it('takes the first Temporal CLI of any version and passes over what is none', async () => {
    const [other, real] = [join(folder, 'other'), join(folder, 'real')];
    await install(join(other, 'temporal'), 'hello');
    await install(join(real, 'temporal'), 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.0)');
    expect(await findOnPath({ PATH: ['', other, real].join(delimiter) })).toBe(
      join(real, 'temporal'),
    );
  });

  it('names what it passed over when nothing else is there', async () => {
    await install(join(folder, 'temporal'), 'hello');
    await expect(findOnPath({ PATH: folder })).rejects.toThrow(/not the Temporal CLI/);
    await expect(findOnPath({})).rejects.toThrow(/not found/);
  });
});

describe('problemOfVersion', () => {
  it('reads releases and Go builds alike', () => {
    expect(problemOfVersion(SOUND, CLI_SERVER_VERSION)).toBeUndefined();
    expect(problemOfVersion('temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)')).toBeUndefined();
  });
});
