import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBreachedTree, type BreachedTree } from './breached-tree.js';
import { runTool } from './run-tool.js';

const LONG = Array.from({ length: 55 }, (_, index) => `  its.push(${String(index)});`).join('\n');

type Breach = readonly [what: string, path: string, content: string];

const BREACHES: Readonly<Record<string, Breach>> = {
  '@typescript-eslint/no-floating-promises': [
    'an activity call that nobody awaits',
    'workflows/floating.ts',
    "import { proxyActivities } from '@temporalio/workflow';\n" +
      "const { stop } = proxyActivities<{ stop(): Promise<void> }>({ startToCloseTimeout: '1s' });\n" +
      'export async function run(): Promise<void> {\n  stop();\n  await stop();\n}\n',
  ],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'a status that a switch forgets',
    'contract/forgets.ts',
    "export function isOver(status: 'READY' | 'FAILED'): boolean {\n" +
      "  switch (status) {\n    case 'READY':\n      return false;\n  }\n  return true;\n}\n",
  ],
  '@typescript-eslint/consistent-type-imports': [
    'a type imported as a value',
    'client/type.ts',
    "import { Agent } from 'undici';\nexport type It = Agent;\n",
  ],
  '@typescript-eslint/no-explicit-any': [
    'any',
    'client/any.ts',
    'export const it = (value: any): unknown => value as unknown;\n',
  ],
  'no-restricted-imports': [
    'a test imported by shipped code',
    'cli/tests.ts',
    "export * from '../test/support/plain.js';\n",
  ],
  'no-restricted-syntax': ['a default export', 'client/default.ts', 'export default 1;\n'],
  'max-lines': ['a file of 401 lines', 'client/long.ts', 'export {};\n'.repeat(401)],
  'max-lines-per-function': [
    'a function of more than 50 lines',
    'client/function.ts',
    `export function fill(its: number[]): void {\n${LONG}\n}\n`,
  ],
};

/** Workflow code is loaded once for all workflows of a worker. */
const SHARED: readonly Breach[] = [
  [
    'a variable that all workflows would share',
    'workflows/count.ts',
    'let count = 0;\nexport const next = (): number => (count += 1);\n',
  ],
  [
    'a map that all workflows would fill',
    'pipeline/planner/map.ts',
    'const seen = new Map<string, string>();\nexport const see = (id: string) => seen.set(id, id);\n',
  ],
  [
    'a list that all workflows would fill',
    'contract/list.ts',
    'const list: string[] = [];\nexport const see = (id: string) => list.push(id);\n',
  ],
];

const breaches = [
  ...Object.entries(BREACHES),
  ...SHARED.map((breach) => ['no-restricted-syntax', breach] as const),
];
const rows = breaches.map(([rule, [what, path]]) => ({ rule, what, path }));

let tree: BreachedTree;
let results: readonly { filePath: string; messages: readonly { ruleId: string | null }[] }[];

beforeAll(async () => {
  tree = await createBreachedTree([
    ...['eslint.config.js', 'package.json', 'tsconfig.json', 'tsconfig.base.json'],
  ]);
  await tree.plant({ 'test/support/plain.ts': 'export const plain = 1;\n' });
  for (const [, [, path, content]] of breaches) await tree.plant({ [path]: content });
  const { output } = await runTool('eslint', ['.', '--format', 'json'], tree.folder);
  results = JSON.parse(output) as typeof results;
});
afterAll(() => tree.remove());

const rulesBrokenBy = (path: string): (string | null)[] =>
  results
    .filter(({ filePath }) => filePath.endsWith(`/${path}`))
    .flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));

describe('lint', () => {
  it.each(rows)('refuses $what by $rule, and nothing else in that file', ({ rule, path }) => {
    expect(new Set(rulesBrokenBy(path))).toEqual(new Set([rule]));
  });

  it('finds nothing to refuse in a plain file', () => {
    expect(rulesBrokenBy('test/support/plain.ts')).toEqual([]);
  });
});
