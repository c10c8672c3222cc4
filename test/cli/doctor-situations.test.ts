import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Finding } from '../../cli/doctor/finding.js';
import { findProfile } from '../../cli/doctor/profile.js';
import { findService } from '../../cli/doctor/service.js';
import { findTemporal } from '../../cli/doctor/temporal.js';
import { findWorker } from '../../cli/doctor/worker.js';
import { taskQueueOf } from '../../cli/run/temporal-connection.js';
import type { DataFlowClient } from '../../client/index.js';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { selfSigned } from '../support/self-signed.js';
import { inUserEnvironment } from '../support/user-environment.js';
import { answering } from './answering.js';

let simulator: Simulator;
let home: string;
let profilesFile: string;
beforeAll(async () => {
  simulator = await startSimulator({ jobs: [{ jobId: 'job1' }] });
  home = await mkdtemp(join(tmpdir(), 'dataflow-doctor-'));
  await mkdir(join(home, '.ncloud'));
  profilesFile = join(home, 'profiles.yaml');
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await simulator.close();
  await rm(home, { recursive: true });
});

type Env = Readonly<Record<string, string>>;

const inEnvironment = (env: Env): void => {
  inUserEnvironment({
    ...{ HOME: home, NCLOUD_METADATA_API_ENDPOINT: 'http://127.0.0.1:1' },
    ...env,
  });
};

const problemsIn = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ level }) => level === 'problem');

const url = (): Env => ({ DATAFLOW_URL: simulator.url });
const good = (): Env => ({
  ...url(),
  NCLOUD_ACCESS_KEY_ID: simulator.accessKey,
  NCLOUD_SECRET_ACCESS_KEY: simulator.secretKey,
});
const bad = { NCLOUD_ACCESS_KEY_ID: 'WRONG0123456789', NCLOUD_SECRET_ACCESS_KEY: 'WRONGSECRET' };

interface Situation {
  readonly title: string;
  readonly profile?: string;
  readonly env: () => Env;
  /** Of the finding, and of what it says to do. */
  readonly words: readonly [text: string, remedy: string];
  /** What the remedy says, done: the variables that are then set. */
  readonly repaired: () => Env | Promise<Env>;
  readonly before?: () => Promise<void>;
}

const inFile = (accessKey: string, secretKey: string): Promise<void> =>
  writeFile(
    profilesFile,
    `payroll:\n  baseUrl: ${simulator.url}\n  credentials: { accessKey: ${accessKey}, secretKey: ${secretKey} }\n`,
    { mode: 0o600 },
  );

const SITUATIONS: readonly Situation[] = [
  {
    title: 'wrong keys in the profiles file',
    profile: 'payroll',
    before: () => inFile('WRONG0123456789', 'WRONGSECRET'),
    env: () => ({ ...good(), DATAFLOW_PROFILES_FILE: profilesFile }),
    words: ['answer 401', 'Correct the key WRON…6789 from file'],
    repaired: async () => {
      await inFile(simulator.accessKey, simulator.secretKey);
      return { ...good(), DATAFLOW_PROFILES_FILE: profilesFile };
    },
  },
  {
    title: 'wrong keys in the environment',
    env: () => ({ ...url(), ...bad }),
    words: ['answer 401', 'Correct the key WRON…6789 from environment NCLOUD_ACCESS_KEY_ID'],
    repaired: good,
  },
  {
    title: 'no keys anywhere',
    env: url,
    words: ['no credentials', 'Set NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY, or'],
    repaired: good,
  },
  {
    title: 'half a pair',
    env: () => ({ ...good(), NCLOUD_SECRET_ACCESS_KEY: '' }),
    words: ['set both or neither', 'Correct the'],
    repaired: good,
  },
  {
    title: 'a section that is not there',
    env: () => ({ ...good(), DATAFLOW_NCLOUD_PROFILE: 'etl' }),
    before: () => writeFile(join(home, '.ncloud/configure'), '[other]\n', { mode: 0o600 }),
    words: ['no section [etl]', 'Write both keys into section [etl] of that file'],
    repaired: async () => {
      const { accessKey, secretKey } = simulator;
      const text = `[etl]\nncloud_access_key_id = ${accessKey}\nncloud_secret_access_key = ${secretKey}\n`;
      await writeFile(join(home, '.ncloud/configure'), text, { mode: 0o600 });
      return { ...url(), DATAFLOW_NCLOUD_PROFILE: 'etl' };
    },
  },
  {
    title: 'a profiles file that is not there',
    env: () => ({ ...good(), DATAFLOW_PROFILES_FILE: '/nowhere/x.yaml' }),
    words: ['/nowhere/x.yaml: no such file; correct the path, or unset it', 'Correct the variable'],
    repaired: good,
  },
  {
    title: 'a misspelt variable',
    env: () => ({ ...good(), DATAFLOW_CALL_PER_SECOND: '1' }),
    words: ['did you mean DATAFLOW_CALLS_PER_SECOND?', 'Correct the variable'],
    repaired: () => ({ ...good(), DATAFLOW_CALLS_PER_SECOND: '1' }),
  },
  {
    title: 'a profile that nothing describes',
    profile: 'payroll',
    env: good,
    words: [
      'there is no profile "payroll"; known are default',
      'describe this one in the file that DATAFLOW_PROFILES_FILE names',
    ],
    repaired: async () => {
      await inFile(simulator.accessKey, simulator.secretKey);
      return { ...good(), DATAFLOW_PROFILES_FILE: profilesFile };
    },
  },
  {
    title: 'a variable for another profile than default',
    env: () => ({ ...good(), DATAFLOW_PROFILE_PAYROLL_URL: simulator.url }),
    words: ['in the file that DATAFLOW_PROFILES_FILE names', 'Correct the variable'],
    repaired: good,
  },
  {
    title: 'an address where nobody listens',
    env: () => ({ ...good(), DATAFLOW_URL: 'http://127.0.0.1:1' }),
    words: [
      'ECONNREFUSED',
      'Check the address http://127.0.0.1:1 (baseUrl of the profile, DATAFLOW_URL for profile default)',
    ],
    repaired: good,
  },
  {
    title: 'a file of certificates that is not there',
    env: () => ({ ...good(), DATAFLOW_CA_FILE: '/nowhere/ca.pem' }),
    words: [
      'DATAFLOW_CA_FILE: must be a readable file with PEM certificates; /nowhere/ca.pem cannot be read',
      'Correct the variable',
    ],
    repaired: good,
  },
];

