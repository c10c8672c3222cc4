import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { dataflow } from '../support/cli-process.js';
import type { Finding } from '../../cli/doctor/finding.js';
import { findTemporal } from '../../cli/doctor/temporal.js';
import { inWorld } from '../support/world.js';
import { selfSigned } from '../support/self-signed.js';
import { until } from '../support/until.js';
import { inUserEnvironment } from '../support/user-environment.js';
import { startWorkerProcess } from '../support/worker-process.js';

type Env = Readonly<Record<string, string>>;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dataflow-remedies-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => rm(folder, { recursive: true }));

const server = (): Env => ({
  HOME: folder,
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  TEMPORAL_NAMESPACE: inject('temporalNamespace'),
});

/** What doctor says of Temporal's half in this environment: the problem, or nothing. */
async function problemIn(env: Env, taskQueue: string): Promise<Finding | undefined> {
  inUserEnvironment(env);
  const findings = await findTemporal(taskQueue, undefined);
  return findings.find(({ level }) => level === 'problem');
}

const without = (env: Env, ...names: readonly string[]): Env =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));

interface Situation {
  readonly title: string;
  /** What differs from an environment that is well. */
  readonly broken: () => Env | Promise<Env>;
  /** What the problem says to do, in its text or after it. */
  readonly says: string;
  /** The same, done. */
  readonly done: (env: Env) => Env | Promise<Env>;
}

const inToolsFile = async (text: string): Promise<string> => {
  const path = join(folder, `${randomUUID()}.toml`);
  await writeFile(path, text);
  return path;
};

const right = (name: string) => (env: Env) => ({ ...env, [name]: server()[name] ?? '' });

