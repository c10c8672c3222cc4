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
/** A process for each file: modules are replaced here, memory is measured, and random histories take long. */
const ALONE = [
  'test/model/**/*.test.ts',
  'test/unit/polling/status-hub-*.test.ts',
  'test/unit/workflows/kept-memory.test.ts',
];

/**
 * Workflows here never yield, and the SDK ends their activations. Node can abort the process then ("async hook stack has
 * become corrupted"), and with it whatever shares it.
 */
const CUT_OFF = ['test/workflows/neighbours.test.ts', 'test/workflows/pipeline-budget.test.ts'];

/** Those that last longest, most of them waiting: begun first, so that nobody waits for them alone at the end. */
const LONGEST = [
  ...['crash/ended-activations', 'crash/limits', 'crash/load', 'workflows/neighbours'],
  ...['crash/before-the-post', 'crash/refusals', 'crash/second-prepare', 'crash/outages'],
  ...[
    'crash/continued',
    'cli-on-server/doctor-remedies',
    'workflows/assumptions',
    'crash/pipelines',
  ],
  ...[
    'workflows/pipeline-limit',
    'end-to-end/quick-start',
    'crash/signals',
    'worker/observed-worker',
  ],
  ...['crash/random-kills', 'workflows/run-job', 'workflows/submit-faults', 'cli-on-server/run'],
].map((name) => `test/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return place === -1 ? LONGEST.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

const everywhere = {
  // The Temporal worker is a native addon with one runtime per process: threads would share it.
  pool: 'forks',
  // One process for many files: importing the Temporal SDK and ours takes two seconds.
  isolate: false,
  // No test rests on it: it ends what waits in vain, on a busy machine too.
  testTimeout: 300_000,
  hookTimeout: 300_000,
} as const;

const server = {
  ...everywhere,
  maxConcurrency: 3,
  globalSetup: './test/support/temporal-server.ts',
  setupFiles: './test/support/require-server.ts',
  runner: './test/support/server-runner.ts',
};

export default defineConfig({
  test: {
    // For two cores: most tests wait for the service, the server or a process most of the time.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        // Needs neither server nor build: `npm run test:quick`.
        test: {
          ...everywhere,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: [...NEVER, ...ALONE],
        },
      },
      {
        test: {
          ...everywhere,
          name: 'pure',
          include: ['test/!(unit)/**/*.test.ts'],
          exclude: [...NEVER, ...ALONE, ...onAServer],
        },
      },
      {
        test: { ...everywhere, name: 'alone', include: ALONE, isolate: true },
      },
      {
        test: { ...server, name: 'temporal', include: onAServer, exclude: [...NEVER, ...CUT_OFF] },
      },
      {
        test: { ...server, name: 'cut-off', include: CUT_OFF, isolate: true },
      },
    ],
  },
});
