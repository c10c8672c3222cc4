import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataFlowPlugin as Plugin } from '../../index.js';
import { runTool, type ToolRun } from '../fence/run-tool.js';
import { createUserProject, importableNames, type UserProject } from './installed-package.js';

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
    include: ['uses.ts'],
  });
/** Errors in declarations of other packages, which our project has linked and not copied, are not ours. */
const OURS = /^(uses\.ts|node_modules\/temporal-ncloud-dataflow\/|error )/;

const names = await importableNames();

/** Uses every subpath, so that each one's declarations are read. */
const source = names
  .map((name, index) => `import * as m${String(index)} from '${name}';`)
  .concat(
    `export const all: object[] = [${names.map((_, index) => `m${String(index)}`).join(', ')}];`,
  )
  .join('\n');

describe.each(['module', 'commonjs'] as const)('the packed package in a %s project', (type) => {
  let project: UserProject;
  const run = (name: string, ...args: string[]): Promise<ToolRun> =>
    runTool(name, args, project.folder);

  beforeAll(async () => {
    project = await createUserProject(type);
  });
  afterAll(() => project.remove());

  it.each(names)('loads %s, which exports something', async (name) => {
    const [file, load] =
      type === 'module'
        ? ['load.mjs', `const it = await import('${name}');`]
        : ['load.cjs', `const it = require('${name}');`];
    await project.write(file, `${load}\nconsole.log(Object.keys(it).length > 0);\n`);
    expect(await run('node', file)).toEqual({ exitCode: 0, output: 'true\n' });
  });

  it.each(COMPILERS)('compiles under $compiler with module $module (L11)', async (one) => {
    await project.write('tsconfig.json', settings(one.module));
    await project.write('uses.ts', `${source}\n`);
    const tsc = join('node_modules', one.compiler, 'bin/tsc');
    const { output } = await run('node', tsc, '-p', '.');
    expect(output.split('\n').filter((line) => OURS.test(line))).toEqual([]);
  });

  it('brings a command that runs', async () => {
    const main = join(project.packageFolder, 'bin/dataflow.js');
    await access(main, constants.X_OK);
    expect((await run(main, '--help')).output).toContain('Usage: dataflow');
  });

  it("bundles with a user's own workflows", async () => {
    await project.write(
      'workflows.ts',
      "export { dataflowRunJob } from 'temporal-ncloud-dataflow/workflows';\n" +
        "import { runJob } from 'temporal-ncloud-dataflow/workflow';\n" +
        'export async function nightly(jobId: string): Promise<unknown> {\n' +
        '  return runJob({ jobId });\n}\n',
    );
    const bundle = await bundleWorkflowCode({
      workflowsPath: join(project.folder, 'workflows.ts'),
      logger: new DefaultLogger('WARN'),
    });
    expect(bundle.code).toContain('nightly');
  });

  it('is loaded once for all workflows of a worker that bundles with its plugin', async () => {
    const door = pathToFileURL(join(project.packageFolder, 'lib/index.js')).href;
    const { DataFlowPlugin } = (await import(door)) as { DataFlowPlugin: typeof Plugin };
    await project.write(
      'workflows.ts',
      "export { runJob } from 'temporal-ncloud-dataflow/workflow';\n",
    );
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(project.folder, 'workflows.ts'),
      logger: new DefaultLogger('WARN'),
      plugins: [new DataFlowPlugin()],
    });
    const preloaded =
      /preloadModules\(\) \{\s*__webpack_require__\((?:\/\*.*?\*\/|\s)*"(.*?)"\)/.exec(code)?.[1];
    expect(preloaded).toMatch(/lib\/workflows\/preload\.js$/);
    const modules = [...code.matchAll(/^\/\*\*\*\/ "([^"]*)"/gm)].map(([, name = '']) => name);
    expect(modules.filter((name) => name.endsWith('/workflows/run-job.js'))).toHaveLength(1);
  });
});

const PACKED =
  /^(bin\/dataflow\.js|lib\/.*\.(js|js\.map|d\.ts)|lib\/commonjs\/package\.json|examples\/(quick-start|pipelines)\/.*|pipeline\/pipeline\.schema\.json|[^/]+)$/;

describe('the packed package', () => {
  it('holds no tests, no settings, and no sources but examples and those inside the source maps', async () => {
    const { output } = await runTool('npm', ['pack', '--dry-run', '--ignore-scripts', '--json']);
    const start = output.indexOf('[\n');
    const [packed] = JSON.parse(output.slice(start, output.lastIndexOf(']') + 1)) as [
      { files: { path: string }[] },
    ];
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !PACKED.test(path))).toEqual([]);
    expect(paths.filter((path) => !path.includes('/')).toSorted()).toEqual(
      expect.arrayContaining(['LICENSE', 'package.json']),
    );
    expect(paths.filter((path) => /^lib\/(test|bench|examples|scripts)\//.test(path))).toEqual([]);
  });
});
