import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBreachedTree, type BreachedTree } from './breached-tree.js';
import { runTool } from './run-tool.js';

interface Breach {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  /** @default true */
  readonly isTypeOnly?: boolean;
}

const breach = (rule: string, from: string, ...targets: string[]): Breach[] =>
  targets.map((to) => ({ rule, from, to }));

/** One file per breach, named after its row; each must be refused by the rule of that name. */
const BREACHES: readonly Breach[] = [
  ...breach(
    'contract-imports-nothing',
    'contract',
    'client',
    'zod',
    'node:fs',
    '@temporalio/common',
  ),
  ...breach(
    'simulator-imports-nothing-of-ours',
    'simulator',
    'contract',
    'client',
    '@temporalio/common',
  ),
  ...breach(
    'client-knows-http-only',
    'client',
    'polling',
    'activities',
    '@temporalio/common',
    'yaml',
  ),
  ...breach('polling-knows-no-temporal', 'polling', 'activities', '@temporalio/activity', 'undici'),
  ...breach('activities-are-one-act-each', 'activities', 'worker', 'workflows', 'simulator'),
  ...breach('activities-are-one-act-each', 'activities', '@temporalio/worker', 'pipeline/planner'),
  ...breach(
    'pipeline-planner-is-pure',
    'pipeline/planner',
    'pipeline/definition',
    'zod',
    'node:fs',
  ),
  ...breach('pipeline-planner-is-pure', 'pipeline/planner', 'pipeline/expressions', 'workflows'),
  ...breach('pipeline-planner-is-pure', 'pipeline/planner', 'yaml', '@marcbachmann/cel-js'),
  ...breach('pipeline-expressions-are-pure', 'pipeline/expressions', 'pipeline/definition', 'yaml'),
  ...breach(
    'pipeline-packing-is-pure',
    'pipeline/packed',
    'pipeline/definition',
    'zod',
    'node:zlib',
  ),
  ...breach('pipeline-expressions-are-pure', 'pipeline/expressions', 'zod', 'node:fs', 'client'),
  ...breach('pipeline-evaluation-is-pure', 'pipeline/evaluation', 'zod', 'node:fs', 'workflows'),
  ...breach(
    'pipeline-definition-reads-text',
    'pipeline/definition',
    '@marcbachmann/cel-js',
    'node:fs',
  ),
  ...breach(
    'pipeline-definition-reads-text',
    'pipeline/definition',
    'client',
    'undici',
    '@temporalio/workflow',
  ),
  ...breach('workflows-see-the-contract-only', 'workflows', 'activities', 'client', 'polling'),
  ...breach('workflows-see-the-contract-only', 'workflows', 'worker', 'cli', 'simulator', 'zod'),
  ...breach(
    'workflows-see-the-contract-only',
    'workflows',
    'pipeline/definition',
    'node:crypto',
    'events',
  ),
  ...breach(
    'workflows-see-the-contract-only',
    'workflows',
    '@temporalio/activity',
    'test',
    'examples',
  ),
  ...breach('worker-stands-below-the-command-line', 'worker', 'cli', 'simulator', 'workflows'),
  { rule: 'cli-sees-types-of-workflows-only', from: 'cli', to: 'workflows', isTypeOnly: false },
  ...['client', 'worker', 'cli'].flatMap((from) =>
    breach('nobody-imports-tests', from, 'test', 'bench'),
  ),
  ...breach('nobody-imports-tests', 'cli', 'examples'),
  ...breach('shipped-code-needs-shipped-packages', 'cli', 'tsx', '@temporalio/testing', 'webpack'),
  ...breach('no-missing-files', 'client', '../client/nowhere.js', 'left-pad'),
  ...breach('doors-are-for-users', 'worker', '../index.js', '../workflow.js'),
];

/** Allowed by the same rules: a fence that refuses all would pass the table above. */
const GOOD: readonly (readonly [string, string])[] = [
  ['client', 'contract'],
  ['client', 'undici'],
  ['polling', 'client'],
  ['activities', 'polling'],
  ['activities', 'pipeline/definition'],
  ['workflows', 'contract'],
  ['workflows', 'pipeline/planner'],
  ['workflows', 'pipeline/expressions'],
  ['pipeline/expressions', '@marcbachmann/cel-js'],
  ['pipeline/definition', 'pipeline/expressions'],
  ['pipeline/definition', 'zod'],
  ['pipeline/definition', 'yaml'],
  ['workflows', '@temporalio/workflow'],
  ['worker', 'activities'],
  ['worker', '@temporalio/worker'],
  ['cli', 'workflows'],
  ['cli', 'simulator'],
  ['simulator', 'node:http'],
  ['test', 'worker'],
  ['examples', 'cli'],
];

