import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { SAMPLE_JOBS } from '../../cli/dev/sample-jobs.js';
import { startSimulator } from '../../simulator/index.js';
import { ROOT } from '../fence/breached-tree.js';
import { runTool } from '../fence/run-tool.js';
import {
  createUserProjects,
  type ProjectType,
  type UserProjects,
} from '../package/installed-package.js';

const QUICK_START = join(ROOT, 'examples/quick-start');

/** What the README says of a CommonJS project. */
const COMMONJS = [
  ["workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),", ''],
  ["import { fileURLToPath } from 'node:url';\n", ''],
] as const;

const started: ChildProcess[] = [];
let projects: UserProjects;
beforeAll(async () => {
  projects = await createUserProjects();
});
afterAll(() => projects.remove());
afterEach(async () => {
  for (const child of started.splice(0)) {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      await ended;
    }
  }
});

/** The folder examples/quick-start beside the packed package, as it stands or as a CommonJS project; gives where. */
async function quickStart(type: ProjectType): Promise<string> {
  for (const name of await readdir(QUICK_START)) {
    const text = await readFile(join(QUICK_START, name), 'utf8');
    await projects.write(`${type}/${name}`, await adapted(name, text, type));
  }
  return join(projects.folder, type);
}

async function adapted(name: string, text: string, type: ProjectType): Promise<string> {
  if (type === 'module') return text;
  if (name === 'package.json') return text.replace('  "type": "module",\n', '');
  if (name !== 'worker.ts') return text;
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const line = /In a CommonJS project.*`(workflowsPath: .*,)`/.exec(readme)?.[1];
  const [[workflowsPath], [importLine]] = COMMONJS;
  expect(text).toContain(workflowsPath);
  expect(text).toContain(importLine);
  expect(line, 'the line for CommonJS projects in README.md').toBeDefined();
  return text.replace(workflowsPath, line!).replace(importLine, '');
}

function run(cwd: string, file: string, env: Readonly<Record<string, string>>) {
  const child = spawn('node', [join('dist', file)], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}

describe('the quick start with the packed package', { concurrent: false }, () => {
  it.each([
    { type: 'module', oldest: 'nodenext' },
    { type: 'commonjs', oldest: 'node16' },
  ] as const)(
    'compiles with TypeScript 5.4 (module $oldest) and ours (module nodenext), and runs: $type (L11)',
    async ({ type, oldest }) => {
      const project = await quickStart(type);
      for (const [compiler, module] of [
        ['typescript-5.4', oldest],
        ['typescript', 'nodenext'],
      ] as const) {
        const tsc = join('../node_modules', compiler, 'bin/tsc');
        const compiled = await runTool('node', [tsc, '--module', module], project);
        expect(compiled).toEqual({ exitCode: 0, output: '' });
      }
      const simulator = await startSimulator({ jobs: SAMPLE_JOBS, timeScale: 10 });
      try {
        const env = {
          TEMPORAL_ADDRESS: inject('temporalAddress'),
          TEMPORAL_NAMESPACE: inject('temporalNamespace'),
          DATAFLOW_URL: simulator.url,
          NCLOUD_ACCESS_KEY_ID: simulator.accessKey,
          NCLOUD_SECRET_ACCESS_KEY: simulator.secretKey,
        };
        const worker = run(project, 'worker.js', env);
        const start = run(project, 'start.js', env);
        const failed = once(worker.child, 'exit').then(() => {
          throw new Error(`the worker ended: ${worker.output()}`);
        });
        const [code] = (await Promise.race([once(start.child, 'close'), failed])) as [number];
        expect(start.output()).toMatch(
          /^started nightly-[\d-]+\ndone, beginning with execution \w+\n$/,
        );
        expect(code).toBe(0);
        expect(simulator.report()).toMatchObject({ created: 3, leftRunning: 0 });
      } finally {
        await simulator.close();
      }
    },
  );
});
