import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataflow, dataflowHere } from '../support/cli.js';
import { expectNoSecrets } from '../support/secrets.js';
import { answering, KEYS } from './answering.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dataflow-profiles-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file of profiles with this text; its variable. */
async function profilesFile(text: string, mode = 0o600): Promise<Readonly<Record<string, string>>> {
  const path = join(folder, `profiles-${text.length}-${mode}.yaml`);
  await writeFile(path, text, { mode });
  return { DATAFLOW_PROFILES_FILE: path };
}

type Broken = readonly [
  title: string,
  env: () => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>,
  words: string,
];

const HALF = 'payroll:\n  credentials: { accessKey: PKEY0123456789 }\n';

/** Ways to describe profile `payroll` that are not complete, beside good keys of another account. */
const BROKEN: readonly Broken[] = [
  [
    'a variable for its keys, beside a file that names it',
    async () => ({
      ...(await profilesFile('payroll:\n')),
      DATAFLOW_PROFILE_PAYROLL_ACCESS_KEY_ID: 'PKEY0123456789',
    }),
    'describe other profiles in the file that DATAFLOW_PROFILES_FILE names',
  ],
  [
    'a misspelt option of its keys in the file',
    () => profilesFile('payroll:\n  credential: { accessKey: PKEY01, secretKey: SKEY01 }\n'),
    'unknown property; did you mean credentials?',
  ],
  [
    'half a pair in the file',
    () => profilesFile(HALF),
    'credentials must be accessKey and secretKey',
  ],
  [
    'a file that is not there',
    () => ({ DATAFLOW_PROFILES_FILE: '/nowhere/profiles.yaml' }),
    'DATAFLOW_PROFILES_FILE /nowhere/profiles.yaml: no such file',
  ],
  ['a file that is no YAML', () => profilesFile('payroll: {'), 'no YAML or JSON'],
];

describe('a profile that is described and not complete, beside the keys of another account (L13)', () => {
  it.each(BROKEN)('with %s is never used: nothing is sent, exit code 2', async (_, env, words) => {
    await answering(
      () => [200, {}],
      async (service) => {
        const all = { env: { ...service.env, ...(await env()) } };
        const started = await dataflowHere(
          ['api', 'executeJob', '--jobId', 'job1', '--profile', 'payroll'],
          all,
        );
        expect(started).toMatchObject({ code: 2, stdout: '' });
        expect(started.stderr).toContain(words);
        const worker = await dataflow(['worker'], all);
        expect(worker.code).toBe(2);
        expect(worker.stderr).toContain(words);
        const doctor = await dataflowHere(['doctor', '--profile', 'payroll'], all);
        expect(doctor.code).toBe(2);
        expect(doctor.stdout).toMatch(/^PROBLEM/m);
        expect(doctor.stdout).toContain(words);
        expect(service.received).toEqual([]);
        const said = started.stderr + worker.stderr + doctor.stdout;
        expectNoSecrets(said, ['PKEY0123456789', 'SKEY0123456789', 'SKEY01'], 'the output');
      },
    );
  });

  it('leaves the other profiles alone where it can be told which one is meant', async () => {
    await answering(
      () => [200, { list: [], count: 0, page: 0, limit: 20 }],
      async (service) => {
        const half = await profilesFile(HALF);
        const { code } = await dataflowHere(['api', 'getJobs'], {
          env: { ...service.env, ...half },
        });
        expect(code).toBe(0);
      },
    );
  });

  it('leaves none alone where the file cannot be read: it may describe each of them', async () => {
    await answering(
      () => [200, {}],
      async (service) => {
        const env = { ...service.env, DATAFLOW_PROFILES_FILE: '/nowhere/profiles.yaml' };
        expect(await dataflowHere(['api', 'getJobs'], { env })).toMatchObject({
          code: 2,
          stdout: '',
        });
        expect(service.received).toEqual([]);
      },
    );
  });
});

describe('dataflow api', () => {
  it('says once on stderr which profile, endpoint and key it uses, the key shortened (L13)', async () => {
    await answering(
      () => [200, { list: [], count: 0, page: 0, limit: 20 }],
      async ({ env }) => {
        const { stdout, stderr } = await dataflowHere(['api', 'getJobs', '--json'], { env });
        const url = env['DATAFLOW_URL'] ?? '';
        expect(stderr).toBe(
          `profile default: ${url}, key AKEY…CDEF from environment NCLOUD_ACCESS_KEY_ID\n`,
        );
        expectNoSecrets(stdout + stderr, [KEYS.access, KEYS.secret], 'the output');
      },
    );
  });

  it('warns once of a file that others may read (L16)', async () => {
    await answering(
      () => [200, { list: [], count: 0, page: 0, limit: 20 }],
      async ({ env }) => {
        const text = `payroll:\n  baseUrl: ${env['DATAFLOW_URL'] ?? ''}\n  credentials: { accessKey: PKEY0123456789, secretKey: SKEY0123456789 }\n`;
        const file = await profilesFile(text, 0o644);
        const args = ['api', 'getJobs', '--profile', 'payroll', '--json'];
        const { code, stderr } = await dataflowHere(args, { env: file });
        expect(code).toBe(0);
        expect(stderr.match(/chmod 600/g)).toHaveLength(1);
      },
    );
  });
});

describe('a misspelt variable (L9)', () => {
  it.each(['api getJobs', 'run job1', 'pipeline list', 'worker'])(
    'is refused by %s, exit code 2',
    async (line) => {
      const env = { DATAFLOW_UR: 'http://127.0.0.1:1', DATAFLOW_CALL_PER_SECOND: '1' };
      const { code, stdout, stderr } = await dataflowHere(line.split(' '), { env });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('unknown variable DATAFLOW_UR; did you mean DATAFLOW_URL?');
      expect(stderr).toContain('did you mean DATAFLOW_CALLS_PER_SECOND?');
    },
  );
});
