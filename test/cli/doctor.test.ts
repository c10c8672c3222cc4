import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataflowHere } from '../support/cli.js';
import { expectNoSecrets } from '../support/secrets.js';
import { answering, KEYS } from './answering.js';

interface Report {
  readonly ok: boolean;
  readonly findings: readonly { about: string; level: string; text: string; remedy?: string }[];
}

const AJOB = { jobId: 'a', name: 'sales', type: 'VISUAL', status: 'READY', maxConcurrentRuns: 1 };

describe('dataflow doctor', () => {
  it('without anything says for each thing what to do, and exits with the first problem’s code', async () => {
    const { code, stdout, stderr } = await dataflowHere(['doctor']);
    expect(code).toBe(7);
    expect(stdout).toMatch(/^PROBLEM {2}credentials .*NCLOUD_ACCESS_KEY_ID: not set/m);
    expect(stdout).toMatch(/→ Set NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY/);
    expect(stdout).toMatch(/^PROBLEM {2}temporal .*127\.0\.0\.1:1 cannot be reached/m);
    expect(stdout).toMatch(/→ start it \(dataflow dev brings one\)/);
    expect(stderr).toBe('dataflow: 2 problems, see above\n');
  });

  it('tells where the keys are, that the service answers, and by which documentation, without a key', async () => {
    await answering(
      (request) => [
        200,
        request.includes('/jobs/') ? AJOB : { list: [AJOB], count: 1, page: 0, limit: 20 },
      ],
      async ({ env, received }) => {
        const { code, stdout, stderr } = await dataflowHere(['doctor', '--json'], { env });
        expect(code).toBe(3); // Temporal
        const { ok, findings } = JSON.parse(stdout) as Report;
        expect(ok).toBe(false);
        const text = (about: string) => findings.find((finding) => finding.about === about)?.text;
        expect(text('credentials')).toMatch(/keys from environment NCLOUD_ACCESS_KEY_ID/);
        expect(text('service')).toMatch(/answers in \d+ ms; 1 job$/m);
        expect(text('clock')).toBe("within 5 s of the service's");
        expect(text('documentation')).toMatch(/^since 2026-09/);
        expect(received.every(({ request }) => request.startsWith('GET '))).toBe(true);
        expectNoSecrets(stdout + stderr, [KEYS.access, KEYS.secret], 'the report');
      },
    );
  });

  it.each([
    ['a folder', 'is a folder', (path: string) => mkdir(path)],
    ['a pipe', 'is not a regular file', (path: string) => execFileSync('mkfifo', [path])],
  ])(
    'refuses a configure file that is %s, and looks nowhere else (C13, C5)',
    async (_, is, make) => {
      const HOME = await mkdtemp(join(tmpdir(), 'doctor-home-'));
      onTestFinished(() => rm(HOME, { recursive: true }));
      await mkdir(join(HOME, '.ncloud'));
      await make(join(HOME, '.ncloud', 'configure'));
      const { code, stdout } = await dataflowHere(['doctor'], { env: { HOME } });
      expect(code).toBe(2); // a source that is there and cannot be read is no absence of keys (L13)
      expect(stdout).toMatch(
        new RegExp(`^PROBLEM {2}credentials .*configure: ${is}: make it`, 'm'),
      );
      expect(stdout).not.toContain('server role');
    },
  );

  it('reads a configure file with a section line of a million spaces that is never closed (C14)', async () => {
    const HOME = await mkdtemp(join(tmpdir(), 'doctor-home-'));
    onTestFinished(() => rm(HOME, { recursive: true }));
    await mkdir(join(HOME, '.ncloud'));
    const path = join(HOME, '.ncloud', 'configure');
    await writeFile(path, `[${' '.repeat(1_000_000)}x\n`, { mode: 0o600 });
    const { code, stdout } = await dataflowHere(['doctor'], { env: { HOME } });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^PROBLEM {2}credentials .*unreadable lines: 1\)/m);
  });

  it('tells keys that are refused apart from a service that is away', async () => {
    await answering(
      () => [401, { error: { errorCode: '200', message: 'Authentication Failed' } }],
      async ({ env }) => {
        const { code, stdout } = await dataflowHere(['doctor'], { env });
        expect(code).toBe(7);
        expect(stdout).toMatch(/^PROBLEM {2}service .*answer 401 200/m);
        expect(stdout).toMatch(/→ Correct the key AKEY…CDEF from environment NCLOUD_ACCESS_KEY_ID/);
      },
    );
  });

  it('names an unknown profile, and goes on with what does not need it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'doctor-profiles-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const DATAFLOW_PROFILES_FILE = join(folder, 'profiles.yaml');
    await writeFile(DATAFLOW_PROFILES_FILE, 'payroll:\n');
    const args = ['doctor', '--profile', 'payrol'];
    const { code, stdout } = await dataflowHere(args, { env: { DATAFLOW_PROFILES_FILE } });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^PROBLEM {2}profile .*"payrol".*/m);
    expect(stdout).toMatch(/temporal/);
  });
});