describe('doctor, of the service (L14)', () => {
  it.each(SITUATIONS)('$title: says it, and what it says to do helps', async (situation) => {
    const { profile = 'default', env, words, repaired, before } = situation;
    await before?.();
    inEnvironment(env());
    const [problem, ...more] = problemsIn(await findProfile(profile));
    expect(problem?.text).toContain(words[0]);
    expect(problem?.remedy).toContain(words[1]);
    expect(problem?.remedy).not.toContain('dataflow doctor');
    expect(more).toEqual([]);
    inEnvironment(await repaired());
    expect(problemsIn(await findProfile(profile))).toEqual([]);
  });

  it('a web page instead of the service: names the address', async () => {
    await answering(
      () => [200, '<html>portal</html>'],
      async ({ env }) => {
        inEnvironment(env);
        const [problem] = problemsIn(await findProfile('default'));
        expect(problem?.remedy).toContain('what answers there is not Data Flow');
      },
    );
  });

  it('a slow service is a warning, because calls get through', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValueOnce(20_000);
    const clock = {
      isMeasured: () => false,
      earliestMs: () => 0,
      atLeastMs: () => 0,
      latestMs: () => 0,
    };
    const output = { list: [], count: 0, page: 0, limit: 20 };
    const client = {
      call: () => Promise.resolve({ output, dateMs: undefined }),
      serviceClock: clock,
    } as unknown as DataFlowClient;
    const [finding] = await findService(client, { url: 'http://x', keys: 'k' });
    now.mockRestore();
    expect(finding).toMatchObject({ level: 'warning', about: 'service' });
    expect(finding?.text).toContain('answers in 20000 ms');
  });
});

describe('doctor, of the worker and its task queue (L14)', () => {
  it('says what a worker of this environment would be refused for', () => {
    const findings = findWorker({ ...good(), DATAFLOW_MAX_ACTIVITIES: 'abc' });
    expect(findings.map(({ text }) => text)).toEqual([
      'DATAFLOW_MAX_ACTIVITIES: must be an integer of at least 1',
    ]);
    expect(findWorker({ ...good(), DATAFLOW_MAX_ACTIVITIES: '7' })).toEqual([]);
  });

  it('an empty --task-queue is refused, an empty variable counts as unset', () => {
    inEnvironment({ DATAFLOW_TASK_QUEUE: '' });
    expect(() => taskQueueOf('')).toThrow(
      '--task-queue: must be the name of a task queue, e.g. dataflow',
    );
    expect(taskQueueOf(undefined)).toBe('dataflow');
  });
});

/** Runs `body` with the address of a server that greets nobody in Temporal's protocol. */
async function besides(isTls: boolean, body: (address: string) => Promise<void>): Promise<void> {
  const hangUp = (socket: { destroy(): void }): void => {
    socket.destroy();
  };
  const server = isTls
    ? createTlsServer({ ...selfSigned('localhost'), ALPNProtocols: ['h2'] }, hangUp)
    : createServer((socket) => socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const temporalProblem = async (env: Env): Promise<Finding | undefined> => {
  inEnvironment(env);
  return problemsIn(await findTemporal('dataflow'))[0];
};

describe('doctor, of Temporal (L5, L14)', () => {
  it('tells a server without TLS from one with it, and from none', async () => {
    await besides(false, async (TEMPORAL_ADDRESS) => {
      const key = await temporalProblem({ TEMPORAL_ADDRESS, TEMPORAL_API_KEY: 'k' });
      expect(key?.text).toContain('it has no TLS, and TEMPORAL_API_KEY turns TLS on');
      expect(key?.remedy).toMatch(/^unset TEMPORAL_API_KEY/);
      const tls = await temporalProblem({ TEMPORAL_ADDRESS, TEMPORAL_TLS: 'true' });
      expect(tls?.remedy).toMatch(/^unset TEMPORAL_TLS/);
    });
    await besides(true, async (TEMPORAL_ADDRESS) => {
      const plain = await temporalProblem({ TEMPORAL_ADDRESS });
      expect(plain?.remedy).toMatch(/^set TEMPORAL_TLS=true/);
      const untrusted = await temporalProblem({ TEMPORAL_ADDRESS, TEMPORAL_TLS: 'true' });
      expect(untrusted?.text).toContain('its certificate is not trusted');
      expect(untrusted?.remedy).toContain('TEMPORAL_TLS_SERVER_CA_CERT_PATH');
    });
    const none = await temporalProblem({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(none?.remedy).toContain('dataflow dev brings one');
  });

  it('tells each setting that is wrong', async () => {
    const scheme = await temporalProblem({ TEMPORAL_ADDRESS: 'https://127.0.0.1:7233' });
    expect(scheme).toMatchObject({ exit: 'invalid' });
    expect(scheme?.text).toContain('must be host:port without a scheme');
    const file = await temporalProblem({ TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' });
    expect(file?.text).toContain('cannot be read (ENOENT): correct the path, or unset it');
  });
});
