import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBreachedTree, type BreachedTree } from './breached-tree.js';
import { runTool } from './run-tool.js';

let tree: BreachedTree;

beforeEach(async () => {
  tree = await createBreachedTree(['.prettierrc.json', '.prettierignore']);
});
afterEach(() => tree.remove());

describe('format', () => {
  it.each([
    ['double quotes', 'export const it = "it";\n'],
    ['a line of more than 100 characters', `export const it = [${'1, '.repeat(40)}1];\n`],
  ])('refuses %s', async (_, content) => {
    await tree.plant({ 'client/breach.ts': content });
    const { exitCode, output } = await runTool('prettier', ['--check', '.'], tree.folder);
    expect(output).toContain('client/breach.ts');
    expect(exitCode).toBe(1);
  });

  it('lets generated files be', async () => {
    await tree.plant({ 'lib/index.js': 'export const it = "it"', 'index.ts': 'export {};\n' });
    expect((await runTool('prettier', ['--check', '.'], tree.folder)).exitCode).toBe(0);
  });
});
