import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBreachedTree, type BreachedTree } from './breached-tree.js';
import { runTool, type ToolRun } from './run-tool.js';

let tree: BreachedTree;

beforeEach(async () => {
  tree = await createBreachedTree([
    ...['package.json', 'tsconfig.base.json', 'workflows/tsconfig.json'],
    'test/fence/no-node-globals.ts',
  ]);
  await tree.plant({
    'contract/job.ts': 'export interface Job { readonly jobId: string }\n',
    'workflows/index.ts':
      "import { sleep } from '@temporalio/workflow';\n" +
      "import type { Job } from '../contract/job.js';\n" +
      'export const wait = (job: Job): Promise<void> => sleep(job.jobId.length);\n',
  });
});
afterEach(() => tree.remove());

const compile = (): Promise<ToolRun> =>
  runTool('tsc', ['--noEmit', '-p', 'workflows/tsconfig.json'], tree.folder);

describe('the compiler settings of workflows', () => {
  it('compile workflow code that keeps to the SDK and the contract', async () => {
    expect(await compile()).toEqual({ exitCode: 0, output: '' });
  });

  it('refuse what a workflow does not have, wherever it stands', async () => {
    const breaches = ['process.env', 'fetch', 'setTimeout', "Buffer.from('')", 'console'];
    const lines = breaches.map((breach, nth) => `export const b${nth}: unknown = ${breach};\n`);
    await tree.plant({ 'workflows/breach.ts': lines.join('') });
    const { output } = await compile();
    for (const [nth, breach] of breaches.entries())
      expect(output, breach).toMatch(
        new RegExp(`workflows/breach\\.ts\\(${nth + 1},.*Cannot find name`),
      );
  });

  it.each([
    ['a client type in the contract', 'contract', "export type { Agent } from 'undici';\n"],
    ["Node.js's types by reference", 'contract', '/// <reference types="node" />\nexport {};\n'],
    ["Node.js's types in a workflow", 'workflows', "export type { Stats } from 'node:fs';\n"],
  ])('no longer compile once %s let the globals in', async (_, folder, breach) => {
    await tree.plant({ [`${folder}/leak.ts`]: breach });
    const { exitCode, output } = await compile();
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/no-node-globals\.ts.*Unused '@ts-expect-error' directive|leak\.ts/);
  });
});
