import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../fence/breached-tree.js';
import { runTool, type ToolRun } from '../fence/run-tool.js';
import { until } from '../support/until.js';

const TSC = 'node_modules/typescript/bin/tsc';
const MAIN = 'cli/main.js';
/** Says that it ran, and writes where it is told to. */
const COMPILER = `
const { mkdirSync, writeFileSync } = require('node:fs');
const target = process.argv[process.argv.indexOf('--outDir') + 1];
mkdirSync(target + '/cli', { recursive: true });
writeFileSync(target + '/${MAIN}', "console.log('new')");
writeFileSync(target + '/index.d.ts', '');
writeFileSync('compiled', '');
`;
const COMPILER_THAT_HANGS = `${COMPILER} setInterval(() => undefined, 1_000);`;

let clone: string;

/** A clone with our scripts and command, a lib/ of before, and a compiler of the test's. */
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'clone-'));
  for (const name of ['bin', 'scripts'])
    await cp(join(ROOT, name), join(clone, name), { recursive: true });
  const { version, bin, scripts } = JSON.parse(
    await readFile(join(ROOT, 'package.json'), 'utf8'),
  ) as { version: string; bin: object; scripts: Readonly<Record<string, string>> };
  const { build, prepare } = scripts;
  const manifest = { name: 'temporal-ncloud-dataflow', version, type: 'module', bin };
  await write('package.json', JSON.stringify({ ...manifest, scripts: { build, prepare } }));
  await write(TSC, COMPILER);
  await write(`lib/${MAIN}`, "console.log('old')");
});
afterEach(() => rm(clone, { recursive: true, force: true }));

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(clone, path)), { recursive: true });
  await writeFile(join(clone, path), content);
}

const npm = (...args: string[]): Promise<ToolRun> =>
  runTool('npm', args, clone, { npm_config_cache: join(clone, '.npm') });
const npx = (): Promise<ToolRun> => npm('exec', '--offline', '--', 'dataflow');
const isCompiled = (): boolean => existsSync(join(clone, 'compiled'));
const main = (): Promise<string> => readFile(join(clone, 'lib', MAIN), 'utf8');
const leftovers = async (): Promise<string[]> =>
  (await readdir(clone)).filter((name) => name.startsWith('.lib'));

describe('npm run build', () => {
  it.each(['SIGINT', 'SIGKILL'] as const)(
    'leaves the old lib/ when %s interrupts it, and cleans up the next time (L12)',
    async (signal) => {
      await write(TSC, COMPILER_THAT_HANGS);
      const build = spawn('node', ['scripts/build.mjs'], { cwd: clone, detached: true });
      const ended = once(build, 'exit');
      await until(isCompiled);
      process.kill(-build.pid!, signal);
      await ended;
      expect(await main()).toContain('old');

      await write(TSC, COMPILER);
      expect(await npm('run', 'build')).toMatchObject({ exitCode: 0 });
      expect(await main()).toContain('new');
      expect(await leftovers()).toEqual([]);
    },
  );

  it('leaves the old lib/ when it does not compile', async () => {
    await write(TSC, `${COMPILER} process.exit(2);`);
    const { exitCode, output } = await npm('run', 'build');
    expect(exitCode).toBe(1);
    expect(output).toContain('tsc ended with 2. lib/ is unchanged.');
    expect(await main()).toContain('old');
    expect(await leftovers()).toEqual([]);
  });
});

describe('npx dataflow in a clone', () => {
  it('builds nothing (L12)', async () => {
    expect(await npx()).toEqual({ exitCode: 0, output: 'old\n' });
    expect(isCompiled()).toBe(false);
  });

  it('says how lib/ is built where there is none, and works once it is there (L12)', async () => {
    await rm(join(clone, 'lib'), { recursive: true });
    const first = await npx();
    expect(first.exitCode).toBe(1);
    expect(first.output).toContain('Run `npm ci` in this clone');
    expect(isCompiled()).toBe(false);
    expect(await npm('run', 'prepare')).toMatchObject({ exitCode: 0 });
    expect(await npx()).toEqual({ exitCode: 0, output: 'new\n' });
  });
});
