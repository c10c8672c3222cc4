import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { startSimulator } from '../../simulator/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A user's process: catches the error, closes its own connection, and does not call process.exit. */
const PROGRAM = `
import { NativeConnection, Worker } from '@temporalio/worker';
import { DataFlowPlugin } from './lib/index.js';

const { address, namespace, options, count } = JSON.parse(process.argv[1]);
const connection = await NativeConnection.connect({ address });
const plugins = Array.from({ length: count }, () => new DataFlowPlugin());
try {
  await Worker.create({ connection, namespace, taskQueue: 'unmade', ...options, plugins });
  console.log('made');
} catch (error) {
  console.log('caught: ' + error.message);
}
await connection.close();
process.on('exit', () => console.log('ended'));
`;

interface Failing {
  readonly title: string;
  readonly message: string;
  readonly namespace?: string;
  readonly options?: object;
  readonly count?: number;
}

// Activities alone: the threads that the SDK starts for workflows outlive its own failure, with and without the plugin.
const FAILING: readonly Failing[] = [
  { title: 'the namespace does not exist', message: 'Namespace nope', namespace: 'nope' },
  {
    title: 'the workflows file does not exist',
    message: '/nowhere/workflows.js',
    options: { workflowsPath: '/nowhere/workflows.js' },
  },
  {
    title: 'a second plugin is refused after the first has opened its profiles',
    message: 'give one plugin all profiles',
    count: 2,
  },
];

describe('a process whose Worker.create fails, with DataFlowPlugin and no other worker (14.10)', () => {
  it.each(FAILING)(
    'ends by itself where $title',
    async ({ message, namespace = inject('temporalNamespace'), options = {}, count = 1 }) => {
      const simulator = await startSimulator({ jobs: [] });
      const input = { address: inject('temporalAddress'), namespace, options, count };
      try {
        const program = ['--input-type=module', '-e', PROGRAM, JSON.stringify(input)];
        const { stdout } = await promisify(execFile)(process.execPath, program, {
          cwd: ROOT,
          env: {
            PATH: process.env['PATH'],
            DATAFLOW_URL: simulator.url,
            NCLOUD_ACCESS_KEY_ID: simulator.accessKey,
            NCLOUD_SECRET_ACCESS_KEY: simulator.secretKey,
          },
        });
        expect(stdout).toMatch(/^caught: /m);
        expect(stdout).toContain(message);
        expect(stdout).toMatch(/^ended$/m);
      } finally {
        await simulator.close();
      }
    },
  );
});