const SITUATIONS: readonly Situation[] = [
  {
    title: 'an API key for a server without TLS',
    broken: () => ({ TEMPORAL_API_KEY: 'key' }),
    says: 'unset TEMPORAL_API_KEY',
    done: (env) => without(env, 'TEMPORAL_API_KEY'),
  },
  {
    title: 'TLS asked of a server without it',
    broken: () => ({ TEMPORAL_TLS: 'true' }),
    says: 'unset TEMPORAL_TLS',
    done: (env) => without(env, 'TEMPORAL_TLS'),
  },
  {
    title: 'the same in the file of Temporal’s tools',
    broken: async () => ({
      TEMPORAL_CONFIG_FILE: await inToolsFile('[profile.default.tls]\ndisabled = false\n'),
    }),
    says: "and tls in the file of Temporal's tools",
    done: async (env) => ({ ...env, TEMPORAL_CONFIG_FILE: await inToolsFile('') }),
  },
  {
    title: 'an address where nothing listens',
    broken: () => ({ TEMPORAL_ADDRESS: '127.0.0.1:1' }),
    says: 'or set TEMPORAL_ADDRESS',
    done: right('TEMPORAL_ADDRESS'),
  },
  {
    title: 'an address with a scheme',
    broken: () => ({ TEMPORAL_ADDRESS: `http://${inject('temporalAddress')}` }),
    says: 'must be host:port, without a scheme',
    done: right('TEMPORAL_ADDRESS'),
  },
  {
    title: 'the namespace of another server',
    broken: () => ({ TEMPORAL_NAMESPACE: 'nope' }),
    says: 'set TEMPORAL_NAMESPACE',
    done: right('TEMPORAL_NAMESPACE'),
  },
  {
    title: 'a file of Temporal’s tools that is not there',
    broken: () => ({ TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' }),
    says: 'or unset it',
    done: (env) => without(env, 'TEMPORAL_CONFIG_FILE'),
  },
  {
    title: 'a profile that this file does not have',
    broken: () => ({ TEMPORAL_PROFILE: 'nope' }),
    says: 'TEMPORAL_PROFILE is nope',
    done: (env) => without(env, 'TEMPORAL_PROFILE'),
  },
  {
    title: 'the same where the file holds no profile at all',
    broken: async () => ({
      TEMPORAL_PROFILE: 'nope',
      TEMPORAL_CONFIG_FILE: await inToolsFile('# none yet'),
    }),
    says: 'TEMPORAL_PROFILE is nope',
    done: (env) => without(env, 'TEMPORAL_PROFILE'),
  },
  {
    title: 'half of a client certificate',
    broken: () => ({ TEMPORAL_TLS_CLIENT_CERT_DATA: 'x' }),
    says: 'set both or neither',
    done: (env) => without(env, 'TEMPORAL_TLS_CLIENT_CERT_DATA'),
  },
  {
    title: 'a switch that is neither on nor off',
    broken: () => ({ TEMPORAL_TLS: 'yes' }),
    says: 'TEMPORAL_TLS must be true or false',
    done: (env) => ({ ...env, TEMPORAL_TLS: 'false' }),
  },
];

describe('doctor, of Temporal: what it says to do is done, and it has nothing more to say (L5, L14)', () => {
  it('each setting of an environment', () =>
    inWorld({ jobs: [] }, async ({ taskQueue }) => {
      expect(await problemIn(server(), taskQueue)).toBeUndefined();
      for (const { title, broken, says, done } of SITUATIONS) {
        const env = { ...server(), ...(await broken()) };
        const problem = await problemIn(env, taskQueue);
        expect(`${problem?.text} → ${problem?.remedy}`, title).toContain(says);
        expect(await problemIn(await done(env), taskQueue), title).toBeUndefined();
      }
    }));

  it('a server with TLS: switched on, its authority trusted, its name given', () =>
    inWorld({ jobs: [] }, ({ taskQueue }) =>
      behindTls('temporal.example', async (address, certificate) => {
        const plain = { ...server(), TEMPORAL_ADDRESS: address };
        const first = await problemIn(plain, taskQueue);
        expect(first?.remedy).toMatch(/^set TEMPORAL_TLS=true/);

        const tls = { ...plain, TEMPORAL_TLS: 'true' };
        const second = await problemIn(tls, taskQueue);
        expect(second?.remedy).toContain('by TEMPORAL_TLS_SERVER_CA_CERT_PATH');

        const trusted = { ...tls, TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(folder, 'ca.pem') };
        await writeFile(trusted.TEMPORAL_TLS_SERVER_CA_CERT_PATH, certificate);
        const third = await problemIn(trusted, taskQueue);
        expect(third?.remedy).toMatch(/^set TEMPORAL_TLS_SERVER_NAME to the name/);

        const named = { ...trusted, TEMPORAL_TLS_SERVER_NAME: 'temporal.example' };
        expect(await problemIn(named, taskQueue)).toBeUndefined();
      }),
    ));

  it('a namespace that does not exist: the command that makes it', async ({ skip }) => {
    const cli = inject('temporalExecutable');
    if (cli === '') skip('the server is not ours: its command line is not known');
    const env = { ...server(), TEMPORAL_NAMESPACE: `made-${randomUUID()}` };
    const problem = await problemIn(env, 'any');
    const [, command = ''] = /\(temporal (operator namespace create .*)\)$/.exec(
      problem?.remedy ?? '',
    ) ?? ['', ''];
    const path = { PATH: process.env['PATH'] };
    await promisify(execFile)(cli, command.split(' '), { env: { ...env, ...path } });
    // Parts of the server hear of it later; then a worker is all that is missing.
    await until(async () => (await problemIn(env, 'any'))?.about === 'task queue');
  });

  it('a task queue that no worker polls: the worker is started, and doctor exits with 0', () =>
    inWorld({ jobs: [] }, async ({ simulator }) => {
      const env = {
        ...server(),
        DATAFLOW_TASK_QUEUE: `unpolled-${randomUUID()}`,
        DATAFLOW_URL: simulator.url,
        NCLOUD_ACCESS_KEY_ID: simulator.accessKey,
        NCLOUD_SECRET_ACCESS_KEY: simulator.secretKey,
      };
      const before = await dataflow(['doctor'], { env });
      expect(before.code).toBe(3);
      expect(before.stdout).toMatch(/no worker polls unpolled-.*\n *→ Start dataflow worker/);
      const worker = await startWorkerProcess(simulator, env);
      await until(async () => (await dataflow(['doctor'], { env })).code === 0);
      expect(await worker.end('SIGTERM')).toBe(0);
    }));

  it('a TLS problem at an address of digits is told without warnings of Node.js', async () => {
    const env = { ...server(), TEMPORAL_TLS: 'true' };
    const { code, stderr } = await dataflow(['watch', 'w'], { env });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^dataflow: Temporal at .* it speaks no TLS: unset TEMPORAL_TLS .*\n$/);
  });
});

/** Runs `body` with the address of the server of this run behind TLS, and the certificate that it shows. */
async function behindTls(
  name: string,
  body: (address: string, certificate: string) => Promise<void>,
): Promise<void> {
  const own = selfSigned(name);
  const [host = '', port = ''] = inject('temporalAddress').split(':');
  const sockets = new Set<Socket>();
  const front = createServer({ ...own, ALPNProtocols: ['h2'] }, (socket) => {
    const behind = connect(Number(port), host);
    for (const one of [socket, behind]) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        socket.destroy();
        behind.destroy();
      });
    }
    socket.pipe(behind).pipe(socket);
  });
  front.on('tlsClientError', () => undefined); // clients that do not trust it yet
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  try {
    await body(`127.0.0.1:${(front.address() as AddressInfo).port}`, own.cert);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => front.close(resolve));
  }
}
