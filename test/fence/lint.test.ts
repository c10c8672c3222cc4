import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBreachedTree, type BreachedTree } from './breached-tree.js';
import { runTool } from './run-tool.js';

type Breach = readonly [rule: string, what: string, path: string, content: string];

/** Rules whose words are ours; those that eslint brings are its own tests' business. */
const BREACHES: readonly Breach[] = [
  [
    'no-restricted-imports',
    'a test imported by shipped code',
    'cli/tests.ts',
    "export * from '../test/support/plain.js';\n",
  ],
  ['no-restricted-syntax', 'a default export', 'client/default.ts', 'export default 1;\n'],
  // Workflow code is loaded once for all workflows of a worker.
  [
    'no-restricted-syntax',
    'a variable that all workflows would share',
    'workflows/count.ts',
    'let count = 0;\nexport const next = (): number => (count += 1);\n',
  ],
  [
    'no-restricted-syntax',
    'a map that all workflows would fill',
    'pipeline/planner/map.ts',
    'const seen = new Map<string, string>();\nexport const see = (id: string) => seen.set(id, id);\n',
  ],
  [
    'no-restricted-syntax',
    'a list that all workflows would fill',
    'contract/list.ts',
    'const list: string[] = [];\nexport const see = (id: string) => list.push(id);\n',
  ],
  [
    'no-restricted-syntax',
    'an error told by what its text holds',
    'client/holds.ts',
    "export const isGone = (error: Error): boolean => error.message.includes('not found');\n",
  ],
  [
    'no-restricted-syntax',
    'an error told by a pattern of its text',
    'workflows/pattern.ts',
    'export const isGone = (error: Error): boolean => /not found/.test(error.message);\n',
  ],
];

let tree: BreachedTree;
let results: readonly { filePath: string; messages: readonly { ruleId: string | null }[] }[];

beforeAll(async () => {
  tree = await createBreachedTree([
    ...['eslint.config.js', 'package.json', 'tsconfig.json', 'tsconfig.base.json'],
  ]);
  await tree.plant({ 'test/support/plain.ts': 'export const plain = 1;\n' });
  for (const [, , path, content] of BREACHES) await tree.plant({ [path]: content });
  const { output } = await runTool('eslint', ['.', '--format', 'json'], tree.folder);
  results = JSON.parse(output) as typeof results;
});
afterAll(() => tree.remove());

const rulesBrokenBy = (path: string): (string | null)[] =>
  results
    .filter(({ filePath }) => filePath.endsWith(`/${path}`))
    .flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));

describe('lint', () => {
  it.each(BREACHES)('refuses by %s %s, and nothing else in %s', (rule, _, path) => {
    expect(new Set(rulesBrokenBy(path))).toEqual(new Set([rule]));
  });

  it('finds nothing to refuse in a plain file', () => {
    expect(rulesBrokenBy('test/support/plain.ts')).toEqual([]);
  });
});
