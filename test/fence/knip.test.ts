import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBreachedTree, type BreachedTree } from './breached-tree.js';
import { runTool } from './run-tool.js';

const MANIFEST = {
  name: 'breached',
  version: '1.0.0',
  type: 'module',
  exports: './lib/index.js',
  dependencies: { zod: '*' },
};

let tree: BreachedTree;

beforeEach(async () => {
  tree = await createBreachedTree(['knip.json', 'tsconfig.json', 'tsconfig.base.json']);
  await tree.plant({
    'package.json': JSON.stringify(MANIFEST),
    'index.ts': "export { used } from './client/used.js';\nexport { z } from 'zod';\n",
    'client/used.ts': 'export const used = 1;\n',
  });
});
afterEach(() => tree.remove());

const knip = () => runTool('knip', ['--no-config-hints'], tree.folder);

describe('knip', () => {
  it('lets a tree pass in which everything is used', async () => {
    expect(await knip()).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['a file that nobody imports', { 'client/alone.ts': 'export {};\n' }, 'client/alone.ts'],
    [
      'an export that nobody imports',
      { 'client/used.ts': 'export const used = 1;\nexport const unused = 2;\n' },
      'unused',
    ],
    [
      'a dependency that nobody imports',
      { 'package.json': JSON.stringify({ ...MANIFEST, dependencies: { zod: '*', undici: '*' } }) },
      'undici',
    ],
  ])('refuses %s', async (_, files, named) => {
    await tree.plant(files);
    const { exitCode, output } = await knip();
    expect(output).toContain(named);
    expect(exitCode).toBe(1);
  });
});
