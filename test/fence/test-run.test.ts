import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBreachedTree, type BreachedTree } from './breached-tree.js';
import { runTool } from './run-tool.js';

const SUPPORT = ['closing-line', 'require-server', 'server-runner'].map(
  (name) => `test/support/${name}.ts`,
);

const config = (temporalUnavailable: string): string => `
  import { defineConfig } from 'vitest/config';
  export default defineConfig({ test: {
    provide: { temporalUnavailable: '${temporalUnavailable}' },
    reporters: ['default', './test/support/closing-line.ts'],
    setupFiles: './test/support/require-server.ts',
    runner: './test/support/server-runner.ts',
  } });
`;
const using = (body: string): string =>
  `import { beforeAll, describe, expect, it } from 'vitest';\n${body}\n`;

let tree: BreachedTree;

beforeEach(async () => {
  tree = await createBreachedTree(['package.json', ...SUPPORT]);
});
afterEach(() => tree.remove());

/** The last line of a run, and its exit code. */
async function run(env: Record<string, string> = {}): Promise<[line: string, exitCode: number]> {
  const { exitCode, output } = await runTool('sh', ['-c', 'vitest run 2>&1'], tree.folder, {
    REQUIRE_TEMPORAL: '',
    ...env,
  });
  return [output.trimEnd().split('\n').at(-1) ?? '', exitCode];
}

describe('a test run', () => {
  it('ends with one line that counts every test; a file that does not load and an error of no test are failures', async () => {
    await tree.plant({
      'vitest.config.ts': config(''),
      'a.test.ts': using("it('passes', () => {}); it.skip('skips', () => {}); it.todo('waits');"),
      'b.test.ts': using("describe('d', () => { it('fails', () => { expect(1).toBe(2); }); });"),
      'c.test.ts': "import './nowhere.js';\n",
      'd.test.ts': using("it('passes', () => { void Promise.reject(new Error('lost')); });"),
    });
    expect(await run()).toEqual(['2 passed, 3 failed, 2 skipped', 1]);
  });

  it('skips tests that need a server when there is none, their hooks included', async () => {
    await tree.plant({
      'vitest.config.ts': config('no server'),
      'a.test.ts': using(
        "beforeAll(() => { throw new Error(); }); it('a', () => {}); describe('d', () => { it('b', () => {}); });",
      ),
    });
    expect(await run()).toEqual(['0 passed, 0 failed, 2 skipped', 0]);
  });

  it('fails instead under REQUIRE_TEMPORAL=1', async () => {
    await tree.plant({
      'vitest.config.ts': config('no server'),
      'a.test.ts': using("it('a', () => {});"),
    });
    expect(await run({ REQUIRE_TEMPORAL: '1' })).toEqual(['0 passed, 1 failed, 0 skipped', 1]);
  });
});
