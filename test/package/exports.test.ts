import { access, constants, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleWorkflowCode, type BundleOptions, DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataFlowPlugin as Plugin } from '../../index.js';
import { runTool } from '../fence/run-tool.js';
import {
  createUserProjects,
  importableNames,
  PROJECT_TYPES,
  type ProjectType,
  type UserProjects,
} from './installed-package.js';

/** The oldest TypeScript that is promised, under the oldest settings, and ours under the newest. */
const COMPILERS = [
  { compiler: 'typescript-5.4', module: 'node16' },
  { compiler: 'typescript', module: 'nodenext' },
] as const;

/** Declarations are checked too, so that a user without `skipLibCheck` sees no error of ours. */
const settings = (module: string): string =>
  JSON.stringify({
    compilerOptions: {
      ...{ target: 'es2022', lib: ['es2023'], module, types: ['node'] },
      ...{ strict: true, skipLibCheck: false, noEmit: true },
    },
    include: ['*/uses.ts'],
  });
/** Errors in declarations of other packages, which our project has linked and not copied, are not ours. */
const OURS = /^(\w+\/uses\.ts|node_modules\/temporal-ncloud-dataflow\/|error )/;

const names = await importableNames();

/** Uses every subpath, so that each one's declarations are read. */
const source = names
  .map((name, index) => `import * as m${String(index)} from '${name}';`)
  .concat(
    `export const all: object[] = [${names.map((_, index) => `m${String(index)}`).join(', ')}];`,
  )
  .join('\n');

const PACKED =
  /^(bin\/dataflow\.js|lib\/.*\.(js|js\.map|d\.ts)|lib\/commonjs\/package\.json|examples\/(quick-start|pipelines)\/.*|pipeline\/pipeline\.schema\.json|[^/]+)$/;

const WORKFLOWS =
  "export { dataflowRunJob } from 'temporal-ncloud-dataflow/workflows';\n" +
  "import { runJob } from 'temporal-ncloud-dataflow/workflow';\n" +
  'export async function nightly(jobId: string): Promise<unknown> {\n' +
  '  return runJob({ jobId });\n}\n';

describe('the packed package', () => {
  let projects: UserProjects;
  beforeAll(async () => {
    projects = await createUserProjects();
  });
  afterAll(() => projects.remove());

  /** The code of the user's workflows in a project of that type. */
  async function bundled(type: ProjectType, options?: Partial<BundleOptions>): Promise<string> {
    await projects.write(`${type}/workflows.ts`, WORKFLOWS);
    const workflowsPath = join(projects.folder, type, 'workflows.ts');
    const logger = new DefaultLogger('WARN');
    return (await bundleWorkflowCode({ workflowsPath, logger, ...options })).code;
  }

  it.each(PROJECT_TYPES)('exports something by each of its names in a %s project', async (type) => {
    const load = (name: string): string =>
      type === 'module' ? `(await import('${name}'))` : `require('${name}')`;
    const counts = names.map((name) => `Object.keys(${load(name)}).length > 0`);
    await projects.write(`${type}/load.js`, `console.log(${counts.join(', ')});\n`);
    const ran = await runTool('node', ['load.js'], join(projects.folder, type));
    expect(ran).toEqual({ exitCode: 0, output: `${names.map(() => 'true').join(' ')}\n` });
  });

  // Both types of project in one compilation: reading everybody's declarations is what takes long.
  it.each(COMPILERS)(
    'compiles under $compiler with module $module in a module and in a commonjs project (L11)',
    async ({ compiler, module }) => {
      await projects.write('tsconfig.json', settings(module));
      for (const type of PROJECT_TYPES) await projects.write(`${type}/uses.ts`, `${source}\n`);
      const tsc = join('node_modules', compiler, 'bin/tsc');
      const { output } = await runTool('node', [tsc, '-p', '.'], projects.folder);
      expect(output.split('\n').filter((line) => OURS.test(line))).toEqual([]);
    },
  );

  it('brings a command that runs', async () => {
    const main = join(projects.packageFolder, 'bin/dataflow.js');
    await access(main, constants.X_OK);
    expect((await runTool(main, ['--help'], projects.folder)).output).toContain('Usage: dataflow');
  });

  it("bundles with a user's own workflows", async () => {
    expect(await bundled('commonjs')).toContain('nightly');
  });

  it.each(PROJECT_TYPES)(
    'is loaded once for all workflows of a worker that bundles with its plugin, in a %s project',
    async (type) => {
      const door = pathToFileURL(join(projects.packageFolder, 'lib/index.js')).href;
      const { DataFlowPlugin } = (await import(door)) as { DataFlowPlugin: typeof Plugin };
      const code = await bundled(type, { plugins: [new DataFlowPlugin()] });
      const preloaded =
        /preloadModules\(\) \{\s*__webpack_require__\((?:\/\*.*?\*\/|\s)*"(.*?)"\)/.exec(code)?.[1];
      expect(preloaded).toMatch(/lib\/workflows\/preload\.js$/);
      const modules = [...code.matchAll(/^\/\*\*\*\/ "([^"]*)"/gm)].map(([, name = '']) => name);
      expect(modules.filter((name) => name.endsWith('/workflows/run-job.js'))).toHaveLength(1);
    },
  );

  it('holds no tests, no settings, and no sources but examples and those inside the source maps', async () => {
    const entries = await readdir(projects.packageFolder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(projects.packageFolder, join(parentPath, name)));
    expect(paths.filter((path) => !PACKED.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'package.json']));
    expect(paths.filter((path) => /^lib\/(test|bench|examples|scripts)\//.test(path))).toEqual([]);
  });
});
