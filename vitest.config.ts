import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders of `test/` whose tests talk to a real Temporal server. Without one they are skipped, and say so. */
const ON_A_SERVER = [
  'cli-on-server',
  'crash',
  'demo',
  'dev-server',
  'end-to-end',
  'replay',
  'worker',
  'workflows',
];

const onAServer = ON_A_SERVER.map((folder) => `test/${folder}/**/*.test.ts`);
const NEVER = ['**/node_modules/**', 'test/soak/**', 'test/live/**'];

/** Those that take minutes, most of them waiting: begun first, so that nobody waits for them alone at the end. */
const LONGEST = ['test/crash/load.test.ts', 'test/crash/pipelines.test.ts'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const everywhere = {
  // The Temporal worker is a native addon with one runtime per process: threads would share it.
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        test: {
          ...everywhere,
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: [...NEVER, ...onAServer],
        },
      },
      {
        test: {
          ...everywhere,
          name: 'temporal',
          include: onAServer,
          exclude: NEVER,
          globalSetup: './test/support/temporal-server.ts',
          setupFiles: './test/support/require-server.ts',
          runner: './test/support/server-runner.ts',
        },
      },
    ],
  },
});
