import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { dataflow, type Ended, localEnv } from '../support/cli.js';
import { startCodec, type TestCodec } from '../support/codec.js';
import { start } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const AUTH = 'Bearer codec-secret';
const YAML = 'pipeline: p\nsteps: { ok: { approval: {} } }\n';

type Cli = (...args: readonly string[]) => Promise<Ended>;

interface Scene {
  readonly world: World;
  readonly codec: TestCodec;
  /** Without a word about the codec. */
  readonly cli: Cli;
  /** With the flags of the codec server. */
  readonly withCodec: Cli;
  readonly env: Readonly<Record<string, string>>;
}

/** A worker whose payloads are encoded. */
async function inCodec(body: (scene: Scene) => Promise<void>): Promise<void> {
  const codec = await startCodec(AUTH);
  try {
    await inWorld({ worker: { dataConverter: codec.dataConverter } }, async (world) => {
      const env = localEnv(world.simulator, world.taskQueue);
      const cli: Cli = (...args) => dataflow(args, { env, stdin: YAML });
      const flags = ['--codec-endpoint', codec.endpoint, '--codec-auth', AUTH];
      await body({ world, codec, env, cli, withCodec: (...args) => cli(...args, ...flags) });
    });
  } finally {
    await codec.close();
  }
}

/** A run that waits for an approval, started with the codec; its workflow id. */
async function waiting({ withCodec, world }: Scene): Promise<string> {
  const { stdout } = await withCodec('pipeline', 'run', '-', '--key', world.taskQueue);
  const runId = stdout.trim();
  await until(async () =>
    /^ok .*running/m.test((await withCodec('pipeline', 'describe', runId)).stdout),
  );
  return runId;
}

const historyOf = async ({ world }: Scene, runId: string): Promise<string> =>
  historyToJSON(await world.client.workflow.getHandle(runId).fetchHistory());

const HOW =
  /payloads of this workflow are encoded \(binary\/encrypted\): .*--codec-endpoint.*--data-converter/;

describe('a worker whose payloads are encoded (L6)', () => {
  it('without the codec: each command says so and how to give it, and sends nothing', () =>
    inCodec(async (scene) => {
      const { cli } = scene;
      const runId = await waiting(scene);
      for (const command of [
        ['watch', runId],
        ['pipeline', 'describe', runId],
        ['pipeline', 'approve', runId, 'ok'],
        ['resolve', runId],
      ]) {
        const { code, stderr } = await cli(...command);
        expect([command[0], code, stderr]).toEqual([command[0], 2, expect.stringMatching(HOW)]);
        expect(stderr).not.toMatch(/ {4}at /);
      }
      expect(await historyOf(scene, runId)).not.toContain('UPDATE_ACCEPTED');
      // What holds no payload needs no codec.
      expect((await cli('pipeline', 'list')).stdout).toContain(runId);
      expect((await cli('pipeline', 'cancel', runId)).code).toBe(0);
      expect((await scene.withCodec('watch', runId)).code).toBe(5);
    }));

  it('sends no Update unencoded to a run that was started unencoded: its worker encodes the answer', () =>
    inCodec(async (scene) => {
      const { world, cli } = scene;
      const handle = await start(world, {
        pipeline: { pipeline: 'p', steps: { ok: { approval: {} } } },
      });
      const { code, stderr } = await cli('pipeline', 'approve', handle.workflowId, 'ok');
      expect(code).toBe(2);
      expect(stderr).toMatch(HOW);
      expect(await historyOf(scene, handle.workflowId)).not.toContain('UPDATE_ACCEPTED');
      await handle.terminate();
    }));

  it('with --codec-endpoint and --codec-auth: run, describe, approve and watch work, and nothing is sent unencoded', () =>
    inCodec(async (scene) => {
      const { withCodec, cli, codec, env } = scene;
      const runId = await waiting(scene);
      const approved = await withCodec('pipeline', 'approve', runId, 'ok', '--comment', 'looked');
      expect(approved).toMatchObject({ code: 0, stderr: 'done: approved\n' });
      // By the variables of Temporal's own tools, and by a module.
      const byVariables = await dataflow(['watch', runId], {
        env: { ...env, TEMPORAL_CODEC_ENDPOINT: codec.endpoint, TEMPORAL_CODEC_AUTH: AUTH },
      });
      expect(byVariables.code).toBe(0);
      const described = await cli('pipeline', 'describe', runId, '--data-converter', codec.module);
      expect(described.code).toBe(0);
      expect(described.stdout).toMatch(/^ok +approval +succeeded/m);
      expect(described.stdout).toMatch(/^ {2}approved.*: looked$/m);
      const history = await historyOf(scene, runId);
      expect(history).toContain(Buffer.from('binary/encrypted').toString('base64'));
      expect(history).not.toContain(Buffer.from('json/plain').toString('base64'));
    }));

  it('says that the codec server refuses or is not there, and never shows its key', () =>
    inCodec(async (scene) => {
      const { cli, codec } = scene;
      const runId = await waiting(scene);
      const describe = ['pipeline', 'describe', runId, '--codec-endpoint'];
      const refused = await cli(...describe, codec.endpoint, '--codec-auth', 'Bearer wrong-key');
      expect(refused.code).toBe(7);
      expect(refused.stderr).toMatch(/codec server at .* answered decode with 401.*--codec-auth/);
      const gone = await cli(...describe, 'http://127.0.0.1:1', '--codec-auth', AUTH);
      expect(gone.code).toBe(3);
      expect(gone.stderr).toMatch(/codec server at http:\/\/127.0.0.1:1 cannot be reached/);
      expect(refused.stderr + gone.stderr).not.toMatch(/wrong-key|codec-secret/);
      await scene.world.client.workflow.getHandle(runId).terminate();
    }));
});

describe('the flags of the codec (L6)', () => {
  it('are checked before anything is connected', async () => {
    const both = ['--codec-endpoint', 'ftp://x', '--data-converter', './c.js'];
    const { code, stderr } = await dataflow(['watch', 'w', ...both]);
    expect(code).toBe(2);
    expect(stderr).toContain('--data-converter and --codec-endpoint: one of them must be left out');
    const lonely = await dataflow(['watch', 'w', '--codec-auth', 'x']);
    expect(lonely.stderr).toContain('--codec-auth: belongs to --codec-endpoint');
    const missing = await dataflow(['watch', 'w', '--data-converter', './no-such-file.js']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/--data-converter: \.\/no-such-file\.js cannot be loaded/);
  });
});