const FOLDERS = [
  ...['contract', 'client', 'polling', 'activities', 'workflows', 'worker', 'cli', 'simulator'],
  ...[
    'pipeline/planner',
    'pipeline/expressions',
    'pipeline/definition',
    'test',
    'bench',
    'examples',
  ],
];

const depthOf = (folder: string): string => '../'.repeat(folder.split('/').length);
const specifierOf = (from: string, to: string): string =>
  FOLDERS.includes(to) ? `${depthOf(from)}${to}/plain.js` : to;
const fileOf = (from: string, to: string): string =>
  `${from}/to-${to.replaceAll(/[^a-z]+/g, '-').replaceAll(/^-|-$/g, '')}.ts`;
const importOf = (from: string, to: string, isTypeOnly = true): string =>
  `import ${isTypeOnly ? 'type ' : ''}* as it from '${specifierOf(from, to)}';\nexport type It = typeof it;\n` +
  (isTypeOnly ? '' : 'export const its = it;\n');

let tree: BreachedTree;
let violations: {
  readonly rule: { readonly name: string };
  from: string;
  via?: { name: string }[];
}[];

async function cruise(): Promise<typeof violations> {
  const { output } = await runTool(
    'depcruise',
    ['.', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
    tree.folder,
  );
  const report = JSON.parse(output) as { summary: { violations: typeof violations } };
  return report.summary.violations;
}

beforeAll(async () => {
  tree = await createBreachedTree([
    ...['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json', 'tsconfig.base.json'],
  ]);
  const plain = 'export const plain = 1;\n';
  await tree.plant(Object.fromEntries(FOLDERS.map((folder) => [`${folder}/plain.ts`, plain])));
  await tree.plant({
    'index.ts': importOf('.', './cli/plain.js') + plain,
    'workflow.ts': importOf('.', './client/plain.js') + plain,
    'client/cycle-a.ts': "import './cycle-b.js';\n",
    'client/cycle-b.ts': "import './cycle-a.js';\n",
    'workflows/long-way.ts': importOf('workflows', '../contract/leak.js'),
    'contract/leak.ts': importOf('contract', '../client/leak.js'),
    'client/leak.ts': importOf('client', 'undici'),
  });
  for (const { from, to, isTypeOnly } of BREACHES) {
    await tree.plant({ [fileOf(from, to)]: importOf(from, to, isTypeOnly) });
  }
  for (const [from, to] of GOOD) {
    await tree.plant({ [`${from}/good-${fileOf('', to).slice(1)}`]: importOf(from, to) });
  }
  violations = await cruise();
});
afterAll(() => tree.remove());

const rulesBrokenBy = (file: string): string[] =>
  violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);

describe('imports', () => {
  it.each(BREACHES)('refuses $to in $from by the rule $rule', ({ rule, from, to }) => {
    expect(rulesBrokenBy(fileOf(from, to))).toContain(rule);
  });

  it.each(GOOD)('lets %s import %s', (from, to) => {
    expect(rulesBrokenBy(`${from}/good-${fileOf('', to).slice(1)}`)).toEqual([]);
  });

  it('refuses what a workflow reaches over several steps, and names them', () => {
    const leak = violations.find(
      ({ rule, from }) => rule.name === 'workflows-reach-no-io' && from === 'workflows/long-way.ts',
    );
    expect(leak?.via?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['contract/leak.ts', 'client/leak.ts']),
    );
  });

  it('refuses a cycle', () => {
    expect(rulesBrokenBy('client/cycle-a.ts')).toContain('no-cycles');
  });

  it('refuses a door of the package that leads where it must not', () => {
    expect(rulesBrokenBy('index.ts')).toContain('main-door-leaves-workflows-out');
    expect(rulesBrokenBy('workflow.ts')).toContain('workflow-door-leads-to-workflows');
  });

  it('has no rule that no planted breach breaks', () => {
    const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
      readonly forbidden: readonly { readonly name: string }[];
    };
    const broken = new Set(violations.map(({ rule }) => rule.name));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual(
      [],
    );
  });

  it('finds nothing to refuse in this project', async () => {
    const run = await runTool('depcruise', ['.', '--config', '.dependency-cruiser.cjs']);
    expect(run.output).toContain('no dependency violations found');
    expect(run.exitCode).toBe(0);
  });
});
