import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { dataflow } from '../support/cli.js';
import type { Finding } from '../../cli/doctor/finding.js';
import { findTemporal } from '../../cli/doctor/temporal.js';
import { inWorld } from '../support/world.js';
import { createAuthority, selfSigned, type SelfSigned } from '../support/self-signed.js';
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
  const findings = await findTemporal(taskQueue);
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
    says: 'must be host:port without a scheme',
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

describe(
  'doctor, of Temporal: what it says to do is done, and it has nothing more to say (L5, L14)',
  { concurrent: false },
  () => {
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
      inWorld({ jobs: [] }, async ({ taskQueue }) => {
        const own = selfSigned('temporal.example');
        await behindTls(own, async (address) => {
          const plain = { ...server(), TEMPORAL_ADDRESS: address };
          const first = await problemIn(plain, taskQueue);
          expect(first?.remedy).toMatch(/^set TEMPORAL_TLS=true/);

          const tls = { ...plain, TEMPORAL_TLS: 'true' };
          const second = await problemIn(tls, taskQueue);
          expect(second?.remedy).toContain('by TEMPORAL_TLS_SERVER_CA_CERT_PATH');

          const trusted = { ...tls, TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(folder, 'ca.pem') };
          await writeFile(trusted.TEMPORAL_TLS_SERVER_CA_CERT_PATH, own.cert);
          const third = await problemIn(trusted, taskQueue);
          expect(third?.remedy).toMatch(/^set TEMPORAL_TLS_SERVER_NAME to the name/);

          const named = { ...trusted, TEMPORAL_TLS_SERVER_NAME: 'temporal.example' };
          expect(await problemIn(named, taskQueue)).toBeUndefined();
        });
      }));

    it('an expired certificate of the server: named with its date, and renewed', () =>
      inWorld({ jobs: [] }, async ({ taskQueue }) => {
        const year = new Date().getUTCFullYear();
        const authority = createAuthority('Example Inc.');
        await behindTls(authority.issue('localhost', year - 1), async (address, renew) => {
          const env = {
            ...{ ...server(), TEMPORAL_ADDRESS: address.replace('127.0.0.1', 'localhost') },
            ...{ TEMPORAL_TLS: 'true', TEMPORAL_TLS_SERVER_CA_CERT_DATA: authority.cert },
          };
          const problem = await problemIn(env, taskQueue);
          expect(problem?.text).toContain(`its certificate expired on ${year - 1}-01-01T00:00:00`);
          expect(problem?.remedy).toMatch(/^renew the certificate of the server/);
          const worker = await dataflow(['worker'], { env: { ...env, ...KEYS } });
          expect(worker.code).toBe(3);
          expect(worker.stderr).toContain(`its certificate expired on ${year - 1}-01-01T00:00:00`);
          renew(authority.issue('localhost', year + 1));
          expect(await problemIn(env, taskQueue)).toBeUndefined();
        });
      }));

    it('a proxy that does not lead to Temporal on another host: mended, or passed by', ({
      skip,
    }) => {
      const host = ownAddress();
      if (host === undefined) return skip('this machine has no address but its loopback');
      return inWorld({ jobs: [] }, ({ taskQueue }) =>
        onAddress(host, (address) =>
          withProxy(async (proxy, letPass) => {
            const direct = { ...server(), TEMPORAL_ADDRESS: address };
            expect(await problemIn(direct, taskQueue)).toBeUndefined();

            const lost = { ...direct, grpc_proxy: 'http://127.0.0.1:1' };
            const refused = { ...direct, https_proxy: proxy, NO_PROXY: host }; // not read in capitals
            const elsewhere = { ...direct, http_proxy: proxy, no_grpc_proxy: 'a.example' };
            for (const [variable, env] of Object.entries({
              grpc_proxy: lost,
              https_proxy: refused,
              http_proxy: elsewhere,
            })) {
              const problem = await problemIn(env, taskQueue);
              expect(problem?.text).toContain(`no answer through the proxy of ${variable} (`);
              const [, named = '', list = ''] =
                /or name (\S+) in (\S+) \(/.exec(problem?.remedy ?? '') ?? [];
              expect(named).toBe(host);
              const done = { ...env, [list]: `b.example,${named}` };
              expect(await problemIn(done, taskQueue), variable).toBeUndefined();
            }
            letPass();
            expect(await problemIn(refused, taskQueue)).toBeUndefined();
          }),
        ),
      );
    });

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
      expect(stderr).toMatch(/^dataflow: Temporal at .* it has no TLS: unset TEMPORAL_TLS .*\n$/);
    });
  },
);

const KEYS = { NCLOUD_ACCESS_KEY_ID: 'AKEY0123456789', NCLOUD_SECRET_ACCESS_KEY: 'SKEY0123456789' };

/** Joins a connection to a new one to this address, and ends each with the other. */
function pass(client: Duplex, host: string, port: number, opened = (): void => undefined): void {
  const behind = connect(port, host, opened);
  for (const [one, other] of [
    [client, behind],
    [behind, client],
  ] as const) {
    one.on('error', () => undefined);
    one.on('close', () => other.destroy());
  }
  client.pipe(behind).pipe(client);
}

function passToServer(client: Duplex): void {
  const [host = '', port = ''] = inject('temporalAddress').split(':');
  pass(client, host, Number(port));
}

/** Runs `body` with the port of a server that listens at this address of the machine. */
async function listening(
  server: Server,
  host: string,
  body: (address: string) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  try {
    await body(`${host}:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Runs `body` with the address of the server of this run behind TLS. @param renew changes the certificate that it shows */
async function behindTls(
  own: SelfSigned,
  body: (address: string, renew: (certificate: SelfSigned) => void) => Promise<void>,
): Promise<void> {
  const front = createTlsServer({ ...own, ALPNProtocols: ['h2'] }, passToServer);
  front.on('tlsClientError', () => undefined); // clients that do not trust it yet
  await listening(front, '127.0.0.1', (address) =>
    body(address, (certificate) => {
      front.setSecureContext(certificate);
    }),
  );
}

/** An address of this machine by which others reach it. */
const ownAddress = (): string | undefined =>
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

/** Runs `body` with the server of this run at another address of this machine. */
const onAddress = (host: string, body: (address: string) => Promise<void>): Promise<void> =>
  listening(createServer(passToServer), host, body);

/** Runs `body` with the URL of a proxy that connects nobody until it is told to. */
async function withProxy(body: (url: string, letPass: () => void) => Promise<void>): Promise<void> {
  let lets = false;
  const proxy = createHttpServer();
  proxy.on('connect', ({ url = '' }, client: Duplex) => {
    const [host = '', port = ''] = url.split(':');
    if (lets)
      pass(client, host, Number(port), () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
      });
    else client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await listening(proxy, '127.0.0.1', (address) =>
    body(`http://${address}`, () => {
      lets = true;
    }),
  );
}
