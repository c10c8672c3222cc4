import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBreachedTree, type BreachedTree } from './breached-tree.js';
import { runTool, type ToolRun } from './run-tool.js';

const SOUND = {
  name: 'breached',
  version: '1.0.0',
  license: 'MIT',
  type: 'module',
  files: ['lib'],
  exports: { '.': { types: './lib/index.d.ts', default: './lib/index.js' } },
};

let tree: BreachedTree;

beforeEach(async () => {
  tree = await createBreachedTree([]);
  await tree.plant({
    'lib/index.js': 'export const it = 1;\n',
    'lib/index.d.ts': 'export declare const it = 1;\n',
  });
});
afterEach(() => tree.remove());

async function pack(manifest: object): Promise<void> {
  await tree.plant({ 'package.json': JSON.stringify(manifest) });
  await runTool('npm', ['pack', '--ignore-scripts', '--silent'], tree.folder);
}

const publint = (): Promise<ToolRun> =>
  runTool('publint', ['run', '--strict', 'breached-1.0.0.tgz'], tree.folder);
const attw = (): Promise<ToolRun> =>
  runTool('attw', ['--profile', 'esm-only', 'breached-1.0.0.tgz'], tree.folder);

describe('the checks of the packed package', () => {
  it('let a sound package pass', async () => {
    await pack(SOUND);
    expect(await publint()).toMatchObject({ exitCode: 0 });
    expect(await attw()).toMatchObject({ exitCode: 0 });
  });

  it('refuse an export whose file is not packed', async () => {
    await pack({ ...SOUND, exports: { '.': './lib/nowhere.js' } });
    const { exitCode, output } = await publint();
    expect(exitCode).not.toBe(0);
    expect(output).toContain('nowhere.js');
  });

  it('refuse types that a user of the module does not get', async () => {
    await tree.plant({
      'lib/index.d.ts': "export { it } from './nowhere.js';\nexport * from './lost';\n",
    });
    await pack(SOUND);
    expect((await attw()).exitCode).not.toBe(0);
  });
});
